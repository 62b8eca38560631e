"""The centre's side of the link: applying a hub's events in order and once."""

from typing import Any

from pydantic import ValidationError
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from branch import clock
from branch.link.errors import BadEvent, NewerEvent, SequenceGap
from branch.link.models import LinkPosition
from branch.link.projections import project
from branch.link.upward import LINK_VERSION, Upward
from branch.people.events import keep_event
from branch.people.models import BranchEvent, BranchEventKind
from branch.visits.models import EventKind, VisitEvent
from branch.visits.services import append

# What a hub only repeats after the centre has told it: the centre's own event is in the thread already.
ECHOES = frozenset({EventKind.CODE_CLAIMED})
IN_BRANCH = frozenset(BranchEventKind)
KINDS = frozenset(EventKind) | IN_BRANCH


def receive(session: Session, branch_id: str, stream: str, events: list[Any]) -> int:
    """Apply a run of events; returns the last sequence now held, which the hub may acknowledge.

    Replayed events are passed over. A hole in the numbers raises SequenceGap with `expected`, and nothing of the run
    is applied; a malformed event raises BadEvent. A run ends before an event that is newer than this centre; one that
    begins with it raises NewerEvent, and the hub holds it, and all after it, until the centre has been upgraded.
    """
    position = _position(session, branch_id, stream)
    fresh = [event for event in map(_read, events) if event.sequence > position.last_sequence]
    for place, event in enumerate(fresh):
        if event.sequence <= position.last_sequence:
            continue
        if event.sequence != position.last_sequence + 1:
            raise SequenceGap(expected=position.last_sequence + 1)
        if not _is_understood(event):
            if place == 0:
                raise NewerEvent(kind=event.kind)
            break
        _apply(session, branch_id, event)
        position.last_sequence = event.sequence
    position.seen_at = clock.now()
    return position.last_sequence


def _read(raw: object) -> Upward:
    try:
        return Upward.model_validate(raw)
    except ValidationError:
        raise BadEvent() from None


def _is_understood(event: Upward) -> bool:
    return event.version <= LINK_VERSION and event.kind in KINDS


def _position(session: Session, branch_id: str, stream: str) -> LinkPosition:
    """The stream's row, locked, so that two connections of one hub take turns."""
    position = session.get(LinkPosition, stream, with_for_update=True)
    if position is None:
        position = LinkPosition(stream=stream, branch_id=branch_id, last_sequence=0, seen_at=clock.now())
        session.add(position)
        session.flush()
    if position.branch_id != branch_id:
        raise BadEvent()
    return position


def _apply(session: Session, branch_id: str, event: Upward) -> None:
    """First the projection, then the thread; an event whose content does not fit is refused whole."""
    if event.kind in ECHOES or _is_known(session, event):
        return
    try:
        project(session, branch_id, event)
        _keep(session, branch_id, event)
    except (KeyError, TypeError, ValueError, IntegrityError):
        raise BadEvent() from None


def _is_known(session: Session, event: Upward) -> bool:
    return session.get(VisitEvent if event.visit else BranchEvent, event.id) is not None


def _keep(session: Session, branch_id: str, event: Upward) -> None:
    if event.kind in IN_BRANCH:
        keep_event(session, event.id, branch_id, event.kind, event.at, event.payload)
    else:
        happened = VisitEvent(
            id=event.id, visit_id=event.visit, kind=event.kind, at=event.at, payload=event.payload
        )
        append(session, happened)
