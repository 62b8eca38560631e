"""A ticket's beginning and its turn: numbers, who waits, calling the next. What a desk does with it is in desks.py."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, bindparam, false, or_, select, update
from sqlalchemy.orm import Session

from branch import clock, ids
from branch.errors import DeskClosed, NobodyWaiting, NotFound, ServiceClosed
from branch.people.models import Branch, Desk
from branch.rows import keep, table_of
from branch.tickets.models import OPEN_STATES, Priority, Service, Ticket, TicketState
from branch.tickets.moves import close_ticket, tell_move
from branch.tickets.numbers import next_serial, place_in_time
from branch.tickets.order import calling_order, head_first, next_streak
from branch.tickets.wait import situation
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
OPEN_TICKET = select(table_of(Ticket).c.id).where(
    table_of(Ticket).c.visit_id == bindparam("visit"),
    table_of(Ticket).c.state.in_([str(state) for state in OPEN_STATES]),
)
OFFERED = (
    select(Service, Branch)
    .join(Branch, Branch.id == Service.branch_id)
    .where(Service.id == bindparam("service"))
)


def services_of(session: Session, branch_id: str) -> list[Service]:
    """The branch's services in the order of their letters."""
    return list(
        session.scalars(select(Service).where(Service.branch_id == branch_id).order_by(Service.letter))
    )


def is_open(service: Service, branch: Branch, at: datetime) -> bool:
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
    offered = session.execute(OFFERED, {"service": f"{visit.branch_id}.{service_slug}"}).one_or_none()
    if offered is None:
        raise NotFound()
    service, branch = offered
    issued_at = clock.now()
    if not is_open(service, branch, issued_at):
        raise ServiceClosed()
    ticket = _number(session, visit_id, service, branch, issued_at, priority)
    record(session, visit_id, EventKind.TICKET_ISSUED, **described(ticket, service))
    return ticket


def _number(
    session: Session,
    visit_id: str,
    service: Service,
    branch: Branch,
    issued_at: datetime,
    priority: Priority | None,
) -> Ticket:
    wait = situation(session, branch.id).newcomer(service.slug)
    day = clock.business_day(issued_at, branch.timezone)
    ticket = Ticket(
        id=ids.new_id(),
        visit_id=visit_id,
        branch_id=branch.id,
        service_id=service.id,
        day=day,
        letter=service.letter,
        serial=next_serial(session, branch.id, day, service.letter),
        state=TicketState.WAITING,
        priority=priority,
        issued_at=place_in_time(session, branch.id, issued_at),
        promised_low=wait.low,
        promised_high=wait.high,
    )
    keep(session, ticket)
    return ticket


def described(ticket: Ticket, service: Service) -> dict[str, object]:
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
    wanted = select(Ticket).where(*_waiting_today(session, branch_id))
    if desk is not None:
        wanted = wanted.where(callable_at(desk))
    return calling_order(session.scalars(wanted), desk.priority_streak if desk else 0)


def _waiting_today(session: Session, branch_id: str) -> tuple[ColumnElement[bool], ...]:
    """A ticket of another day is never called, also before the day's end was cleared up."""
    today = clock.business_day(clock.now(), session.get_one(Branch, branch_id).timezone)
    return Ticket.branch_id == branch_id, Ticket.state == TicketState.WAITING, Ticket.day == today


def callable_at(desk: Desk) -> ColumnElement[bool]:
    """Tickets sent to this desk, and those sent to none whose service it serves."""
    served = [f"{desk.branch_id}.{slug}" for slug in desk.services]
    for_all = Ticket.for_desk_id.is_(None) & (Ticket.service_id.in_(served) if served else false())
    return or_(Ticket.for_desk_id == desk.id, for_all)


def call_next(session: Session, desk_id: str) -> Ticket:
    """Call whose turn it is at this desk; two desks never get the same ticket.

    The claim is one conditional UPDATE; on PostgreSQL rows another desk is claiming are skipped.
    Raises NotFound, DeskClosed and NobodyWaiting.
    """
    desk = desk_at_work(session, desk_id)
    first = (
        select(Ticket.id)
        .where(*_waiting_today(session, desk.branch_id), callable_at(desk))
        .order_by(*head_first(desk.priority_streak))
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    claimed = (
        update(Ticket)
        .where(Ticket.id == first.scalar_subquery(), Ticket.state == TicketState.WAITING)
        .values(**called_to(desk), moves=Ticket.moves + 1)
        .returning(Ticket)
        .execution_options(populate_existing=True, synchronize_session=False)
    )
    ticket = session.scalars(claimed).one_or_none()
    if ticket is None:
        raise NobodyWaiting()
    count_call(desk, ticket, {"state": "waiting", "desk_id": None, "called_at": None}, "called")
    tell_move(session, ticket, TicketState.WAITING, EventKind.TICKET_CALLED)
    return ticket


def desk_at_work(session: Session, desk_id: str) -> Desk:
    """The desk, locked until the commit so that its teller's two taps take turns. Raises NotFound and DeskClosed."""
    desk = session.get(Desk, desk_id, with_for_update=True)
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


def count_call(desk: Desk, ticket: Ticket, before: dict[str, object], name: str) -> None:
    """Remember at the desk what the order needs for its next call, and what its teller can undo."""
    step = {"ticket": ticket.id, "moves": ticket.moves, "before": before}
    desk.last_action = {
        "name": name,
        "number": ticket.number,
        "streak": desk.priority_streak,
        "steps": [step],
    }
    desk.priority_streak = next_streak(desk.priority_streak, ticket.priority)
