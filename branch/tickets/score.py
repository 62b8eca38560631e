"""Afterwards: how often the wait that was promised with a number came true."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from branch import clock
from branch.clock import minutes_between
from branch.tickets.models import Ticket

LOOKED_BACK = timedelta(days=30)
Promise = Row[str, int, int, datetime, datetime | None]


@dataclass(frozen=True)
class Kept:
    """How many were called within the range they had been told, of how many who were called, and how many sooner or later.

    `width` is the median width of the ranges in minutes.
    """

    held: int
    told: int
    early: int = 0
    late: int = 0
    width: float | None = None

    @property
    def share(self) -> float | None:
        """From 0 to 1; None while nobody was called."""
        return self.held / self.told if self.told else None


def kept_promises(session: Session, branch_id: str, back: timedelta = LOOKED_BACK) -> Kept:
    """The promises of a branch in the last days.

    Only those count who were called in their turn: who came back, went first by right, or had first to come
    from home had another wait than promised.
    """
    return _kept(_promises(session, branch_id, back))


def kept_by_service(session: Session, branch_id: str, back: timedelta = LOOKED_BACK) -> dict[str, Kept]:
    """The same by the id of the service that the number is for, in no order."""
    told = defaultdict(list)
    for row in _promises(session, branch_id, back):
        told[row[0]].append(row)
    return {service: _kept(rows) for service, rows in told.items()}


def _promises(session: Session, branch_id: str, back: timedelta) -> Iterable[Promise]:
    promises = select(
        Ticket.service_id, Ticket.promised_low, Ticket.promised_high, Ticket.issued_at, Ticket.called_at
    )
    in_turn = promises.where(
        Ticket.branch_id == branch_id,
        Ticket.issued_at > clock.now() - back,
        Ticket.called_at.is_not(None),
        Ticket.returned_at.is_(None),
        Ticket.priority.is_(None),
        Ticket.by_phone.is_(False),
    )
    return session.execute(in_turn)


def _kept(promises: Iterable[Promise]) -> Kept:
    early = late = 0
    widths = []
    for _service, low, high, issued, called in promises:
        waited = minutes_between(issued, called or issued)
        early, late = early + (waited < low), late + (waited > high)
        widths.append(high - low)
    told = len(widths)
    return Kept(told - early - late, told, early, late, median(widths) if widths else None)
