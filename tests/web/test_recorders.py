"""Pausing the recording of a call, and what both people hear of a recorder that does not run, on real media nodes."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from branch.consults.models import ConsultState, MediaState, Side
from branch.consults.presence import tell
from branch.consults.services import get_consult
from branch.content import catalogue
from branch.visits.services import thread
from tests.waiting import until
from tests.web.conftest import Standing
from tests.web.house import CATALOGUE, Browser, House, code_of, heard, make_house, page_data
from tests.web.test_consult import accept, consult_of
from tests.web.test_meeting import SDP
from tools.processes import ProcessSet

Nodes = tuple[ProcessSet, dict[str, str]]


@pytest.fixture
def house(database_file: Path, standing: Standing, tmp_path: Path) -> Iterator[House]:
    """A centre with two media nodes, where tax may only be talked about on record."""
    yield from house_on(database_file, standing.urls, tmp_path)


@pytest.fixture
def mortal(database_file: Path, nodes: Nodes, tmp_path: Path) -> Iterator[House]:
    """The same with nodes of its own, which a test may kill."""
    yield from house_on(database_file, tuple(nodes[1]), tmp_path)


def house_on(database_file: Path, urls: tuple[str, ...], folder: Path) -> Iterator[House]:
    content = Path(shutil.copytree(catalogue.HERE, folder / "content"))
    topics = (content / "topics.yaml").read_text()
    required = topics.replace("- slug: tax\n", "- slug: tax\n  recording: required\n")
    (content / "topics.yaml").write_text(required)
    made = make_house(database_file, media_nodes=urls, content_dir=content)
    yield made
    made.process.stop()


def prepare(house: House, topic: str = "products") -> tuple[str, Browser]:
    """Somebody who agreed to be recorded and stands in line."""
    phone = house.customer()
    consult = phone.request_consult(topic)
    answer = consent(phone, consult, recording=True)
    assert answer.status_code == 200, answer.text
    phone.call(f"/api/consults/{consult}/ready")
    return consult, phone


def consent(phone: Browser, consult: str, *, recording: bool) -> TestResponse:
    version = page_data(phone.get(f"/consult/{consult}"))["consent"]["version"]
    told = {"recording": recording, "text_version": version}
    return phone.call(f"/api/consults/{consult}/consent", told)


def meet(house: House, consult: str, phone: Browser, offer: str) -> Browser:
    """Both people in the room; returns the advisor."""
    login = f"{consult_of(house, consult).topic}@maru.example"
    accept(house, consult, login)
    advisor = house.staff(login)
    for person in (phone, advisor):
        assert person.send(f"/api/consults/{consult}/media", offer, SDP).status_code == 201
    return advisor


def call(house: House, offer: str, topic: str = "products") -> tuple[str, Browser, Browser]:
    """A consult with both people in its room."""
    consult, phone = prepare(house, topic)
    return consult, phone, meet(house, consult, phone, offer)


def recorder(phone: Browser, consult: str) -> dict[str, Any]:
    """The recorder as the customer's page sees it."""
    view = phone.call(f"/api/consults/{consult}", method="GET").json
    assert view is not None
    seen: dict[str, Any] = view["recorder"]
    return seen


def waits_for(house: House, phone: Browser, consult: str, state: str) -> None:
    node = str(consult_of(house, consult).node)

    def seen() -> bool:
        house.process.centre.recorders.look(node)
        return bool(recorder(phone, consult)["state"] == state)

    until(seen, f"the recorder to be {state}; it is {recorder(phone, consult)}")


def kinds(house: House, consult: str) -> list[str]:
    with house.database.reading() as work:
        events = thread(work, get_consult(work, consult).visit_id)
    return [event.kind for event in events if event.kind.startswith("recording.")]


def test_either_pauses_and_either_goes_on_and_both_are_told(house: House, offer: str) -> None:
    consult, phone, advisor = call(house, offer)
    waits_for(house, phone, consult, "live")
    line, console = phone.socket("/customer"), advisor.socket("/staff")
    assert phone.call(f"/api/consults/{consult}/recording", {"paused": True}).status_code == 204
    for socket, namespace in ((line, "/customer"), (console, "/staff")):
        told = heard(socket, namespace, "consult.changed")[-1]["recorder"]
        assert (told["state"], told["by"]) == ("paused", "customer")
    again = advisor.call(f"/api/consults/{consult}/recording", {"paused": True})
    assert again.status_code == 204
    assert recorder(phone, consult)["by"] == "customer", "a pause stays whose it was"
    assert advisor.call(f"/api/consults/{consult}/recording", {"paused": False}).status_code == 204
    assert recorder(phone, consult)["state"] == "live"
    assert kinds(house, consult) == ["recording.paused", "recording.resumed"]


def test_a_pause_outlives_the_node(mortal: House, nodes: Nodes, offer: str) -> None:
    house = mortal
    consult, phone, advisor = call(house, offer)
    phone.call(f"/api/consults/{consult}/recording", {"paused": True})
    processes, names = nodes
    processes.kill(names[str(consult_of(house, consult).node)])
    for person in (advisor, phone):
        assert person.send(f"/api/consults/{consult}/media", offer, SDP).status_code == 201
    waits_for(house, phone, consult, "paused")
    (state,) = house.process.centre.recorders._client.recorders(str(consult_of(house, consult).node))
    assert (state.paused, state.recording) == (True, False)


def test_a_pause_the_node_does_not_confirm_is_told_as_such(mortal: House, nodes: Nodes, offer: str) -> None:
    consult, phone, _advisor = call(mortal, offer)
    waits_for(mortal, phone, consult, "live")
    processes, names = nodes
    processes.kill(names[str(consult_of(mortal, consult).node)])
    answer = phone.call(f"/api/consults/{consult}/recording", {"paused": True})
    assert (answer.status_code, code_of(answer)) == (503, "recording.not_confirmed")
    assert recorder(phone, consult)["state"] == "pausing"


@pytest.mark.parametrize("body", [{}, {"paused": 1}, {"paused": None}, {"paused": "true"}, []])
def test_what_is_neither_pause_nor_going_on_is_refused(house: House, body: object, offer: str) -> None:
    consult, phone, _advisor = call(house, offer)
    answer = phone.call(f"/api/consults/{consult}/recording", body)
    assert (answer.status_code, code_of(answer)) == (400, "input.bad")
    assert kinds(house, consult) == []


def test_only_the_two_of_a_recorded_call_may_pause_it(house: House, offer: str) -> None:
    consult, phone, _advisor = call(house, offer)
    for stranger in (house.customer(), house.staff("tax@maru.example")):
        answer = stranger.call(f"/api/consults/{consult}/recording", {"paused": True})
        assert (answer.status_code, code_of(answer)) == (409, "consult.taken")
    other = house.customer()
    unrecorded = other.stand_in_line("realestate", recording=False)
    accept(house, unrecorded, "realestate@maru.example")
    answer = other.call(f"/api/consults/{unrecorded}/recording", {"paused": True})
    assert (answer.status_code, code_of(answer)) == (409, "state.wrong")
    phone.call(f"/api/consults/{consult}/end")
    assert code_of(phone.call(f"/api/consults/{consult}/recording", {"paused": True})) == "state.wrong"


def test_a_recorder_that_cannot_write_is_told_and_the_call_goes_on(
    house: House, offer: str, standing: Standing
) -> None:
    consult, phone = prepare(house)
    (standing.recordings / consult).write_text("a file where the folder of the consult should be")
    meet(house, consult, phone, offer)
    connect(house, consult)
    waits_for(house, phone, consult, "failed")
    assert recorder(phone, consult)["required"] is False
    assert consult_of(house, consult).state == ConsultState.LIVE


def test_a_consult_that_must_be_recorded_begins_with_its_recorder(
    house: House, offer: str, standing: Standing
) -> None:
    consult, phone = prepare(house, "tax")
    in_the_way = standing.recordings / consult
    in_the_way.write_text("a file where the folder of the consult should be")
    meet(house, consult, phone, offer)
    connect(house, consult)
    waits_for(house, phone, consult, "failed")
    assert recorder(phone, consult)["required"] is True
    assert consult_of(house, consult).state == ConsultState.ACCEPTED
    assert kinds(house, consult) == ["recording.failed"]
    in_the_way.unlink()
    waits_for(house, phone, consult, "live")
    assert consult_of(house, consult).state == ConsultState.LIVE
    assert kinds(house, consult) == ["recording.failed", "recording.back"]


def connect(house: House, consult: str) -> None:
    """Both pages tell that they see and hear."""
    with house.database.transaction() as work:
        for side in Side:
            tell(work, get_consult(work, consult), side, side.value, MediaState.CONNECTED)


def test_who_declines_what_must_be_recorded_hears_why_and_may_change_their_mind(house: House) -> None:
    phone = house.customer()
    consult = phone.request_consult("tax")
    assert page_data(phone.get(f"/consult/{consult}"))["consent"]["required"] is True
    declined = consent(phone, consult, recording=False)
    assert (declined.status_code, code_of(declined)) == (409, "consent.required")
    assert declined.json is not None
    assert "창구" in declined.json["message"]
    assert consult_of(house, consult).recording is None
    assert consent(phone, consult, recording=True).status_code == 200
    other = phone.request_consult("products")
    assert page_data(phone.get(f"/consult/{other}"))["consent"]["required"] is False


def test_the_other_topics_consent_text_is_no_answer_here(house: House) -> None:
    phone = house.customer()
    consult = phone.request_consult("tax")
    version = CATALOGUE.texts.recording_consent.version
    answer = phone.call(f"/api/consults/{consult}/consent", {"recording": True, "text_version": version})
    assert (answer.status_code, code_of(answer)) == (400, "input.bad")
