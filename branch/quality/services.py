"""Keeping how a call went, and reading it back."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from branch import clock
from branch.quality.models import CallQuality


@dataclass(frozen=True)
class Measured:
    """What was measured of one person's part; units as in CallQuality."""

    participant: str
    bitrate_in: int
    bitrate_out: int
    freezes: int
    loss: float | None = None
    jitter: float | None = None
    round_trip: float | None = None
    opinion: float | None = None


def keep(session: Session, consult_id: str, measured: Iterable[Measured]) -> None:
    """Store how a call went, one row a person; told twice, the later counts."""
    for person in measured:
        session.merge(CallQuality(consult_id=consult_id, at=clock.now(), **asdict(person)))


def of_consult(session: Session, consult_id: str) -> list[CallQuality]:
    """What was measured of a consult's call, nothing if it never stood."""
    found = select(CallQuality).where(CallQuality.consult_id == consult_id)
    return list(session.scalars(found.order_by(CallQuality.participant)))


def opinion_of(session: Session, consult_id: str) -> float | None:
    """The estimated score of the voice that came through worst; None where nothing was measured."""
    return session.scalar(select(func.min(CallQuality.opinion)).where(CallQuality.consult_id == consult_id))
