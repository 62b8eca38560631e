"""The quiz at the kiosk: forward, back, wrong answers, result."""

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from branch.errors import BadAnswer
from branch.visits.models import EventKind
from branch.visits.services import get_visit, thread
from kiosk.app import Process, create_app
from kiosk.settings import HubSettings
from signaling import surface
from tests.kiosk.people import Visitor


def test_the_intro_says_what_the_quiz_is_not_for(visitor: Visitor) -> None:
    assert "상품 가입 가능 여부를 판단하는 데 쓰지 않아요" in visitor.reads("/quiz")


def test_the_result_stays_with_the_visit(process: Process, visitor: Visitor) -> None:
    visitor.takes_quiz()
    with process.hub.database.reading() as session:
        slug = get_visit(session, visitor.visit).quiz_type
        kinds = [event.kind for event in thread(session, visitor.visit)]
    kind = process.hub.catalogue.quiz.type_of(slug)
    assert kind is not None
    page = visitor.reads("/quiz/result")
    assert kind.name["ko"] in page
    assert kind.caution["ko"] in page
    assert kind.next_step["ko"] in page
    assert f"/characters/{kind.slug}.svg" in page
    assert kinds.count(EventKind.QUIZ_FINISHED) == 1


@pytest.mark.parametrize("answer", ["9", "-1", "가", "", "1.0", "99999999999999999999"])
def test_an_answer_that_is_none_is_refused_and_nothing_is_lost(visitor: Visitor, answer: str) -> None:
    visitor.goes("/quiz")
    assert visitor.goes("/quiz/1", answer=2) == "/quiz/2"
    status, code, sentence = visitor.error("/quiz/2", answer=answer)
    assert (status, code, sentence) == (400, "quiz.bad_answer", BadAnswer.message)
    assert visitor.cookie["answers"] == [2]
    assert visitor.goes("/quiz/2", answer=0) == "/quiz/3"


def test_the_refusal_speaks_the_visitors_language(
    settings: HubSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    english = Catalog(locale="en")
    english.add(BadAnswer.message, "Please choose one of the answers on the screen.")
    folder = tmp_path / "locale" / "en" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "messages.mo").open("wb") as file:
        write_mo(file, english)
    monkeypatch.setattr(surface, "LOCALE", tmp_path / "locale")
    process = create_app(settings, async_mode="threading")
    visitor = Visitor(process).arrives("en")
    visitor.goes("/quiz")
    assert visitor.error("/quiz/1", answer=9)[2] == "Please choose one of the answers on the screen."
    process.stop()


def test_nobody_gets_ahead_of_an_unanswered_question(visitor: Visitor) -> None:
    visitor.goes("/quiz")
    assert visitor.opens("/quiz/7").location == "/quiz/1"
    assert visitor.error("/quiz/7", answer=0)[1] == "quiz.bad_answer"
    assert visitor.opens("/quiz/0").location == "/quiz/1"


def test_going_back_shows_and_changes_an_answer(visitor: Visitor) -> None:
    visitor.goes("/quiz")
    visitor.goes("/quiz/1", answer=1)
    visitor.goes("/quiz/2", answer=1)
    assert 'value="1" aria-pressed="true"' in visitor.reads("/quiz/1")
    visitor.goes("/quiz/1", answer=0)
    assert visitor.cookie["answers"] == [0, 1]


def test_a_result_before_the_quiz_is_the_intro(visitor: Visitor) -> None:
    assert visitor.opens("/quiz/result").location == "/quiz"
    assert visitor.opens("/quiz/3").location == "/quiz/result"
