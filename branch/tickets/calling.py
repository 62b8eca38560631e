"""A ticket's turn: who waits in which order, and calling the next. What a desk then does with it is in desks.py."""

from functools import cache
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, and_, bindparam, or_, select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from branch import clock
from branch.errors import NotFound
from branch.people.models import Desk
from branch.rows import columns_of, hold, table_of
from branch.statements import Statement
from branch.tickets.errors import DeskClosed, NobodyWaiting
from branch.tickets.models import Ticket, TicketState
from branch.tickets.moves import tell_move
from branch.tickets.order import MOST_IN_A_ROW, calling_order, head_first, next_streak
from branch.tickets.wait import known
from branch.visits.models import EventKind

_TICKETS, _DESKS = table_of(Ticket), table_of(Desk)
WAITING_TODAY = and_(
    _TICKETS.c.branch_id == bindparam("branch"),
    _TICKETS.c.state == str(TicketState.WAITING),
    _TICKETS.c.day == bindparam("today"),
)
LOCKED_DESK = Statement(select(*columns_of(Desk)).where(_DESKS.c.id == bindparam("desk")).with_for_update())
COUNT = Statement(
    update(_DESKS)
    .where(_DESKS.c.id == bindparam("desk"))
    .values(priority_streak=bindparam("streak"), last_action=bindparam("last"))
)
CALLING = ("state", "desk_id", "called_at", "closed_at", "recalled_at", "recalls")


def waiting_tickets(session: Session, branch_id: str, desk: Desk | None = None) -> list[Ticket]:
    """Everyone who waits today, in calling order; with a desk only those it may call, in the order in which it will."""
    wanted = select(Ticket).where(WAITING_TODAY)
    if desk is not None:
        wanted = wanted.where(_callable(len(desk.services)))
    here = {"branch": branch_id, "today": known(session, branch_id).today()}
    tickets = session.scalars(wanted, here | (_served_at(desk) if desk else {}))
    return calling_order(tickets, desk.priority_streak if desk else 0)


def _callable(services: int) -> ColumnElement[bool]:
    """Tickets sent to this desk, and those sent to none whose service is one of so many that it serves."""
    served: list[BindParameter[str]] = [bindparam(f"service_{place}") for place in range(services)]
    return or_(
        _TICKETS.c.for_desk_id == bindparam("desk"),
        _TICKETS.c.for_desk_id.is_(None) & _TICKETS.c.service_id.in_(served),
    )


def _served_at(desk: Desk) -> dict[str, Any]:
    served = {f"service_{place}": f"{desk.branch_id}.{slug}" for place, slug in enumerate(desk.services)}
    return {"desk": desk.id, **served}


@cache
def _claim(ordinary_first: bool, services: int) -> Statement:
    """One conditional statement takes the first of the line; on PostgreSQL rows another desk is claiming are skipped."""
    first = (
        select(Ticket.id)
        .where(WAITING_TODAY, _callable(services))
        .order_by(*head_first(MOST_IN_A_ROW if ordinary_first else 0))
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    return Statement(
        update(_TICKETS)
        .where(_TICKETS.c.id == first.scalar_subquery(), _TICKETS.c.state == str(TicketState.WAITING))
        .values(**{name: bindparam(f"to_{name}") for name in CALLING}, moves=_TICKETS.c.moves + 1)
        .returning(*columns_of(Ticket))
    )


def call_next(session: Session, desk_id: str) -> Ticket:
    """Call whose turn it is at this desk; two desks never get one ticket. Raises NotFound, DeskClosed and NobodyWaiting."""
    desk = desk_at_work(session, desk_id)
    here = {"branch": desk.branch_id, "today": known(session, desk.branch_id).today(), **_served_at(desk)}
    changes = {f"to_{name}": value for name, value in called_to(desk).items()}
    claim = _claim(desk.priority_streak >= MOST_IN_A_ROW, len(desk.services))
    claimed = claim.first(session, here | changes)
    if claimed is None:
        raise NobodyWaiting()
    ticket = hold(session, Ticket, claimed)
    count_call(session, desk, ticket, {"state": "waiting", "desk_id": None, "called_at": None}, "called")
    tell_move(session, ticket, TicketState.WAITING, EventKind.TICKET_CALLED)
    return ticket


def desk_at_work(session: Session, desk_id: str) -> Desk:
    """The desk, locked until the commit so that its teller's two taps take turns. Raises NotFound and DeskClosed."""
    found = LOCKED_DESK.first(session, {"desk": desk_id})
    if found is None:
        raise NotFound()
    desk = hold(session, Desk, found)
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
    COUNT.run(session, {"desk": desk.id, "streak": streak, "last": last})
    set_committed_value(desk, "last_action", last)
    set_committed_value(desk, "priority_streak", streak)
