"""The queue as people in the branch see it: what each service's wait is, which numbers were called, who waits at a desk."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from branch import clock
from branch.content.catalogue import in_language
from branch.people.models import Branch, Desk
from branch.tickets.models import Service, Ticket, TicketState
from branch.tickets.services import is_open, services_of
from branch.tickets.wait import Wait, situation


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
    recalls: int


def service_waits(session: Session, branch: Branch, language: str) -> list[ServiceWait]:
    """Every service of the branch with its wait now, in the order of letters."""
    now, today = clock.now(), session.get_one(Branch, branch.id)
    line = situation(session, branch.id)
    return [
        _service_wait(today, service, line.newcomer(service.slug), language, now)
        for service in services_of(session, branch.id)
    ]


def _service_wait(branch: Branch, service: Service, wait: Wait, language: str, now: datetime) -> ServiceWait:
    return ServiceWait(
        slug=service.slug,
        letter=service.letter,
        name=in_language(service.name, language),
        description=in_language(service.description, language),
        open=is_open(service, branch, now),
        opens=service.opens.strftime("%H:%M") if service.opens and not service.paused else None,
        closes=service.closes.strftime("%H:%M") if service.closes else None,
        wait=wait,
    )


def usual_wait(waits: list[ServiceWait]) -> ServiceWait | None:
    """The open service where most people stand, the first among equals: what a sign at the door may promise."""
    return max((wait for wait in waits if wait.open), key=lambda wait: wait.wait.ahead, default=None)


def waiting_total(session: Session, branch: Branch) -> int:
    """How many people hold a number that was not called yet."""
    return sum(situation(session, branch.id).waiting.values())


def last_called(session: Session, branch: Branch, limit: int = 4) -> list[Called]:
    """Today's numbers that were called, the newest first; one that is called again is new once more."""
    today = clock.business_day(clock.now(), branch.timezone)
    rows = session.execute(
        select(Ticket, Desk.name)
        .join(Desk, Desk.id == Ticket.desk_id)
        .where(Ticket.branch_id == branch.id, Ticket.day == today, Ticket.called_at.is_not(None))
        .order_by(func.coalesce(Ticket.recalled_at, Ticket.called_at).desc())
        .limit(limit)
    )
    return [
        Called(ticket.number, desk, ticket.called_at, ticket.state == TicketState.CALLED, ticket.recalls)
        for ticket, desk in rows
        if ticket.called_at is not None
    ]
