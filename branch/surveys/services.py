"""Taking an answer, and reading answers back."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from branch import clock, ids
from branch.consults.models import FINISHED_STATES, Consult
from branch.errors import AlreadySurveyed, BadScore, BadText, WrongState
from branch.surveys.models import Survey
from branch.visits.models import EventKind, Visit
from branch.visits.services import record

NOTE_LIMIT = 2000


def answer(session: Session, consult: Consult, score: object, note: object) -> Survey:
    """Store the score (whole number, 0 to 10) and the note (up to 2,000 characters) of one consult.

    Raises BadScore, BadText, WrongState before the consult has ended, AlreadySurveyed for a second answer.
    """
    if not isinstance(score, int) or isinstance(score, bool) or not 0 <= score <= 10:
        raise BadScore()
    if not isinstance(note, str) or len(note) > NOTE_LIMIT:
        raise BadText(limit=NOTE_LIMIT)
    if consult.state not in FINISHED_STATES:
        raise WrongState()
    given = Survey(
        id=ids.new_id(),
        visit_id=consult.visit_id,
        consult_id=consult.id,
        score=score,
        note=note.strip(),
        at=clock.now(),
    )
    try:
        with session.begin_nested():
            session.add(given)
    except IntegrityError:
        raise AlreadySurveyed() from None
    record(session, consult.visit_id, EventKind.SURVEY_ANSWERED, consult=consult.id, score=score)
    return given


def of_consult(session: Session, consult_id: str) -> Survey | None:
    """The answer given for a consult, if there is one."""
    return session.scalar(select(Survey).where(Survey.consult_id == consult_id))


def recent(session: Session, limit: int = 100) -> list[Survey]:
    """The newest answers first."""
    return list(session.scalars(select(Survey).order_by(Survey.at.desc()).limit(limit)))


@dataclass(frozen=True)
class Scores:
    """How often each score from 0 to 10 was given."""

    counts: tuple[int, ...]

    @property
    def answers(self) -> int:
        """How many have answered."""
        return sum(self.counts)

    @property
    def promoters(self) -> int:
        """Who gave 9 or 10."""
        return sum(self.counts[9:])

    @property
    def passives(self) -> int:
        """Who gave 7 or 8."""
        return sum(self.counts[7:9])

    @property
    def detractors(self) -> int:
        """Who gave 0 to 6."""
        return sum(self.counts[:7])

    @property
    def nps(self) -> int | None:
        """Net Promoter Score, -100 to 100: the share of 9 and 10 less the share of 0 to 6; None without answers."""
        if not self.answers:
            return None
        return round(100 * (self.promoters - self.detractors) / self.answers)


def summary(session: Session, branch_id: str | None = None) -> Scores:
    """All scores ever given, by visitors of one branch or of all."""
    counted = select(Survey.score, func.count()).group_by(Survey.score)
    if branch_id is not None:
        counted = counted.join(Visit, Visit.id == Survey.visit_id).where(Visit.branch_id == branch_id)
    given = dict(session.execute(counted).all())
    return Scores(tuple(given.get(score, 0) for score in range(11)))
