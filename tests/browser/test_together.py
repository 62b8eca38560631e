"""Six people in one consult: who sees and hears whom, what a supervisor does, a shared screen, and what is recorded."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Playwright

from consult.recording.commands import sentences
from consult.recording.verify import verify_room
from tests.browser.people import CONSOLE, Caller
from tests.browser.six import (
    ADVISOR,
    COMPANION,
    COVERING,
    CUSTOMER,
    EXPERT,
    INTERPRETER,
    NAMES,
    SHOWN,
    SUPERVISOR,
    Six,
    prepare,
    six_browsers,
)
from tests.running import Maru
from tests.waiting import until

pytestmark = [pytest.mark.browser, pytest.mark.alone]

SEEN = (CUSTOMER, ADVISOR, COMPANION, INTERPRETER, EXPERT)
SILENCE = (0, 0, 0)


@pytest.fixture
def six(maru: Maru, playwright: Playwright) -> Iterator[Six]:
    with six_browsers(playwright) as browsers:
        yield Six(maru, browsers)


def test_six_people_see_and_hear_each_other_as_their_parts_are(maru: Maru, six: Six) -> None:
    consult = six.come_together()
    six.wait_until_received(set(permutations(SEEN, 2)) | {(SUPERVISOR, seen) for seen in SEEN})
    tile = six.customer.page.locator(".call-tile[data-pinned]")
    assert NAMES["interpreter"] in tile.inner_text()
    assert tile.locator("video").evaluate("video => getComputedStyle(video).objectFit") == "contain"
    tiles_say_whose_microphone_is_off(six)
    the_link_is_one_persons(six)
    the_advisor_shows_a_screen_twice(six)
    the_supervisor_takes_part_more_and_more(six)
    six.customer.ends_call()
    six.people[COMPANION].sees("상담이 끝났어요")
    what_is_recorded(maru.recordings / consult)
    six.advisor.writes("함께 이야기를 나누었어요.")
    assert {seat: person.complaints for seat, person in six.people.items()} == {seat: [] for seat in range(6)}


def tiles_say_whose_microphone_is_off(six: Six) -> None:
    for seat in (CUSTOMER, INTERPRETER):
        off = f".call-tile[data-seat='{seat}'] .call-name:has-text('마이크 꺼짐')"
        for state in ("attached", "detached"):
            six.people[seat].act("mute")
            for other in set(SEEN) - {seat}:
                six.people[other].page.wait_for_selector(off, state=state)


def the_link_is_one_persons(six: Six) -> None:
    """Nobody else gets in with it; whose it is comes back after a reload."""
    companion = six.people[COMPANION]
    stranger = prepare(Caller(companion.context.browser, CONSOLE))  # type: ignore[arg-type]
    stranger.page.goto(companion.page.url, wait_until="commit")
    stranger.sees("이미 다른 기기에서 들어와 있어요")
    stranger.leave()
    companion.page.reload()
    six.wait_until_received({(COMPANION, CUSTOMER), (CUSTOMER, COMPANION), (EXPERT, COMPANION)})


def the_advisor_shows_a_screen_twice(six: Six) -> None:
    """The customer sees it beside the camera, large, and no longer once it is stopped."""
    page = six.customer.page
    for _ in range(2):
        six.advisor.act("share")
        page.locator(f"[data-screen-of='{ADVISOR}'][data-main] video").wait_for()
        before = frames_shown(page)
        until(lambda before=before: frames_shown(page) > before, "the screen to move")  # type: ignore[misc]
        assert page.evaluate(COVERING) == [], "tiles lie over what is shown"
        assert page.locator(f".call-tile[data-seat='{ADVISOR}'] video[data-video=remote]").is_visible()
        six.advisor.act("share")
        page.locator(SHOWN).wait_for(state="detached")
    six.wait_until_received({(CUSTOMER, ADVISOR)})


def frames_shown(page: Page) -> int:
    """Pictures of the shared screen that this page has shown."""
    return int(page.locator(SHOWN).evaluate("video => video.getVideoPlaybackQuality().totalVideoFrames"))


def the_supervisor_takes_part_more_and_more(six: Six) -> None:
    """Listening reaches nobody, a whisper the advisor alone, then everybody, then in the advisor's place."""
    others = [seat for seat in SEEN if seat != ADVISOR]
    assert [six.received(seat)[SUPERVISOR] for seat in SEEN] == [SILENCE] * len(SEEN)
    takes(six, "whisper")
    until(lambda: six.received(ADVISOR)[SUPERVISOR][2] > 0, "the advisor to hear the whisper")
    assert [six.received(seat)[SUPERVISOR] for seat in others] == [SILENCE] * len(others)
    takes(six, "barge")
    six.wait_until_received({(seat, SUPERVISOR) for seat in SEEN})
    takes(six, "lead")
    until(lambda: replaces_the_advisor(six), "the supervisor to be heard in the advisor's place")
    six.customer.page.locator(f".call-tile[data-seat='{SUPERVISOR}'][data-main]").wait_for()
    six.wait_until_received({(ADVISOR, CUSTOMER), (ADVISOR, SUPERVISOR), (SUPERVISOR, ADVISOR)})


def takes(six: Six, mode: str) -> None:
    six.people[SUPERVISOR].act(f"mode-{mode}")
    six.people[SUPERVISOR].page.locator(f"[data-mode={mode}]").wait_for()


def replaces_the_advisor(six: Six) -> bool:
    """Whether nothing of the advisor reached the customer while the supervisor was seen and heard."""
    before = six.received(CUSTOMER)
    six.wait_until_received({(CUSTOMER, SUPERVISOR)})
    return six.received(CUSTOMER)[ADVISOR][:2] == before[ADVISOR][:2]


def what_is_recorded(room: Path) -> None:
    """Voice and camera of everybody, of the supervisor from when all heard them, and each showing of the screen."""
    until(lambda: is_closed(room), "the recording to be closed")
    result = verify_room(room)
    assert result.holds, sentences(result)
    tracks = tracks_of(room)
    roles = {"customer", "advisor", "companion", "interpreter", "expert", "supervisor"}
    for kind in ("audio", "video"):
        assert {track["role"] for track in tracks if track["kind"] == kind} == roles
    screens = [track for track in tracks if track["kind"] == "screen"]
    assert Counter(track["role"] for track in screens) == {"advisor": 2}
    assert [gap["reason"] for track in screens for gap in track["gaps"]] == ["not_shown"]
    barged = min(track["offset"] for track in tracks if track["role"] == "supervisor")
    assert barged > max(track["offset"] + track["duration"] for track in screens)


def tracks_of(room: Path) -> list[dict[str, Any]]:
    """Tracks of the one part that kept anything."""
    (part,) = room.glob("*/manifest.json")
    tracks: list[dict[str, Any]] = json.loads(part.read_text())["tracks"]
    return tracks


def is_closed(room: Path) -> bool:
    return all(json.loads(part.read_text())["ended_at"] for part in room.glob("*/manifest.json"))
