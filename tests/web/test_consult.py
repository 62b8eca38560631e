"""A consult by its calls: topic, consent, line, survey, and what is refused."""

import pytest

from branch.consults import services as consults
from branch.consults.models import Consult, ConsultState
from branch.surveys.models import Survey
from tests.web.house import CATALOGUE, Browser, House, code_of, page_data

VERSION = CATALOGUE.texts.recording_consent.version
OFFER = "v=0\r\n"


@pytest.fixture
def phone(house: House) -> Browser:
    return house.customer()


def consult_of(house: House, consult: str) -> Consult:
    with house.database.reading() as work:
        return consults.get_consult(work, consult)


def accept(house: House, consult: str, login: str = "tax@maru.example") -> None:
    with house.database.transaction() as work:
        consults.claim(work, consult, house.member(login))


def finish(house: House, consult: str) -> None:
    accept(house, consult)
    with house.database.transaction() as work:
        consults.end(work, consults.get_consult(work, consult))


def test_topics_are_offered_in_the_visitors_language(house: House) -> None:
    page = house.customer("en").get("/consult").text
    assert "Real estate" in page
    assert 'name="topic" value="tax"' in page


def test_an_unknown_topic_is_not_found(house: House, phone: Browser) -> None:
    assert phone.post("/consult", topic="astrology").status_code == 404


def test_the_page_tells_its_script_everything_it_needs(house: House, phone: Browser) -> None:
    consult = phone.request_consult()
    told = page_data(phone.get(f"/consult/{consult}"))
    assert told["consult"] == consult
    assert set(told["consent"]) == {"version", "title", "lines", "agree", "without", "required"}
    assert (told["leaveUrl"], told["helpUrl"], told["iceServers"]) == ("/visit", "/visit/help", [])


def test_standing_in_line_shows_place_and_an_honest_range(house: House, phone: Browser) -> None:
    phone.stand_in_line()
    second = house.customer()
    consult = second.stand_in_line(recording=False)
    view = second.call(f"/api/consults/{consult}", method="GET").json
    assert view is not None
    assert (view["state"], view["place"], view["recording"]) == ("waiting", 2, False)
    low, high = view["wait"]
    assert 0 <= low < high
    assert consult_of(house, consult).promised_high == high


def test_who_waits_is_led_back_to_the_waiting_room(phone: Browser) -> None:
    consult = phone.stand_in_line()
    assert phone.get("/consult").location == f"/consult/{consult}"
    assert f"/consult/{consult}" in phone.get("/visit").text


def test_no_line_without_an_answer_about_the_recording(phone: Browser) -> None:
    consult = phone.request_consult()
    answer = phone.call(f"/api/consults/{consult}/ready")
    assert (answer.status_code, code_of(answer)) == (409, "state.wrong")


@pytest.mark.parametrize(
    "body",
    [
        {"recording": True, "text_version": "1999-1"},
        {"recording": "yes", "text_version": VERSION},
        {"text_version": VERSION},
        [True],
    ],
)
def test_a_consent_that_is_not_one_is_refused(house: House, phone: Browser, body: object) -> None:
    consult = phone.request_consult()
    answer = phone.call(f"/api/consults/{consult}/consent", body)
    assert (answer.status_code, code_of(answer)) == (400, "input.bad")
    assert consult_of(house, consult).recording is None


def test_cancelling_leaves_the_line(house: House, phone: Browser) -> None:
    consult = phone.stand_in_line()
    assert phone.call(f"/api/consults/{consult}/cancel").status_code == 200
    assert consult_of(house, consult).state == ConsultState.CANCELLED
    assert phone.get(f"/consult/{consult}").location == "/consult"


def test_cancelling_too_late_says_that_somebody_is_there(house: House, phone: Browser) -> None:
    consult = phone.stand_in_line()
    accept(house, consult)
    answer = phone.call(f"/api/consults/{consult}/cancel")
    assert (answer.status_code, code_of(answer)) == (409, "consult.taken")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("", None),
        ("/consent", {"recording": True, "text_version": VERSION}),
        ("/ready", None),
        ("/cancel", None),
        ("/end", None),
        ("/survey", {"score": 9}),
    ],
)
def test_a_foreign_consult_is_taken(house: House, phone: Browser, path: str, body: object) -> None:
    consult = phone.stand_in_line()
    before = consult_of(house, consult).state
    method = "GET" if path == "" else "POST"
    answer = house.customer().call(f"/api/consults/{consult}{path}", body, method=method)
    assert (answer.status_code, code_of(answer)) == (409, "consult.taken")
    assert consult_of(house, consult).state == before


def test_a_foreign_consults_page_is_taken(house: House, phone: Browser) -> None:
    answer = house.customer().get(f"/consult/{phone.stand_in_line()}")
    assert (answer.status_code, code_of(answer)) == (409, "consult.taken")


def test_an_unknown_consult_is_not_found(phone: Browser) -> None:
    answer = phone.call("/api/consults/no-such-consult", method="GET")
    assert (answer.status_code, code_of(answer)) == (404, "consult.not_found")


def test_nobody_else_joins_the_call(house: House, phone: Browser) -> None:
    consult = phone.stand_in_line()
    accept(house, consult)
    for stranger in (house.customer(), house.staff("products@maru.example")):
        answer = stranger.send(f"/api/consults/{consult}/media", OFFER, "application/sdp")
        assert (answer.status_code, code_of(answer)) == (409, "consult.taken")


def test_joining_waits_for_an_advisor(phone: Browser) -> None:
    answer = phone.send(f"/api/consults/{phone.stand_in_line()}/media", OFFER, "application/sdp")
    assert (answer.status_code, code_of(answer)) == (409, "state.wrong")


def test_an_ended_call_is_over(house: House, phone: Browser) -> None:
    consult = phone.stand_in_line()
    finish(house, consult)
    answer = phone.send(f"/api/consults/{consult}/media", OFFER, "application/sdp")
    assert (answer.status_code, code_of(answer)) == (410, "consult.over")


def test_without_media_nodes_both_get_a_sentence_and_keep_the_consult(house: House, phone: Browser) -> None:
    consult = phone.stand_in_line()
    accept(house, consult)
    for person in (phone, house.staff("tax@maru.example")):
        answer = person.send(f"/api/consults/{consult}/media", OFFER, "application/sdp")
        assert (answer.status_code, code_of(answer)) == (503, "media.unreachable")
        assert "상담은 그대로" in answer.json["message"]  # type: ignore[index]
    kept = consult_of(house, consult)
    assert (kept.state, kept.node) == (ConsultState.ACCEPTED, None)


def test_an_offer_of_another_kind_or_size_is_refused(house: House, phone: Browser) -> None:
    consult = phone.stand_in_line()
    accept(house, consult)
    path = f"/api/consults/{consult}/media"
    assert code_of(phone.send(path, OFFER, "text/plain")) == "input.bad"
    large = phone.send(path, "a" * (64 * 1024 + 1), "application/sdp")
    assert (large.status_code, code_of(large)) == (413, "input.too_large")
    huge = phone.send(path, "a" * (300 * 1024), "application/sdp")
    assert (huge.status_code, code_of(huge)) == (413, "input.too_large")


def test_calls_without_the_token_change_nothing(house: House, phone: Browser) -> None:
    consult = phone.stand_in_line()
    answer = phone.client.post(f"/api/consults/{consult}/cancel", json={})
    assert (answer.status_code, code_of(answer)) == (400, "csrf.failed")
    assert consult_of(house, consult).state == ConsultState.WAITING


def test_one_answer_is_kept(house: House, phone: Browser) -> None:
    consult = phone.stand_in_line()
    path = f"/api/consults/{consult}/survey"
    assert code_of(phone.call(path, {"score": 9})) == "state.wrong"
    finish(house, consult)
    view = phone.call(path, {"score": 9, "note": "덕분에 잘 알았어요"}).json
    assert view is not None
    assert view["surveyed"] is True
    second = phone.call(path, {"score": 1})
    assert (second.status_code, code_of(second)) == (409, "survey.already_given")
    with house.database.reading() as work:
        (kept,) = work.query(Survey).all()
    assert (kept.score, kept.note) == (9, "덕분에 잘 알았어요")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"score": 11}, "survey.bad_score"),
        ({"score": -1}, "survey.bad_score"),
        ({"score": "9"}, "survey.bad_score"),
        ({"score": True}, "survey.bad_score"),
        ({}, "survey.bad_score"),
        ({"score": 9, "note": "가" * 2001}, "text.too_long"),
        ({"score": 9, "note": 5}, "text.too_long"),
    ],
)
def test_bad_answers_are_refused(house: House, phone: Browser, body: object, code: str) -> None:
    consult = phone.stand_in_line()
    finish(house, consult)
    answer = phone.call(f"/api/consults/{consult}/survey", body)
    assert (answer.status_code, code_of(answer)) == (400, code)
    with house.database.reading() as work:
        assert work.query(Survey).all() == []


def test_what_was_agreed_is_on_the_phone(house: House, phone: Browser) -> None:
    consult = phone.stand_in_line()
    finish(house, consult)
    with house.database.transaction() as work:
        consults.close(work, consults.get_consult(work, consult), "다음 주에 서류를 가져오시기로 했어요.")
    assert "다음 주에 서류를 가져오시기로 했어요." in phone.get("/visit").text
