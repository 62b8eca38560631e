"""Scoring a quiz and keeping its result with the visit."""

from collections import Counter
from collections.abc import Sequence

from sqlalchemy.orm import Session

from branch.errors import BadAnswer
from branch.quiz.content import Quiz, QuizType
from branch.visits.models import EventKind
from branch.visits.services import get_visit, record


def check_answer(quiz: Quiz, question: int, answer: object) -> int:
    """The answer as an index from 0. Raises BadAnswer for anything that is not a choice of that question."""
    if not 0 <= question < len(quiz.questions) or not isinstance(answer, int) or isinstance(answer, bool):
        raise BadAnswer()
    if not 0 <= answer < len(quiz.questions[question].answers):
        raise BadAnswer()
    return answer


def score(quiz: Quiz, answers: Sequence[int]) -> QuizType:
    """The type with the highest sum of weights; among equals, the one listed first.

    `answers` holds one index from 0 for each question, in order. Raises BadAnswer when some are missing or out of range.
    """
    if len(answers) != len(quiz.questions):
        raise BadAnswer()
    sums: Counter[str] = Counter()
    for number, answer in enumerate(answers):
        chosen = quiz.questions[number].answers[check_answer(quiz, number, answer)]
        sums.update(chosen.weights)
    return max(quiz.types, key=lambda kind: sums[kind.slug])


def finish(session: Session, visit_id: str, quiz: Quiz, answers: Sequence[int]) -> QuizType:
    """Score the answers and keep the type with the visit; taking the quiz again replaces it."""
    result = score(quiz, answers)
    get_visit(session, visit_id).quiz_type = result.slug
    record(session, visit_id, EventKind.QUIZ_FINISHED, type=result.slug)
    return result
