"""A ticket's beginning: services and their hours, giving a number, finding the visit's ticket again."""

from datetime import date, datetime, time
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from branch import clock, ids
from branch.errors import NotFound
from branch.people.models import Branch
from branch.rows import keep, table_of
from branch.schedule.hours import is_open_at
from branch.statements import Statement
from branch.tickets.errors import ServiceClosed
from branch.tickets.models import OPEN_STATES, Priority, Service, Ticket, TicketState
from branch.tickets.numbers import next_serial, place_in_time
from branch.tickets.wait import situation
from branch.visits.models import EventKind
from branch.visits.services import get_visit, record

_TICKETS, _SERVICES, _BRANCHES = table_of(Ticket), table_of(Service), table_of(Branch)
OPEN_TICKET = Statement(
    select(_TICKETS.c.id).where(
        _TICKETS.c.visit_id == bindparam("visit"),
        or_(*(_TICKETS.c.state == str(state) for state in OPEN_STATES)),
    )
)
OFFER = Statement(
    select(
        *(
            _SERVICES.c[name]
            for name in ("id", "slug", "letter", "branch_id", "paused", "retired", "opens", "closes")
        ),
        *(_BRANCHES.c[name] for name in ("timezone", "schedule")),
    )
    .join(_BRANCHES, _BRANCHES.c.id == _SERVICES.c.branch_id)
    .where(_SERVICES.c.id == bindparam("service"))
)


def services_of(session: Session, branch_id: str) -> list[Service]:
    """What the branch offers, in the order of its screens."""
    return [service for service in all_services(session, branch_id) if not service.retired]


def all_services(session: Session, branch_id: str) -> list[Service]:
    """The same, with what was taken away: its numbers are still served, and its history has its name."""
    of_branch = select(Service).where(Service.branch_id == branch_id)
    return list(session.scalars(of_branch.order_by(Service.place, Service.letter)))


def letters_of(session: Session, branch_id: str, today: date) -> list[str]:
    """The letters of numbers that somebody may hold today: of what is offered, and of what was given before a change."""
    held = select(Ticket.letter).where(
        Ticket.branch_id == branch_id, Ticket.day == today, Ticket.state.in_(OPEN_STATES)
    )
    offered = {service.letter for service in services_of(session, branch_id)}
    return sorted(offered | set(session.scalars(held.distinct())))


class Offer(NamedTuple):
    """What a number is given for: a service and its hours, as far as they matter at that moment."""

    service_id: str
    slug: str
    letter: str
    branch_id: str
    paused: bool
    retired: bool
    opens: time | None
    closes: time | None
    timezone: str
    schedule: dict[str, Any] | None


def is_open(service: Service | Offer, branch: Branch | Offer, at: datetime) -> bool:
    """Whether the service gives out tickets at this moment, by its hours and the branch's in the branch's own time."""
    local = at.astimezone(ZoneInfo(branch.timezone))
    if service.paused or service.retired or not is_open_at(branch.schedule, local):
        return False
    opens, closes = service.opens, service.closes
    return (opens is None or opens <= local.time()) and (closes is None or local.time() < closes)


class ByPhone(NamedTuple):
    """A number that a phone asked for: by which request, and until when its place is kept; None for who is here."""

    request: str
    kept_until: datetime | None


def open_services(session: Session, branch_id: str, at: datetime) -> frozenset[str]:
    """Which services give out tickets at a moment, by their ids."""
    branch = session.get_one(Branch, branch_id)
    return frozenset(
        service.id for service in services_of(session, branch_id) if is_open(service, branch, at)
    )


def issue_ticket(
    session: Session,
    visit_id: str,
    service_slug: str,
    priority: Priority | None = None,
    by_phone: ByPhone | None = None,
    *,
    booked: bool = False,
) -> Ticket:
    """Give the visit a number for a service. A visit has one open ticket: asking again returns that one.

    Raises NotFound for an unknown service and ServiceClosed outside its hours; a service that was taken away after
    somebody had `booked` it is kept to.
    """
    visit = get_visit(session, visit_id)
    already = open_ticket(session, visit_id)
    if already is not None:
        return already
    offer = _offer(session, f"{visit.branch_id}.{service_slug}")
    now = clock.now()
    if not is_open(offer._replace(retired=offer.retired and not booked), offer, now):
        raise ServiceClosed()
    ticket = _number(session, visit_id, offer, now, priority, by_phone)
    request = {"request": by_phone.request} if by_phone else {}
    record(session, visit_id, EventKind.TICKET_ISSUED, **described(ticket, offer), **request)
    return ticket


def _offer(session: Session, service_id: str) -> Offer:
    row = OFFER.first(session, {"service": service_id})
    if row is None:
        raise NotFound()
    return Offer._make(row)


def _number(
    session: Session,
    visit_id: str,
    offer: Offer,
    now: datetime,
    priority: Priority | None,
    by_phone: ByPhone | None,
) -> Ticket:
    kept_until = by_phone.kept_until if by_phone else None
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
        state=TicketState.ON_THE_WAY if kept_until else TicketState.WAITING,
        kept_until=kept_until,
        by_phone=by_phone is not None,
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
        **({"kept_until": ticket.kept_until.isoformat()} if ticket.kept_until else {}),
    }


def open_ticket(session: Session, visit_id: str) -> Ticket | None:
    """The ticket the visit is waiting or being served with."""
    found = OPEN_TICKET.first(session, {"visit": visit_id})
    return session.get(Ticket, found[0]) if found else None


def latest_ticket(session: Session, visit_id: str) -> Ticket | None:
    """The visit's newest ticket in any state."""
    return session.scalar(
        select(Ticket).where(Ticket.visit_id == visit_id).order_by(Ticket.issued_at.desc()).limit(1)
    )
