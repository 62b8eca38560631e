"""What a guest means for the recording: which question they are asked, and what their offer brings to a new media node."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from branch.consults.guests import invite
from branch.consults.services import get_consult
from consult.recorders import RecorderState
from tests.web.house import CATALOGUE, Browser, House, code_of, page_data
from tests.web.test_consult import accept, consult_of
from tests.web.test_meeting import SDP
from tests.web.test_recorders import Nodes, call, house_on, mortal, prepare, waits_for
from tools.ports import free_port

__all__ = ["house_on", "mortal"]


def come(house: House, consult: str, *, recording: bool = True) -> Browser:
    """A companion in their seat."""
    with house.database.transaction() as work:
        _, token = invite(work, get_consult(work, consult), "companion", "박서연")
    companion = house.browser()
    asked = page_data(companion.get(f"/with/{token}"))["consent"]["version"]
    answer = companion.call(f"/with/{token}", {"recording": recording, "text_version": asked})
    assert answer.status_code == 200, answer.text
    return companion


def room_of(house: House, consult: str) -> RecorderState:
    (state,) = house.process.centre.recorders._client.recorders(str(consult_of(house, consult).node))
    return state


def test_who_is_first_on_another_node_brings_pause_and_requirement_along(
    mortal: House, nodes: Nodes, offer: str, tmp_path: Path
) -> None:
    """The companion's offer opens the room there: nothing may be kept, and nothing passed on, that should not be."""
    consult, phone, _advisor = call(mortal, offer, "tax")
    companion = come(mortal, consult)
    media = f"/api/guests/{companion.held('guest')}/media"
    assert companion.send(media, offer, SDP).status_code == 201
    waits_for(mortal, phone, consult, "live")
    phone.call(f"/api/consults/{consult}/recording", {"paused": True})
    processes, names = nodes
    first = str(consult_of(mortal, consult).node)
    folder = tmp_path / "recordings" / consult
    shutil.rmtree(folder)
    folder.write_text("a file where the folder of the consult should be")
    processes.kill(names[first])
    assert companion.send(media, offer, SDP).status_code == 201
    assert consult_of(mortal, consult).node != first
    assert (room_of(mortal, consult).paused, room_of(mortal, consult).held) == (True, False)
    phone.call(f"/api/consults/{consult}/recording", {"paused": False})
    assert room_of(mortal, consult).held, "what must be recorded is not passed on unrecorded"


@pytest.fixture
def strict(database_file: Path, tmp_path: Path) -> Iterator[House]:
    """A centre where tax may only be talked about on record, and no media node is needed."""
    yield from house_on(database_file, (f"http://127.0.0.1:{free_port()}",), tmp_path)


def test_a_guest_of_what_must_be_recorded_is_asked_the_right_question(strict: House) -> None:
    consult, _phone = prepare(strict, "tax")
    accept(strict, consult)
    with strict.database.transaction() as work:
        _, token = invite(work, get_consult(work, consult), "companion", "박서연")
    companion = strict.browser()
    asked = page_data(companion.get(f"/with/{token}"))["consent"]
    assert asked["required"] is True
    declined = companion.call(f"/with/{token}", {"recording": False, "text_version": asked["version"]})
    assert (declined.status_code, code_of(declined)) == (409, "consent.required")
    other = CATALOGUE.texts.recording_consent.version
    wrong = companion.call(f"/with/{token}", {"recording": True, "text_version": other})
    assert (wrong.status_code, code_of(wrong)) == (400, "input.bad")
    agreed = companion.call(f"/with/{token}", {"recording": True, "text_version": asked["version"]})
    assert agreed.status_code == 200
