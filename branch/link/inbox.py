"""The centre's side of the link: applying a hub's events in order and once, and asking things of it."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from branch import clock, ids
from branch.bus import Fact
from branch.errors import BadEvent, SequenceGap
from branch.handoff.models import HandoffCode
from branch.link.models import Command, LinkPosition
from branch.tickets.models import Outcome, Ticket, TicketState
from branch.tickets.moves import from_json
from branch.visits.models import EventKind, Visit, VisitEvent
from branch.visits.services import append, erase, tell

REACHABLE_FOR = timedelta(seconds=20)
# What a hub only repeats after the centre has told it: the centre's own event is in the thread already.
ECHOES = frozenset({EventKind.CODE_CLAIMED})
COMMAND_ASKED = "command.asked"
BACK_IN_LINE: dict[str, object] = {
    "state": TicketState.WAITING,
    "desk_id": None,
    "called_at": None,
    "recalled_at": None,
    "closed_at": None,
}

Id = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]


class Upward(BaseModel):
    """One event as a hub sends it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    sequence: Annotated[int, Field(ge=1)]
    id: Id
    visit: Id
    kind: Annotated[str, Field(max_length=40)]
    at: datetime
    payload: dict[str, Any]


def receive(session: Session, branch_id: str, stream: str, events: list[Any]) -> int:
    """Apply a run of events; returns the last sequence now held, which the hub may acknowledge.

    Replayed events are passed over. A hole in the numbers raises SequenceGap with `expected`, and nothing of the run
    is applied; a malformed event raises BadEvent.
    """
    position = _position(session, branch_id, stream)
    for raw in events:
        try:
            event = Upward.model_validate(raw)
        except ValidationError:
            raise BadEvent() from None
        if event.sequence <= position.last_sequence:
            continue
        if event.sequence != position.last_sequence + 1:
            raise SequenceGap(expected=position.last_sequence + 1)
        _apply(session, branch_id, event)
        position.last_sequence = event.sequence
    position.seen_at = clock.now()
    return position.last_sequence


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
    if event.kind in ECHOES or session.get(VisitEvent, event.id) is not None:
        return
    happened = VisitEvent(
        id=event.id, visit_id=event.visit, kind=event.kind, at=event.at, payload=event.payload
    )
    try:
        PROJECTIONS.get(event.kind, _nothing)(session, branch_id, event)
        append(session, happened)
    except (KeyError, TypeError, ValueError, IntegrityError):
        raise BadEvent() from None


def _nothing(_session: Session, _branch_id: str, _event: Upward) -> None:
    """Kinds that only lengthen the thread."""


def _visit_opened(session: Session, branch_id: str, event: Upward) -> None:
    session.add(
        Visit(
            id=event.visit,
            branch_id=branch_id,
            origin=str(event.payload["origin"]),
            language=str(event.payload["language"]),
            opened_at=event.at,
        )
    )
    session.flush()


def _set_visit(session: Session, event: Upward, **values: object) -> None:
    session.execute(update(Visit).where(Visit.id == event.visit).values(**values))


def _language_chosen(session: Session, _branch_id: str, event: Upward) -> None:
    _set_visit(session, event, language=str(event.payload["language"]))


def _visit_closed(session: Session, _branch_id: str, event: Upward) -> None:
    _set_visit(session, event, closed_at=event.at)


def _visit_forgotten(session: Session, _branch_id: str, event: Upward) -> None:
    erase(session, event.visit, event.at)


def _quiz_finished(session: Session, _branch_id: str, event: Upward) -> None:
    _set_visit(session, event, quiz_type=str(event.payload["type"]))


def _code_issued(session: Session, _branch_id: str, event: Upward) -> None:
    session.add(
        HandoffCode(
            digest=str(event.payload["digest"]),
            visit_id=event.visit,
            expires_at=datetime.fromisoformat(event.payload["expires_at"]),
        )
    )


def _ticket_issued(session: Session, branch_id: str, event: Upward) -> None:
    told = event.payload
    session.add(
        Ticket(
            id=str(told["ticket"]),
            visit_id=event.visit,
            branch_id=branch_id,
            service_id=f"{branch_id}.{told['service']}",
            day=date.fromisoformat(told["day"]),
            letter=str(told["letter"]),
            serial=int(told["serial"]),
            state=TicketState.WAITING,
            issued_at=datetime.fromisoformat(told["issued_at"]),
            promised_low=int(told["promised"][0]),
            promised_high=int(told["promised"][1]),
            priority=told.get("priority"),
        )
    )
    session.flush()


def _ticket_called(session: Session, _branch_id: str, event: Upward) -> None:
    _move_ticket(
        session,
        event,
        state=TicketState.CALLED,
        desk_id=event.payload["desk"],
        called_at=event.at,
        closed_at=None,
        recalled_at=None,
        recalls=0,
    )


def _ticket_finished(session: Session, _branch_id: str, event: Upward) -> None:
    outcome = event.payload.get("outcome")
    _move_ticket(session, event, state=TicketState.FINISHED, closed_at=event.at, outcome=outcome)


def _ticket_referred(session: Session, _branch_id: str, event: Upward) -> None:
    _move_ticket(session, event, state=TicketState.FINISHED, closed_at=event.at, outcome=Outcome.EXPERT)


def _ticket_no_show(session: Session, _branch_id: str, event: Upward) -> None:
    _move_ticket(session, event, state=TicketState.NO_SHOW, closed_at=event.at)


def _ticket_cancelled(session: Session, _branch_id: str, event: Upward) -> None:
    _move_ticket(session, event, state=TicketState.CANCELLED, closed_at=event.at)


def _ticket_expired(session: Session, _branch_id: str, event: Upward) -> None:
    _move_ticket(session, event, state=TicketState.EXPIRED, closed_at=event.at)


def _ticket_recalled(session: Session, _branch_id: str, event: Upward) -> None:
    _move_ticket(session, event, recalls=int(event.payload["recalls"]), recalled_at=event.at)


def _ticket_parked(session: Session, _branch_id: str, event: Upward) -> None:
    _move_ticket(session, event, state=TicketState.PARKED, park_reason=event.payload["reason"])


def _ticket_returned(session: Session, _branch_id: str, event: Upward) -> None:
    _move_ticket(session, event, **BACK_IN_LINE, returned_at=event.at, park_reason=None)


def _ticket_transferred(session: Session, branch_id: str, event: Upward) -> None:
    to: dict[str, object] = {"for_desk_id": event.payload.get("to_desk")}
    if "service" in event.payload:
        to["service_id"] = f"{branch_id}.{event.payload['service']}"
    _move_ticket(session, event, **BACK_IN_LINE, returned_at=None, **to)


def _ticket_priority(session: Session, _branch_id: str, event: Upward) -> None:
    _move_ticket(session, event, priority=event.payload["priority"])


def _ticket_undone(session: Session, _branch_id: str, event: Upward) -> None:
    _move_ticket(session, event, **from_json(event.payload["restored"]))


def _move_ticket(session: Session, event: Upward, **values: object) -> None:
    session.execute(update(Ticket).where(Ticket.id == event.payload["ticket"]).values(**values))


PROJECTIONS: dict[str, Callable[[Session, str, Upward], None]] = {
    EventKind.VISIT_OPENED: _visit_opened,
    EventKind.LANGUAGE_CHOSEN: _language_chosen,
    EventKind.VISIT_CLOSED: _visit_closed,
    EventKind.VISIT_FORGOTTEN: _visit_forgotten,
    EventKind.QUIZ_FINISHED: _quiz_finished,
    EventKind.CODE_ISSUED: _code_issued,
    EventKind.TICKET_ISSUED: _ticket_issued,
    EventKind.TICKET_CALLED: _ticket_called,
    EventKind.TICKET_FINISHED: _ticket_finished,
    EventKind.TICKET_NO_SHOW: _ticket_no_show,
    EventKind.TICKET_CANCELLED: _ticket_cancelled,
    EventKind.TICKET_RECALLED: _ticket_recalled,
    EventKind.TICKET_PARKED: _ticket_parked,
    EventKind.TICKET_RETURNED: _ticket_returned,
    EventKind.TICKET_TRANSFERRED: _ticket_transferred,
    EventKind.TICKET_REFERRED: _ticket_referred,
    EventKind.TICKET_PRIORITY: _ticket_priority,
    EventKind.TICKET_EXPIRED: _ticket_expired,
    EventKind.TICKET_UNDONE: _ticket_undone,
}


def ask(session: Session, branch_id: str, kind: str, **payload: Any) -> Command:
    """Ask something of a hub; it is delivered now or when the line is back."""
    command = Command(
        id=ids.new_id(), branch_id=branch_id, kind=kind, payload=payload, created_at=clock.now()
    )
    session.add(command)
    session.flush()
    tell(session, Fact(command.id, COMMAND_ASKED, "", command.created_at, {"branch": branch_id}))
    return command


def outstanding(session: Session, branch_id: str) -> list[Command]:
    """What this hub has not acknowledged, oldest first."""
    waiting = select(Command).where(Command.branch_id == branch_id, Command.acknowledged_at.is_(None))
    return list(session.scalars(waiting.order_by(Command.created_at, Command.id).limit(200)))


def acknowledged(session: Session, branch_id: str, command_ids: list[str]) -> None:
    """The hub has carried these out."""
    session.execute(
        update(Command)
        .where(Command.branch_id == branch_id, Command.id.in_(command_ids))
        .values(acknowledged_at=clock.now())
    )


def last_seen(session: Session, branch_id: str) -> datetime | None:
    """When the centre last heard from the branch."""
    newest = select(LinkPosition.seen_at).where(LinkPosition.branch_id == branch_id)
    return session.scalar(newest.order_by(LinkPosition.seen_at.desc()).limit(1))


def heard(session: Session, branch_id: str) -> None:
    """The branch's hub is connected at this moment."""
    session.execute(
        update(LinkPosition).where(LinkPosition.branch_id == branch_id).values(seen_at=clock.now())
    )


def is_reachable(session: Session, branch_id: str) -> bool:
    """Whether what the centre knows of the branch is fresh."""
    seen = last_seen(session, branch_id)
    return seen is not None and clock.now() - seen < REACHABLE_FOR
