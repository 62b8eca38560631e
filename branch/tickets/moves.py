"""The one way in which a ticket changes: what is allowed, the claim, the log line, the event."""

from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import update
from sqlalchemy.orm import Session

from branch import clock
from branch.errors import Conflict, WrongState
from branch.people.models import Desk
from branch.tickets.errors import TicketNotFound
from branch.tickets.models import Ticket, TicketState
from branch.visits.models import EventKind
from branch.visits.services import record

log = structlog.get_logger()

ALLOWED: dict[TicketState, frozenset[TicketState]] = {
    TicketState.ON_THE_WAY: frozenset(
        {TicketState.WAITING, TicketState.CALLED, TicketState.CANCELLED, TicketState.EXPIRED}
    ),
    TicketState.WAITING: frozenset(
        {TicketState.CALLED, TicketState.PARKED, TicketState.CANCELLED, TicketState.EXPIRED}
    ),
    TicketState.CALLED: frozenset(
        {
            TicketState.WAITING,
            TicketState.PARKED,
            TicketState.FINISHED,
            TicketState.NO_SHOW,
            TicketState.CANCELLED,
            TicketState.EXPIRED,
        }
    ),
    TicketState.PARKED: frozenset(
        {TicketState.WAITING, TicketState.CALLED, TicketState.CANCELLED, TicketState.EXPIRED}
    ),
    TicketState.NO_SHOW: frozenset({TicketState.WAITING}),
    TicketState.CANCELLED: frozenset({TicketState.ON_THE_WAY, TicketState.WAITING, TicketState.PARKED}),
}
CLOSING = {
    TicketState.FINISHED: EventKind.TICKET_FINISHED,
    TicketState.NO_SHOW: EventKind.TICKET_NO_SHOW,
    TicketState.CANCELLED: EventKind.TICKET_CANCELLED,
    TicketState.EXPIRED: EventKind.TICKET_EXPIRED,
}
# What undoing puts back; times travel as ISO 8601 with offset.
TIMES = ("issued_at", "called_at", "closed_at", "returned_at", "recalled_at", "kept_until")
CHANGING = (
    *(
        "state",
        "service_id",
        "desk_id",
        "for_desk_id",
        "priority",
        "park_reason",
        "outcome",
        "recalls",
        "errands",
    ),
    *TIMES,
)


def get_ticket(session: Session, ticket_id: str) -> Ticket:
    """The ticket, or TicketNotFound."""
    ticket = session.get(Ticket, ticket_id)
    if ticket is None:
        raise TicketNotFound()
    return ticket


def move(
    session: Session, ticket: Ticket, kind: EventKind, told: dict[str, Any] | None = None, **changes: Any
) -> Ticket:
    """Change a ticket as it was seen, by one conditional statement, and record it; `told` joins the event's payload.

    Raises WrongState when the order of things forbids it, and Conflict when somebody else changed the ticket meanwhile.
    """
    before = TicketState(ticket.state)
    to = TicketState(changes.get("state", before))
    if "state" in changes and to not in ALLOWED.get(before, frozenset()):
        raise WrongState()
    claim(session, ticket, **changes)
    tell_move(session, ticket, before, kind, **(told or {}))
    return ticket


def claim(session: Session, ticket: Ticket, **changes: Any) -> None:
    """Write the changes only if nobody changed the ticket since it was read; otherwise Conflict."""
    seen = update(Ticket).where(Ticket.id == ticket.id, Ticket.moves == ticket.moves)
    moved = session.scalar(
        seen.values(moves=ticket.moves + 1, **changes).returning(Ticket.id),
        execution_options={"synchronize_session": False},
    )
    if moved is None:
        raise Conflict()
    session.refresh(ticket)


def tell_move(session: Session, ticket: Ticket, before: TicketState, kind: EventKind, **told: Any) -> None:
    """Log "old -> new" and record the event."""
    change = f"{before} -> {TicketState(ticket.state)}"
    log.info("ticket moved", ticket=ticket.id, visit=ticket.visit_id, change=change, kind=str(kind))
    desk = session.get(Desk, ticket.desk_id) if ticket.desk_id else None
    record(
        session,
        ticket.visit_id,
        kind,
        **{
            "ticket": ticket.id,
            "number": ticket.number,
            "desk": desk.id if desk else None,
            "desk_name": desk.name if desk else None,
            **told,
        },
    )


def close_ticket(session: Session, ticket_id: str, to: TicketState, **changes: Any) -> Ticket:
    """Finish, cancel, expire or mark as no-show. Raises TicketNotFound, WrongState and Conflict."""
    if to not in CLOSING:
        raise WrongState()
    told = {key: str(value) for key, value in changes.items()}
    ticket = get_ticket(session, ticket_id)
    return move(session, ticket, CLOSING[to], told, state=to, closed_at=clock.now(), **changes)


def as_it_is(ticket: Ticket) -> dict[str, Any]:
    """The changing part of a ticket as JSON, to be put back by undo or at the centre."""
    now = {name: getattr(ticket, name) for name in CHANGING}
    return {name: _as_json(value) for name, value in now.items()}


def _as_json(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return value if value is None or isinstance(value, int) else str(value)


def from_json(told: dict[str, Any]) -> dict[str, Any]:
    """What `as_it_is` wrote, as columns again; names that are no part of it are left out."""
    columns = {name: told[name] for name in CHANGING if name in told}
    for name in TIMES:
        if columns.get(name) is not None:
            columns[name] = datetime.fromisoformat(columns[name])
    return columns
