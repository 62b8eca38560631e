"""Afterwards: how often the wait that was promised with a number came true."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from branch import clock
from branch.clock import minutes_between
from branch.tickets.models import Ticket

LOOKED_BACK = timedelta(days=30)


@dataclass(frozen=True)
class Kept:
    """How many were called within the range they had been told, of how many who were called."""

    held: int
    told: int

    @property
    def share(self) -> float | None:
        """From 0 to 1; None while nobody was called."""
        return self.held / self.told if self.told else None


def kept_promises(session: Session, branch_id: str, back: timedelta = LOOKED_BACK) -> Kept:
    """The promises of a branch in the last days.

    Only those count who were called in their turn: who came back, went first by right, or had first to come
    from home had another wait than promised.
    """
    rows = session.execute(
        select(Ticket.promised_low, Ticket.promised_high, Ticket.issued_at, Ticket.called_at).where(
            Ticket.branch_id == branch_id,
            Ticket.issued_at > clock.now() - back,
            Ticket.called_at.is_not(None),
            Ticket.returned_at.is_(None),
            Ticket.priority.is_(None),
            Ticket.by_phone.is_(False),
        )
    )
    held = [low <= minutes_between(issued, called) <= high for low, high, issued, called in rows if called]
    return Kept(sum(held), len(held))
