"""The branch at this moment: who waits and how long already, who is being served, which desks are at work."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from branch import clock
from branch.people.models import Branch, Desk
from branch.tickets.models import OPEN_STATES, Ticket, TicketState
from branch.tickets.wait import slug_of


@dataclass(frozen=True)
class DeskNow:
    """A desk: at work, on a break or closed, and the number that was called to it."""

    id: str
    name: str
    open: bool
    on_break: bool
    number: str | None


@dataclass(frozen=True)
class Now:
    """`longest` is the wait so far, in minutes, of whoever has waited longest; `waiting` counts by service."""

    waiting: Mapping[str, int]
    longest: float | None
    parked: int
    desks: tuple[DeskNow, ...]

    @property
    def waiting_total(self) -> int:
        """Everybody with a number who was not called yet."""
        return sum(self.waiting.values())

    @property
    def desks_open(self) -> int:
        """How many desks call people now."""
        return sum(desk.open for desk in self.desks)


def read_now(session: Session, branch_id: str) -> Now:
    """What the database knows of the branch; how old that is, the link tells."""
    branch = session.get_one(Branch, branch_id)
    today = clock.business_day(clock.now(), branch.timezone)
    tickets = session.scalars(
        select(Ticket).where(
            Ticket.branch_id == branch_id, Ticket.day == today, Ticket.state.in_(OPEN_STATES)
        )
    ).all()
    waiting = [ticket for ticket in tickets if ticket.state == TicketState.WAITING]
    oldest = min((ticket.issued_at for ticket in waiting), default=None)
    return Now(
        Counter(slug_of(ticket.service_id) for ticket in waiting),
        max(0.0, clock.minutes_between(oldest, clock.now())) if oldest else None,
        sum(ticket.state == TicketState.PARKED for ticket in tickets),
        _desks(session, branch_id, {ticket.desk_id: ticket.number for ticket in tickets if _served(ticket)}),
    )


def _served(ticket: Ticket) -> bool:
    return ticket.state == TicketState.CALLED


def _desks(session: Session, branch_id: str, served: Mapping[str | None, str]) -> tuple[DeskNow, ...]:
    desks = session.scalars(select(Desk).where(Desk.branch_id == branch_id).order_by(Desk.id))
    return tuple(DeskNow(desk.id, desk.name, desk.open, desk.on_break, served.get(desk.id)) for desk in desks)
