"""How long the wait for an expert will be, as a range that should hold the truth."""

from statistics import quantiles

from sqlalchemy import select
from sqlalchemy.orm import Session

from branch.clock import minutes_between
from branch.consults.models import FINISHED_STATES, Consult
from branch.people.models import Role, Staff
from branch.tickets.wait import ENOUGH_SAMPLES, SAMPLES, spread

# What a consult usually takes until there are enough real ones.
USUAL_MINUTES = (10.0, 20.0)


def estimate(session: Session, topic: str, place: int) -> tuple[int, int]:
    """Minutes, from and to, for whoever stands at `place` (1 is next) in the line of `topic`."""
    short, long = _minutes(session, topic)
    return spread(place - 1, max(1, len(experts(session, topic))), short, long)


def experts(session: Session, topic: str) -> list[Staff]:
    """The advisors who may take a consult on this topic."""
    advisors = select(Staff).where(Staff.role == Role.ADVISOR, Staff.active).order_by(Staff.id)
    return [advisor for advisor in session.scalars(advisors) if topic in advisor.topics]


def _minutes(session: Session, topic: str) -> tuple[float, float]:
    rows = session.execute(
        select(Consult.accepted_at, Consult.ended_at)
        .where(Consult.topic == topic, Consult.state.in_(FINISHED_STATES))
        .order_by(Consult.ended_at.desc())
        .limit(SAMPLES)
    )
    minutes = [minutes_between(accepted, ended) for accepted, ended in rows if accepted and ended]
    if len(minutes) < ENOUGH_SAMPLES:
        return USUAL_MINUTES
    tenths = quantiles(minutes, n=10)
    return tenths[1], tenths[7]
