"""The queue as people in the branch see it: what each service's wait is, which numbers were called, who waits at a desk."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from branch import clock
from branch.content.catalogue import in_language
from branch.people.models import Branch, Desk
from branch.tickets.models import Service, Ticket, TicketState
from branch.tickets.services import is_open, services_of, waiting_tickets
from branch.tickets.wait import Wait, estimate, waiting_count
from branch.visits.models import Visit


@dataclass(frozen=True)
class ServiceWait:
    """A service as someone who thinks of taking a number sees it."""

    slug: str
    letter: str
    name: str
    description: str
    open: bool
    opens: str | None
    closes: str | None
    wait: Wait


@dataclass(frozen=True)
class Called:
    """A number that was called, and where to."""

    number: str
    desk: str
    at: datetime
    served: bool


@dataclass(frozen=True)
class Waiting:
    """Someone in line, as the desk sees them."""

    number: str
    service: str
    since: datetime
    language: str
    mine: bool


def service_waits(session: Session, branch: Branch, language: str) -> list[ServiceWait]:
    """Every service of the branch with its wait now, in the order of letters."""
    now = clock.now()
    return [
        _service_wait(session, branch, service, language, now) for service in services_of(session, branch.id)
    ]


def _service_wait(
    session: Session, branch: Branch, service: Service, language: str, now: datetime
) -> ServiceWait:
    return ServiceWait(
        slug=service.slug,
        letter=service.letter,
        name=in_language(service.name, language),
        description=in_language(service.description, language),
        open=is_open(service, branch, now),
        opens=service.opens.strftime("%H:%M") if service.opens else None,
        closes=service.closes.strftime("%H:%M") if service.closes else None,
        wait=estimate(session, service, waiting_count(session, service)),
    )


def usual_wait(waits: list[ServiceWait]) -> ServiceWait | None:
    """The open service where most people stand, the first among equals: what a sign at the door may promise."""
    return max((wait for wait in waits if wait.open), key=lambda wait: wait.wait.ahead, default=None)


def waiting_total(session: Session, branch: Branch) -> int:
    """How many people hold a number that was not called yet."""
    return len(waiting_tickets(session, branch.id))


def last_called(session: Session, branch: Branch, limit: int = 4) -> list[Called]:
    """Today's numbers that were called, the newest first."""
    today = clock.business_day(clock.now(), branch.timezone)
    rows = session.execute(
        select(Ticket, Desk.name)
        .join(Desk, Desk.id == Ticket.desk_id)
        .where(Ticket.branch_id == branch.id, Ticket.day == today, Ticket.called_at.is_not(None))
        .order_by(Ticket.called_at.desc())
        .limit(limit)
    )
    return [
        Called(ticket.number, desk, ticket.called_at, ticket.state == TicketState.CALLED)
        for ticket, desk in rows
        if ticket.called_at is not None
    ]


def at_desk(session: Session, desk_id: str) -> Ticket | None:
    """The customer who was called to this desk and is not finished."""
    here = select(Ticket).where(Ticket.desk_id == desk_id, Ticket.state == TicketState.CALLED)
    return session.scalar(here.order_by(Ticket.called_at.desc()).limit(1))


def line(session: Session, branch: Branch, desk: Desk | None) -> list[Waiting]:
    """Everyone who waits, in calling order; `mine` are those this desk serves."""
    names = {service.id: service for service in services_of(session, branch.id)}
    visits = select(Visit.id, Visit.language).where(Visit.branch_id == branch.id)
    tickets = waiting_tickets(session, branch.id)
    spoken = {
        visit: language
        for visit, language in session.execute(visits.where(Visit.id.in_([t.visit_id for t in tickets])))
    }
    served = set(desk.services) if desk else set()
    return [
        Waiting(
            number=ticket.number,
            service=in_language(names[ticket.service_id].name, "ko"),
            since=ticket.issued_at,
            language=spoken.get(ticket.visit_id, "ko"),
            mine=names[ticket.service_id].slug in served,
        )
        for ticket in tickets
    ]
