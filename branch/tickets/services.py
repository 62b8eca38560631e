"""A ticket's beginning and its turn: numbers, who waits, calling the next. What a desk does with it is in desks.py."""

from datetime import datetime, time
from functools import cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import and_, bindparam, or_, select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.sql.dml import ReturningUpdate

from branch import clock, ids
from branch.errors import DeskClosed, NobodyWaiting, NotFound, ServiceClosed
from branch.people.models import Branch, Desk
from branch.rows import keep, table_of
from branch.tickets.models import OPEN_STATES, Priority, Service, Ticket, TicketState
from branch.tickets.moves import close_ticket, tell_move
from branch.tickets.numbers import next_serial, place_in_time
from branch.tickets.order import MOST_IN_A_ROW, calling_order, head_first, next_streak
from branch.tickets.wait import known, situation
from branch.visits.models import EventKind
from branch.visits.services import get_visit, record

__all__ = [
    "call_next",
    "close_ticket",
    "described",
    "is_open",
    "issue_ticket",
    "latest_ticket",
    "open_ticket",
    "services_of",
    "waiting_tickets",
]

# Made once: to build and look up a statement costs more than SQLite needs for its answer.
_TICKETS, _SERVICES, _BRANCHES = table_of(Ticket), table_of(Service), table_of(Branch)
OPEN_TICKET = select(_TICKETS.c.id).where(
    _TICKETS.c.visit_id == bindparam("visit"), or_(*(_TICKETS.c.state == str(state) for state in OPEN_STATES))
)
OFFER = (
    select(
        *(_SERVICES.c[name] for name in ("id", "slug", "letter", "branch_id", "paused", "opens", "closes")),
        _BRANCHES.c.timezone,
    )
    .join(_BRANCHES, _BRANCHES.c.id == _SERVICES.c.branch_id)
    .where(_SERVICES.c.id == bindparam("service"))
)
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


def services_of(session: Session, branch_id: str) -> list[Service]:
    """The branch's services in the order of their letters."""
    return list(
        session.scalars(select(Service).where(Service.branch_id == branch_id).order_by(Service.letter))
    )


class Offer(NamedTuple):
    """What a number is given for: a service and its hours, as far as they matter at that moment."""

    service_id: str
    slug: str
    letter: str
    branch_id: str
    paused: bool
    opens: time | None
    closes: time | None
    timezone: str


def is_open(service: Service | Offer, branch: Branch | Offer, at: datetime) -> bool:
    """Whether the service gives out tickets at this moment, by its hours in the branch's own time."""
    if service.paused:
        return False
    local = at.astimezone(ZoneInfo(branch.timezone)).time()
    return (service.opens is None or service.opens <= local) and (
        service.closes is None or local < service.closes
    )


def issue_ticket(
    session: Session, visit_id: str, service_slug: str, priority: Priority | None = None
) -> Ticket:
    """Give the visit a number for a service. A visit has one open ticket: asking again returns that one.

    Raises NotFound for an unknown service and ServiceClosed outside its hours.
    """
    visit = get_visit(session, visit_id)
    already = open_ticket(session, visit_id)
    if already is not None:
        return already
    offer = _offer(session, f"{visit.branch_id}.{service_slug}")
    now = clock.now()
    if not is_open(offer, offer, now):
        raise ServiceClosed()
    ticket = _number(session, visit_id, offer, now, priority)
    record(session, visit_id, EventKind.TICKET_ISSUED, **described(ticket, offer))
    return ticket


def _offer(session: Session, service_id: str) -> Offer:
    session.flush()
    row = session.connection().execute(OFFER, {"service": service_id}).one_or_none()
    if row is None:
        raise NotFound()
    return Offer._make(row)


def _number(
    session: Session, visit_id: str, offer: Offer, now: datetime, priority: Priority | None
) -> Ticket:
    line = situation(session, offer.branch_id)
    wait, day = line.newcomer(offer.slug), clock.business_day(now, offer.timezone)
    ticket = Ticket(
        id=ids.new_id(),
        visit_id=visit_id,
        branch_id=offer.branch_id,
        service_id=offer.service_id,
        day=day,
        letter=offer.letter,
        serial=next_serial(session, offer.branch_id, day, offer.letter),
        state=TicketState.WAITING,
        priority=priority,
        issued_at=place_in_time(now, line.newest),
        promised_low=wait.low,
        promised_high=wait.high,
    )
    keep(session, ticket)
    return ticket


def described(ticket: Ticket, service: Service | Offer) -> dict[str, object]:
    """The ticket as it travels in an event: everything the centre needs to know it too."""
    return {
        "ticket": ticket.id,
        "number": ticket.number,
        "letter": ticket.letter,
        "serial": ticket.serial,
        "day": ticket.day.isoformat(),
        "service": service.slug,
        "issued_at": ticket.issued_at.isoformat(),
        "promised": [ticket.promised_low, ticket.promised_high],
        "priority": ticket.priority,
    }


def open_ticket(session: Session, visit_id: str) -> Ticket | None:
    """The ticket the visit is waiting or being served with."""
    session.flush()
    found = session.connection().scalar(OPEN_TICKET, {"visit": visit_id})
    return session.get(Ticket, found) if found else None


def latest_ticket(session: Session, visit_id: str) -> Ticket | None:
    """The visit's newest ticket in any state."""
    return session.scalar(
        select(Ticket).where(Ticket.visit_id == visit_id).order_by(Ticket.issued_at.desc()).limit(1)
    )


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
