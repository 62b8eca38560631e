"""How long a wait will be, as a range that should hold the truth."""

from dataclasses import dataclass
from math import ceil, floor
from statistics import quantiles

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from branch.clock import minutes_between
from branch.people.services import open_desks
from branch.tickets.models import Service, Ticket, TicketState

ENOUGH_SAMPLES = 8
SAMPLES = 40
STEP = 5
EXACT_BELOW = 10


@dataclass(frozen=True)
class Wait:
    """People ahead and a range of minutes, rounded outwards to fives once it is long."""

    ahead: int
    low: int
    high: int


def estimate(session: Session, service: Service, ahead: int) -> Wait:
    """The wait for someone with `ahead` people of the same desks before them."""
    desks = max(1, sum(service.slug in desk.services for desk in open_desks(session, service.branch_id)))
    short, long = _service_minutes(session, service)
    return Wait(ahead, *spread(ahead, desks, short, long))


def spread(ahead: int, desks: int, short: float, long: float) -> tuple[int, int]:
    """Minutes from the quickest to the slowest plausible course: each desk works through its share of the line."""
    low = ahead / desks * short
    high = (ahead + 1) / desks * long
    return _floor(low), _ceil(high)


def _floor(minutes: float) -> int:
    return floor(minutes) if minutes < EXACT_BELOW else floor(minutes / STEP) * STEP


def _ceil(minutes: float) -> int:
    return ceil(minutes) if minutes <= EXACT_BELOW else ceil(minutes / STEP) * STEP


def people_ahead(session: Session, ticket: Ticket) -> int:
    """How many waiting tickets will be called before this one by desks that also serve its service."""
    if ticket.state != TicketState.WAITING:
        return 0
    return _waiting(session, ticket.service_id, ticket)


def waiting_count(session: Session, service: Service) -> int:
    """How many wait now whom a newcomer to this service would stand behind."""
    return _waiting(session, service.id, None)


def _waiting(session: Session, service_id: str, before: Ticket | None) -> int:
    service = session.get_one(Service, service_id)
    rivals = _rival_services(session, service)
    waiting = select(func.count(Ticket.id)).where(
        Ticket.branch_id == service.branch_id,
        Ticket.state == TicketState.WAITING,
        Ticket.service_id.in_(rivals),
    )
    if before is not None:
        waiting = waiting.where(
            (Ticket.issued_at < before.issued_at)
            | ((Ticket.issued_at == before.issued_at) & (Ticket.id < before.id))
        )
    return session.scalar(waiting) or 0


def _rival_services(session: Session, service: Service) -> list[str]:
    """Services that share a desk with this one: their earlier tickets are called first."""
    shared = {service.slug}
    for desk in open_desks(session, service.branch_id):
        if service.slug in desk.services:
            shared.update(desk.services)
    return [f"{service.branch_id}.{slug}" for slug in sorted(shared)]


def _service_minutes(session: Session, service: Service) -> tuple[float, float]:
    """A short and a long service time: the branch's own recent ones, or what the bank typed in until there are enough."""
    rows = session.execute(
        select(Ticket.called_at, Ticket.closed_at)
        .where(Ticket.service_id == service.id, Ticket.state == TicketState.FINISHED)
        .order_by(Ticket.closed_at.desc())
        .limit(SAMPLES)
    )
    minutes = [minutes_between(called, closed) for called, closed in rows if called and closed]
    if len(minutes) < ENOUGH_SAMPLES:
        return service.minutes_low, service.minutes_high
    tenths = quantiles(minutes, n=10)
    return tenths[1], tenths[7]
