"""The financial-type quiz: intro, one question a screen, result."""

from flask import Blueprint, render_template, request, session
from werkzeug.wrappers import Response

from branch.errors import BadAnswer
from branch.quiz.content import Quiz, QuizType
from branch.quiz.services import check_answer, finish
from branch.visits.services import get_visit
from kiosk import handoff
from kiosk.context import Hub
from kiosk.frame import go
from kiosk.lobby import ServiceWait, service_waits
from kiosk.visitor import the_visit
from signaling.surface import language

KEY = "answers"


def blueprint(hub: Hub) -> Blueprint:
    """Questions are numbered from 1 in addresses; answers are kept in the cookie until the last one."""
    pages = Blueprint("quiz", __name__)
    quiz = hub.catalogue.quiz

    @pages.get("/quiz")
    def intro() -> str:
        return render_template("quiz_intro.html", quiz=quiz, notice=hub.catalogue.texts.quiz_notice)

    @pages.post("/quiz")
    def start() -> Response:
        session[KEY] = []
        return go("quiz.question", question=1)

    @pages.get("/quiz/<int:question>")
    def question(question: int) -> Response | str:
        return _ask(quiz, session.get(KEY), question)

    @pages.post("/quiz/<int:question>")
    def answer(question: int) -> Response:
        return _take(hub, session.get(KEY), question, _number(request.form.get("answer")))

    @pages.get("/quiz/result")
    def result() -> Response | str:
        kind, service = _result(hub, quiz)
        if kind is None:
            return go("quiz.intro")
        return render_template(
            "quiz_result.html",
            type=kind,
            topic=hub.catalogue.topics.get(kind.topic),
            service=service,
            handoff=handoff.current(hub),
            camera_notice=hub.catalogue.texts.camera_notice,
            quiz_notice=quiz.notice,
        )

    return pages


def _number(sent: str | None) -> int | None:
    return int(sent) if sent is not None and sent.isdecimal() else None


def _ask(quiz: Quiz, answers: list[int] | None, question: int) -> Response | str:
    """The question's screen; nobody gets ahead of the first question without an answer."""
    if answers is None:
        return go("quiz.result")
    reachable = min(len(answers) + 1, len(quiz.questions))
    if not 1 <= question <= reachable:
        return go("quiz.question", question=reachable)
    chosen = answers[question - 1] if question <= len(answers) else None
    return render_template(
        "quiz_question.html",
        quiz=quiz,
        question=quiz.questions[question - 1],
        position=question,
        chosen=chosen,
    )


def _take(hub: Hub, answers: list[int] | None, question: int, sent: int | None) -> Response:
    """Keep an answer and go on; the last one brings the result. Raises BadAnswer, and nothing given so far is lost."""
    if answers is None:
        return go("quiz.result")
    quiz = hub.catalogue.quiz
    chosen = check_answer(quiz, question - 1, sent)
    if question > len(answers) + 1:
        raise BadAnswer()
    session[KEY] = answers = [*answers[: question - 1], chosen, *answers[question:]]
    if question < len(quiz.questions):
        return go("quiz.question", question=question + 1)
    return _finish(hub, quiz, answers)


def _finish(hub: Hub, quiz: Quiz, answers: list[int]) -> Response:
    with hub.writing() as work:
        finish(work, the_visit(), quiz, answers)
    session.pop(KEY)
    return go("quiz.result")


def _result(hub: Hub, quiz: Quiz) -> tuple[QuizType | None, ServiceWait | None]:
    """The visit's type, and the service it suggests as it stands now."""
    with hub.reading() as work:
        kind = quiz.type_of(get_visit(work, the_visit()).quiz_type)
        waits = service_waits(work, hub.branch, language())
    suggested = kind.service if kind else None
    return kind, next((wait for wait in waits if wait.slug == suggested), None)
