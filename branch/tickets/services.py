"""A ticket's life: issue, call, finish, no-show, give back."""

from datetime import datetime
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from branch import clock, ids
from branch.errors import Conflict, NobodyWaiting, NotFound, ServiceClosed, TicketNotFound, WrongState
from branch.people.models import Branch, Desk
from branch.tickets.models import OPEN_STATES, Service, Ticket, TicketCounter, TicketState
from branch.tickets.wait import estimate, waiting_count
from branch.visits.models import EventKind
from branch.visits.services import get_visit, record

log = structlog.get_logger()

ALLOWED = {
    TicketState.WAITING: {TicketState.CALLED, TicketState.CANCELLED},
    TicketState.CALLED: {TicketState.FINISHED, TicketState.NO_SHOW, TicketState.CANCELLED},
}
EVENT_OF = {
    TicketState.CALLED: EventKind.TICKET_CALLED,
    TicketState.FINISHED: EventKind.TICKET_FINISHED,
    TicketState.NO_SHOW: EventKind.TICKET_NO_SHOW,
    TicketState.CANCELLED: EventKind.TICKET_CANCELLED,
}


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


def issue_ticket(session: Session, visit_id: str, service_slug: str) -> Ticket:
    """Give the visit a number for a service. A visit has one open ticket: asking again returns that one.

    Raises NotFound for an unknown service and ServiceClosed outside its hours.
    """
    visit = get_visit(session, visit_id)
    already = open_ticket(session, visit_id)
    if already is not None:
        return already
    service = session.get(Service, f"{visit.branch_id}.{service_slug}")
    if service is None:
        raise NotFound()
    branch = session.get_one(Branch, visit.branch_id)
    issued_at = clock.now()
    if not is_open(service, branch, issued_at):
        raise ServiceClosed()
    ticket = _number(session, visit_id, service, branch, issued_at)
    record(session, visit_id, EventKind.TICKET_ISSUED, **described(ticket, service))
    return ticket


def _number(session: Session, visit_id: str, service: Service, branch: Branch, issued_at: datetime) -> Ticket:
    wait = estimate(session, service, waiting_count(session, service))
    day = clock.business_day(issued_at, branch.timezone)
    ticket = Ticket(
        id=ids.new_id(),
        visit_id=visit_id,
        branch_id=branch.id,
        service_id=service.id,
        day=day,
        letter=service.letter,
        serial=_next_serial(session, TicketCounter(branch_id=branch.id, day=day, letter=service.letter)),
        state=TicketState.WAITING,
        issued_at=issued_at,
        promised_low=wait.low,
        promised_high=wait.high,
    )
    session.add(ticket)
    session.flush()
    return ticket


def _next_serial(session: Session, counter: TicketCounter) -> int:
    """One statement inserts the day's counter or advances it, so two kiosks never get one number."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    first = insert(TicketCounter).values(
        branch_id=counter.branch_id, day=counter.day, letter=counter.letter, last_serial=1
    )
    advanced = first.on_conflict_do_update(
        index_elements=["branch_id", "day", "letter"], set_={"last_serial": TicketCounter.last_serial + 1}
    )
    return session.scalars(advanced.returning(TicketCounter.last_serial)).one()


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
    }


def open_ticket(session: Session, visit_id: str) -> Ticket | None:
    """The ticket the visit is waiting or being served with."""
    return session.scalar(select(Ticket).where(Ticket.visit_id == visit_id, Ticket.state.in_(OPEN_STATES)))


def latest_ticket(session: Session, visit_id: str) -> Ticket | None:
    """The visit's newest ticket in any state."""
    return session.scalar(
        select(Ticket).where(Ticket.visit_id == visit_id).order_by(Ticket.issued_at.desc()).limit(1)
    )


def waiting_tickets(session: Session, branch_id: str) -> list[Ticket]:
    """Everyone who waits, in calling order."""
    waiting = select(Ticket).where(Ticket.branch_id == branch_id, Ticket.state == TicketState.WAITING)
    return list(session.scalars(waiting.order_by(Ticket.issued_at, Ticket.id)))


def call_next(session: Session, desk_id: str) -> Ticket:
    """Call the longest-waiting ticket this desk serves; two desks never get the same one.

    The claim is one conditional UPDATE; on PostgreSQL rows another desk is claiming are skipped. Raises NobodyWaiting.
    """
    desk = session.get(Desk, desk_id)
    if desk is None:
        raise NotFound()
    served = [f"{desk.branch_id}.{slug}" for slug in desk.services]
    first = (
        select(Ticket.id)
        .where(
            Ticket.branch_id == desk.branch_id,
            Ticket.state == TicketState.WAITING,
            Ticket.service_id.in_(served),
        )
        .order_by(Ticket.issued_at, Ticket.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    claimed = (
        update(Ticket)
        .where(Ticket.id == first.scalar_subquery(), Ticket.state == TicketState.WAITING)
        .values(state=TicketState.CALLED, desk_id=desk.id, called_at=clock.now())
        .returning(Ticket)
    )
    ticket = session.scalars(claimed).one_or_none()
    if ticket is None:
        raise NobodyWaiting()
    _tell_move(session, ticket, TicketState.WAITING)
    return ticket


def close_ticket(session: Session, ticket_id: str, to: TicketState) -> Ticket:
    """Finish, cancel or mark as no-show. Raises TicketNotFound, and WrongState when the order of things forbids it."""
    ticket = session.get(Ticket, ticket_id)
    if ticket is None:
        raise TicketNotFound()
    before = TicketState(ticket.state)
    if to not in ALLOWED.get(before, set()):
        raise WrongState()
    moved = session.execute(
        update(Ticket)
        .where(Ticket.id == ticket_id, Ticket.state == before)
        .values(state=to, closed_at=clock.now())
    )
    if not moved.rowcount:  # type: ignore[attr-defined]
        raise Conflict()
    session.refresh(ticket)
    _tell_move(session, ticket, before)
    return ticket


def _tell_move(session: Session, ticket: Ticket, before: TicketState) -> None:
    state = TicketState(ticket.state)
    log.info("ticket moved", ticket=ticket.id, visit=ticket.visit_id, change=f"{before} -> {state}")
    desk = session.get(Desk, ticket.desk_id) if ticket.desk_id else None
    record(
        session,
        ticket.visit_id,
        EVENT_OF[state],
        ticket=ticket.id,
        number=ticket.number,
        desk=desk.id if desk else None,
        desk_name=desk.name if desk else None,
    )
