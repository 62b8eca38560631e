"""The hub's side of the link: what to send, what was acknowledged, and carrying out commands."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from branch import clock, ids
from branch.errors import MaruError
from branch.handoff.models import HandoffCode
from branch.link.models import AppliedCommand, LinkStream, OutboxEvent
from branch.link.phone_commands import PHONE_COMMANDS
from branch.link.upward import COMMAND_VERSIONS, LINK_VERSION
from branch.people.models import BranchEvent
from branch.schedule import applying
from branch.tickets.models import TicketState
from branch.tickets.moves import close_ticket
from branch.visits.models import EventKind, VisitEvent
from branch.visits.services import erase, record

log = structlog.get_logger()
BATCH = 200
# A parcel stays well below the 64 KiB that the centre takes in one message.
PARCEL_BYTES = 48 * 1024


@dataclass(frozen=True)
class Parcel:
    """A run of events with consecutive sequence numbers, as JSON."""

    stream: str
    events: list[dict[str, Any]]


def stream_id(session: Session) -> str:
    """The identity of this hub's numbering; made on first use."""
    stream = session.scalar(select(LinkStream))
    if stream is None:
        stream = LinkStream(id=ids.new_id(), last_sequence=0)
        session.add(stream)
        session.flush()
    return stream.id


def pending(session: Session, after: int | None = None, limit: int = BATCH) -> Parcel:
    """What the centre has not acknowledged, oldest first; `after` sends again from a sequence it asked for."""
    wanted = OutboxEvent.acknowledged_at.is_(None) if after is None else OutboxEvent.sequence > after
    rows = session.execute(
        select(OutboxEvent.sequence, VisitEvent, BranchEvent)
        .outerjoin(VisitEvent, VisitEvent.id == OutboxEvent.event_id)
        .outerjoin(BranchEvent, BranchEvent.id == OutboxEvent.branch_event_id)
        .where(wanted)
        .order_by(OutboxEvent.sequence)
        .limit(limit)
    )
    return Parcel(
        stream_id(session),
        _fitting([_as_json(sequence, visited or here) for sequence, visited, here in rows]),
    )


def _fitting(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The first events, as many as one message carries, and never none."""
    room = PARCEL_BYTES
    for count, event in enumerate(events):
        room -= len(json.dumps(event))
        if room < 0:
            return events[: max(count, 1)]
    return events


def _as_json(sequence: int, happened: VisitEvent | BranchEvent) -> dict[str, Any]:
    return {
        "version": LINK_VERSION,
        "sequence": sequence,
        "id": happened.id,
        "visit": happened.visit_id if isinstance(happened, VisitEvent) else "",
        "kind": happened.kind,
        "at": happened.at.isoformat(),
        "payload": happened.payload,
    }


def acknowledge(session: Session, up_to: int) -> None:
    """The centre has everything up to and including this sequence."""
    session.execute(
        update(OutboxEvent)
        .where(OutboxEvent.sequence <= up_to, OutboxEvent.acknowledged_at.is_(None))
        .values(acknowledged_at=clock.now())
    )


def carry_out(session: Session, command: dict[str, Any]) -> bool:
    """Do what the centre asks, once; a command already done changes nothing.

    False for one that a newer centre asks and this hub does not understand: it stays asked until the hub is upgraded.
    """
    if session.get(AppliedCommand, str(command["id"])) is not None:
        return True
    kind = str(command["kind"])
    handler = COMMANDS.get(kind)
    if handler is None or int(command.get("version", 1)) > COMMAND_VERSIONS.get(kind, 1):
        return False
    session.add(AppliedCommand(id=str(command["id"]), applied_at=clock.now()))
    try:
        with session.begin_nested():
            handler(session, dict(command["payload"]))
    except MaruError as error:
        log.info("command came too late", kind=command["kind"], code=error.code)
    except IntegrityError:
        # As after this hub was given a new database: the centre still asks about visits of the old one.
        log.warning("command about something this hub does not have", kind=command["kind"])
    return True


def _cancel_ticket(session: Session, payload: dict[str, Any]) -> None:
    close_ticket(session, str(payload["ticket"]), TicketState.CANCELLED)


def _code_claimed(session: Session, payload: dict[str, Any]) -> None:
    session.execute(
        update(HandoffCode).where(HandoffCode.digest == payload["digest"]).values(claimed_at=clock.now())
    )
    record(session, str(payload["visit"]), EventKind.CODE_CLAIMED)


def _call_person(session: Session, payload: dict[str, Any]) -> None:
    record(session, str(payload["visit"]), EventKind.PERSON_CALLED)


def _forget_visit(session: Session, payload: dict[str, Any]) -> None:
    erase(session, str(payload["visit"]), clock.now())


COMMANDS: dict[str, Callable[[Session, dict[str, Any]], None]] = {
    "ticket.cancel": _cancel_ticket,
    "code.claimed": _code_claimed,
    "visit.forget": _forget_visit,
    "person.call": _call_person,
    "schedule.apply": applying.command,
    **PHONE_COMMANDS,
}
