"""A media node dies in the middle of a call: both people meet again on the other node, and the recording goes on."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from branch.consults.models import Consult
from branch.database import Database
from consult.recording import manifest
from consult.recording.inspect import read_tracks
from consult.recording.verify import verify_room
from tests.browser.people import Advisor, Caller, PhoneVisitor
from tests.running import Maru
from tests.standing import as_in_the_morning
from tests.waiting import until

pytestmark = [pytest.mark.browser, pytest.mark.alone]

SIDES = ("customer", "advisor")


@pytest.fixture(scope="module")
def pair(scaled: Maru) -> Maru:
    """Two web processes and two media nodes."""
    return as_in_the_morning(scaled)


@pytest.fixture
def call(pair: Maru, browser: Browser, office: Browser) -> Iterator[tuple[str, PhoneVisitor, Advisor]]:
    """A consult with both people live, each at a web process of their own."""
    phone, advisor = PhoneVisitor(browser), Advisor(office)
    phone.opens(f"{pair.centre(0)}/")
    advisor.signs_in(pair.centre(1) + pair.sign_in_path("tax@maru.example"))
    consult = phone.asks_for_expert("tax")
    advisor.accepts(consult)
    for person in (phone, advisor):
        person.waits_for_live_media()
    yield consult, phone, advisor
    for person in (phone, advisor):
        person.leave()


def test_both_come_back_by_themselves_and_the_recording_continues(
    pair: Maru, call: tuple[str, PhoneVisitor, Advisor]
) -> None:
    consult, phone, advisor = call
    first = node_of(pair, consult)
    until(lambda: recorded(pair, consult, 1) == four_tracks(), "all four tracks to be recorded")
    streams = [remote_stream(person) for person in (phone, advisor)]
    pair.processes.kill(first)
    for person, before in zip((phone, advisor), streams, strict=True):
        until(lambda p=person, b=before: remote_stream(p) != b, "a stream from the other node")  # type: ignore[misc]
        person.waits_for_live_media()
    assert node_of(pair, consult) != first
    phone.ends_call()
    second = part(pair, consult, 2)
    until(lambda: manifest.read(second)["state"] == "closed", "the second part to be closed")
    verified = verify_room(pair.recordings / consult)
    assert verified.holds, verified
    assert [each.state for each in verified.parts] == ["ended without closing", "closed"]
    gap = verified.parts[1].before
    assert gap is not None, "the second part does not say what is missing before it"
    assert gap["reason"] == "not_closed"
    for folder in (part(pair, consult, 1), second):
        tracks = read_tracks(folder, decode=True)
        assert {track.file.partition(".")[0] for track in tracks} >= four_tracks(), folder
        assert all(track.error is None and track.decoded for track in tracks), tracks


def node_of(maru: Maru, consult: str) -> str:
    """The name of the process where the consult meets."""
    database = Database(maru.layout.centre_database)
    with database.reading() as session:
        address = session.get_one(Consult, consult).node
    database.close()
    return f"media-{maru.layout.media_urls.index(str(address)) + 1}"


def part(maru: Maru, consult: str, number: int) -> Path:
    return maru.recordings / consult / str(number)


def four_tracks() -> set[str]:
    return {f"{side}-{kind}" for side in SIDES for kind in ("audio", "video")}


def recorded(maru: Maru, consult: str, number: int) -> set[str]:
    """Which tracks of this part have a file."""
    return {path.stem for path in part(maru, consult, number).glob("*.mkv")}


def remote_stream(person: Caller) -> str:
    """The id of the stream on the screen; each connection brings another."""
    stream = person.page.evaluate("document.querySelector('video[data-video=remote]')?.srcObject?.id ?? ''")
    return str(stream)
