"""A ticket's turn: who waits in which order, and calling the next. What a desk then does with it is in desks.py."""

from functools import cache
from typing import Any

from sqlalchemy import and_, bindparam, or_, select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.sql.dml import ReturningUpdate

from branch import clock
from branch.errors import DeskClosed, NobodyWaiting, NotFound
from branch.people.models import Desk
from branch.rows import table_of
from branch.tickets.models import Ticket, TicketState
from branch.tickets.moves import tell_move
from branch.tickets.order import MOST_IN_A_ROW, calling_order, head_first, next_streak
from branch.tickets.wait import known
from branch.visits.models import EventKind

# Made once: to build and look up a statement costs more than SQLite needs for its answer.
_TICKETS = table_of(Ticket)
WAITING_TODAY = and_(
    _TICKETS.c.branch_id == bindparam("branch"),
    _TICKETS.c.state == str(TicketState.WAITING),
    _TICKETS.c.day == bindparam("today"),
)
# Tickets sent to this desk, and those sent to none whose service it serves.
CALLABLE = or_(
    _TICKETS.c.for_desk_id == bindparam("desk"),
    _TICKETS.c.for_desk_id.is_(None) & _TICKETS.c.service_id.in_(bindparam("served", expanding=True)),
)
FRESH = {"populate_existing": True}
FRESH_TICKET = select(Ticket).where(Ticket.id == bindparam("ticket")).execution_options(**FRESH)
LOCKED_DESK = select(Desk).where(Desk.id == bindparam("desk")).with_for_update().execution_options(**FRESH)
COUNT = (
    update(table_of(Desk))
    .where(table_of(Desk).c.id == bindparam("desk"))
    .values(priority_streak=bindparam("streak"), last_action=bindparam("last"))
)
CALLING = ("state", "desk_id", "called_at", "closed_at", "recalled_at", "recalls")


def waiting_tickets(session: Session, branch_id: str, desk: Desk | None = None) -> list[Ticket]:
    """Everyone who waits today, in calling order; with a desk only those it may call, in the order in which it will."""
    wanted = select(Ticket).where(WAITING_TODAY)
    if desk is not None:
        wanted = wanted.where(CALLABLE)
    here = {"branch": branch_id, "today": known(session, branch_id).today()}
    tickets = session.scalars(wanted, here | (_served_at(desk) if desk else {}))
    return calling_order(tickets, desk.priority_streak if desk else 0)


def _served_at(desk: Desk) -> dict[str, Any]:
    return {"desk": desk.id, "served": [f"{desk.branch_id}.{slug}" for slug in desk.services]}


@cache
def _claim(ordinary_first: bool) -> ReturningUpdate[Any]:
    """One conditional statement takes the first of the line; on PostgreSQL rows another desk is claiming are skipped."""
    first = (
        select(Ticket.id)
        .where(WAITING_TODAY, CALLABLE)
        .order_by(*head_first(MOST_IN_A_ROW if ordinary_first else 0))
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    return (
        update(_TICKETS)
        .where(_TICKETS.c.id == first.scalar_subquery(), _TICKETS.c.state == str(TicketState.WAITING))
        .values(**{name: bindparam(f"to_{name}") for name in CALLING}, moves=_TICKETS.c.moves + 1)
        .returning(_TICKETS.c.id)
    )


def call_next(session: Session, desk_id: str) -> Ticket:
    """Call whose turn it is at this desk; two desks never get one ticket. Raises NotFound, DeskClosed and NobodyWaiting."""
    desk = desk_at_work(session, desk_id)
    here = {"branch": desk.branch_id, "today": known(session, desk.branch_id).today(), **_served_at(desk)}
    changes = {f"to_{name}": value for name, value in called_to(desk).items()}
    session.flush()
    claim = _claim(desk.priority_streak >= MOST_IN_A_ROW)
    claimed = session.connection().scalar(claim, here | changes)
    if claimed is None:
        raise NobodyWaiting()
    ticket = session.scalars(FRESH_TICKET, {"ticket": claimed}).one()
    count_call(session, desk, ticket, {"state": "waiting", "desk_id": None, "called_at": None}, "called")
    tell_move(session, ticket, TicketState.WAITING, EventKind.TICKET_CALLED)
    return ticket


def desk_at_work(session: Session, desk_id: str) -> Desk:
    """The desk, locked until the commit so that its teller's two taps take turns. Raises NotFound and DeskClosed."""
    desk = session.scalars(LOCKED_DESK, {"desk": desk_id}).one_or_none()
    if desk is None:
        raise NotFound()
    if not desk.open:
        raise DeskClosed()
    return desk


def called_to(desk: Desk) -> dict[str, object]:
    """What a call writes into a ticket."""
    return {
        "state": TicketState.CALLED,
        "desk_id": desk.id,
        "called_at": clock.now(),
        "closed_at": None,
        "recalled_at": None,
        "recalls": 0,
    }


def count_call(session: Session, desk: Desk, ticket: Ticket, before: dict[str, object], name: str) -> None:
    """Remember at the desk what the order needs for its next call, and what its teller can undo."""
    step = {"ticket": ticket.id, "moves": ticket.moves, "before": before}
    last = {"name": name, "number": ticket.number, "streak": desk.priority_streak, "steps": [step]}
    streak = next_streak(desk.priority_streak, ticket.priority)
    session.connection().execute(COUNT, {"desk": desk.id, "streak": streak, "last": last})
    set_committed_value(desk, "last_action", last)
    set_committed_value(desk, "priority_streak", streak)
