"""Consults: the way through the states, the claim only one advisor wins, and what each refusal is called."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from branch.consults import consent
from branch.consults import services as consults
from branch.consults.errors import ConsultOver, ConsultTaken
from branch.consults.models import Consult, ConsultState
from branch.content.catalogue import Catalogue
from branch.database import Database
from branch.demo import seed
from branch.errors import AlreadySurveyed, BadScore, BadText, MaruError, WrongState
from branch.schema import migrate
from branch.surveys import services as surveys
from branch.visits.services import forget, open_visit, thread
from tests.branch.conftest import staff
from tests.servers import postgresql


def waiting_consult(database: Database, topic: str = "tax") -> Consult:
    with database.transaction() as session:
        visit = open_visit(session, "seongsu", "phone", "ko")
        consult = consults.request(session, visit.id, topic, "phone")
        consent.answer(session, consult, "1", "ko", recording=True)
        consults.ready(session, consult)
        return consult


def test_a_whole_consult_leaves_its_thread(centre: Database) -> None:
    waiting = waiting_consult(centre)
    with centre.transaction() as session:
        consult = consults.claim(session, waiting.id, staff(centre, "tax@maru.example"))
        consults.begin(session, consult)
        consults.end(session, consult)
        consults.close(session, consult, "증여 신고는 3월까지 함께 준비하기로 했어요.")
        surveys.answer(session, consult, 9, "친절했어요")
    with centre.reading() as session:
        kinds = [event.kind for event in thread(session, waiting.visit_id)]
        answer = surveys.of_consult(session, waiting.id)
    assert kinds[-6:] == [
        "consult.waiting",
        "consult.accepted",
        "consult.live",
        "consult.ended",
        "consult.closed",
        "survey.answered",
    ]
    assert answer is not None
    assert (answer.score, answer.note) == (9, "친절했어요")


def test_only_one_advisor_wins(centre: Database) -> None:
    waiting = waiting_consult(centre)
    advisors = [staff(centre, "tax@maru.example"), staff(centre, "products@maru.example")]

    def accept(turn: int) -> str:
        try:
            with centre.transaction() as session:
                consults.claim(session, waiting.id, advisors[turn % 2])
                return "won"
        except MaruError as error:
            return error.code

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(accept, range(16)))
    assert results.count("won") == 1
    assert set(results) == {"won", "consult.taken"}


def test_an_advisor_in_two_windows_takes_one_at_a_time(centre: Database) -> None:
    accept_in_two_windows(centre)


def test_a_database_shared_by_two_processes_keeps_an_advisor_to_one(catalogue: Catalogue) -> None:
    with postgresql() as url:
        migrate(url)
        database = Database(url)
        with database.transaction() as session:
            seed(session, catalogue)
        accept_in_two_windows(database)
        database.close()


def accept_in_two_windows(database: Database) -> None:
    """Eight windows of one advisor take eight customers at the same moment; the others wait on."""
    waiting = [waiting_consult(database).id for _ in range(8)]
    advisor, start = staff(database, "tax@maru.example"), Barrier(len(waiting))

    def accept(consult: str) -> str:
        start.wait()
        try:
            with database.transaction() as session:
                return str(consults.claim(session, consult, advisor).state)
        except MaruError as error:
            return error.code

    with ThreadPoolExecutor(len(waiting)) as pool:
        assert sorted(pool.map(accept, waiting)) == ["accepted", *["advisor.busy"] * 7]
    with database.reading() as session:
        assert len(consults.waiting(session, ["tax"])) == 7


def test_waiting_needs_an_answer_to_the_recording(centre: Database) -> None:
    with centre.transaction() as session:
        visit = open_visit(session, "seongsu", "phone", "ko")
        consult = consults.request(session, visit.id, "tax", "phone")
        with pytest.raises(WrongState):
            consults.ready(session, consult)


def test_an_advisor_of_another_topic_cannot_claim(centre: Database) -> None:
    waiting = waiting_consult(centre, "realestate")
    with centre.transaction() as session, pytest.raises(ConsultTaken):
        consults.claim(session, waiting.id, staff(centre, "tax@maru.example"))


def test_cancelling_after_an_advisor_accepted_is_told_as_such(centre: Database) -> None:
    waiting = waiting_consult(centre)
    with centre.transaction() as session:
        consult = consults.claim(session, waiting.id, staff(centre, "tax@maru.example"))
        with pytest.raises(ConsultTaken):
            consults.cancel(session, consult)
        consults.end(session, consult)
        with pytest.raises(ConsultOver):
            consults.cancel(session, consult)


def test_places_in_line(centre: Database) -> None:
    first, second = waiting_consult(centre), waiting_consult(centre)
    with centre.reading() as session:
        assert [consults.place(session, consult) for consult in (first, second)] == [1, 2]


@pytest.mark.parametrize("score", [-1, 11, 7.5, "7", None, True])
def test_a_score_outside_the_question_is_refused(centre: Database, score: object) -> None:
    consult = ended_consult(centre)
    with centre.transaction() as session, pytest.raises(BadScore):
        surveys.answer(session, consult, score, "")


def test_a_second_answer_does_not_replace_the_first(centre: Database) -> None:
    consult = ended_consult(centre)
    with centre.transaction() as session:
        surveys.answer(session, consult, 3, "오래 기다렸어요")
    with centre.transaction() as session, pytest.raises(AlreadySurveyed):
        surveys.answer(session, consult, 10, "")
    with centre.reading() as session:
        kept = surveys.of_consult(session, consult.id)
    assert kept is not None
    assert kept.score == 3


def test_an_empty_agreement_is_refused_and_the_consult_stays_open(centre: Database) -> None:
    consult = ended_consult(centre)
    with centre.transaction() as session, pytest.raises(BadText):
        consults.close(session, consult, "  ")
    with centre.reading() as session:
        assert consults.get_consult(session, consult.id).state == ConsultState.ENDED


def test_forgetting_empties_what_the_customer_said(centre: Database) -> None:
    consult = ended_consult(centre)
    with centre.transaction() as session:
        consults.close(session, session.merge(consult), "다음 주에 다시 이야기해요")
        surveys.answer(session, session.merge(consult), 9, "비밀 이야기")
    with centre.transaction() as session:
        forget(session, consult.visit_id)
    with centre.reading() as session:
        answer = surveys.of_consult(session, consult.id)
        payloads = [event.payload for event in thread(session, consult.visit_id)]
        agreed = consults.get_consult(session, consult.id).agreed
    assert answer is not None
    assert answer.note == ""
    assert not any(payloads)
    assert not agreed


def ended_consult(database: Database) -> Consult:
    waiting = waiting_consult(database)
    with database.transaction() as session:
        consult = consults.claim(session, waiting.id, staff(database, "tax@maru.example"))
        consults.end(session, consult)
        return consult
