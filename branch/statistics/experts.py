"""Consults of a branch's visitors by topic: asked for, held, given up, waited for, talked."""

from collections import defaultdict
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from branch.clock import minutes_between
from branch.consults.models import Consult, ConsultState
from branch.people.models import Branch
from branch.statistics.figures import Spread, spread
from branch.statistics.period import Period
from branch.visits.models import Visit


@dataclass(frozen=True)
class TopicFigures:
    """Consults on one topic; minutes of waiting for an advisor, and of talking."""

    requested: int
    held: int
    given_up: int
    wait: Spread | None
    talk: Spread | None


@dataclass
class _Tally:
    requested: int = 0
    held: int = 0
    given_up: int = 0
    waits: list[float] = field(default_factory=list)
    talks: list[float] = field(default_factory=list)

    def take(self, consult: Consult) -> None:
        self.requested += 1
        self.held += consult.live_at is not None
        self.given_up += consult.state == ConsultState.CANCELLED
        if consult.waiting_since and consult.accepted_at:
            self.waits.append(minutes_between(consult.waiting_since, consult.accepted_at))
        if consult.live_at and consult.ended_at:
            self.talks.append(minutes_between(consult.live_at, consult.ended_at))

    def figures(self) -> TopicFigures:
        return TopicFigures(self.requested, self.held, self.given_up, spread(self.waits), spread(self.talks))


def read_topics(session: Session, branch_id: str, period: Period) -> dict[str, TopicFigures]:
    """By topic, the consults that visitors of a branch asked for in these days."""
    start, end = period.moments(ZoneInfo(session.get_one(Branch, branch_id).timezone))
    consults = (
        select(Consult)
        .join(Visit, Visit.id == Consult.visit_id)
        .where(Visit.branch_id == branch_id, Consult.requested_at >= start, Consult.requested_at < end)
    )
    topics: defaultdict[str, _Tally] = defaultdict(_Tally)
    for consult in session.scalars(consults):
        topics[consult.topic].take(consult)
    return {topic: topics[topic].figures() for topic in sorted(topics)}
