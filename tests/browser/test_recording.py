"""A moment kept out of a recording, and the manager who sees both people again afterwards, sealed, from an object store."""

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page

from tests.browser.people import CONSOLE, Advisor, Person, PhoneVisitor
from tests.objects import ObjectStore, object_store
from tests.running import Maru, running
from tests.waiting import until

pytestmark = [pytest.mark.browser, pytest.mark.alone]

SHOWN = ".call-screen:not([hidden])"
KEY = base64.b64encode(bytes(range(32))).decode()


@pytest.fixture(scope="module")
def objects() -> Iterator[ObjectStore]:
    with object_store() as store:
        yield store


@pytest.fixture(scope="module")
def maru(tmp_path_factory: pytest.TempPathFactory, objects: ObjectStore) -> Iterator[Maru]:
    settings = {"MARU_MEDIA_RECORDING_KEY": KEY, **objects.variables}
    with running("embedded", tmp_path_factory.mktemp("sealed"), 1, (), **settings) as started:
        yield started


def test_a_pause_is_seen_by_both_and_the_recording_by_the_manager(
    maru: Maru, browser: Browser, office: Browser
) -> None:
    phone, advisor = PhoneVisitor(browser), Advisor(office)
    phone.opens(f"{maru.centre()}/")
    advisor.signs_in(maru.centre() + maru.sign_in_path("tax@maru.example"))
    consult = phone.asks_for_expert("tax")
    advisor.accepts(consult)
    for person in (phone, advisor):
        person.waits_for_live_media()
        person.page.locator("[data-recorder=live]").wait_for()
    phone.act("pause-recording")
    for person in (phone, advisor):
        person.page.locator("[data-recorder=paused]").wait_for()
    assert "손님이 멈췄어요" in advisor.page.locator("[data-recorder]").inner_text()
    phone.page.reload()
    phone.page.locator("[data-recorder=paused]").wait_for()
    advisor.act("resume-recording")
    for person in (phone, advisor):
        person.page.locator("[data-recorder=live]").wait_for()
    phone.waits_for_live_media()
    advisor.act("share")
    phone.page.locator(SHOWN).wait_for()
    advisor.act("share")
    phone.page.locator(SHOWN).wait_for(state="detached")
    phone.ends_call()
    assert phone.complaints == []
    for person in (phone, advisor):
        person.leave()
    until(lambda: not (maru.recordings / consult).exists(), "the recording to move into the store", 60)
    the_manager_looks(maru, office, consult)


def the_manager_looks(maru: Maru, office: Browser, consult: str) -> None:
    manager = Person(office, CONSOLE)
    page = manager.page
    page.goto(maru.centre() + maru.sign_in_path("manager@maru.example"))
    manager.tap("form .button-main")
    page.wait_for_url("**/manager")
    listing = f"{maru.centre()}/manager/recordings"
    until(lambda: is_verified(page, listing, consult), "the recording to be listed and verified")
    manager.tap(f'tr[data-consult="{consult}"] a')
    manager.act("open-recording")
    page.locator(".recording-player").wait_for()
    assert page.locator("[data-gap=paused]").count() == 1
    manager.act("play")
    for participant in ("customer", "advisor"):
        until(lambda who=participant: frames(page, who) > 10, f"the picture of the {participant} to move")  # type: ignore[misc]
    page.locator("[data-seek]").fill("0.5")
    until(lambda: position(page) < 3, "the clock to be where it was sought")
    for participant in ("customer", "advisor"):
        until(lambda who=participant: is_near(page, who), f"the {participant} to be where the clock is")  # type: ignore[misc]
    the_screen_is_shown_while_it_was(page)
    manager.act("make-file")
    with page.expect_download() as download:
        manager.act("fetch-file")
    assert Path(download.value.path()).read_bytes()[:4] == b"\x1a\x45\xdf\xa3", "no Matroska"
    page.reload()
    assert page.locator("[data-uses] tr").count() == 2
    assert manager.complaints == []
    manager.leave()


def the_screen_is_shown_while_it_was(page: Page) -> None:
    """Large beside the people, and found by the list of what was shown."""
    screen = page.locator("[data-screen-of=advisor]")
    assert screen.is_hidden()
    page.locator("summary", has_text="보여 준 화면 1번").click()
    page.locator("[data-shown] button").click()
    screen.wait_for()
    until(lambda: has_picture(screen), "the picture of the screen")
    width = "figure => figure.getBoundingClientRect().width"
    assert screen.evaluate(width) > 2 * page.locator("[data-participant=customer]").evaluate(width)
    page.locator("[data-seek]").fill("0.5")
    screen.wait_for(state="hidden")


def has_picture(figure: Locator) -> bool:
    return bool(figure.locator("video").evaluate("video => video.readyState >= 2 && video.videoWidth > 16"))


def is_verified(page: Page, listing: str, consult: str) -> bool:
    page.goto(listing)
    return bool(page.locator(f'tr[data-consult="{consult}"] [data-holds=yes]').count())


def frames(page: Page, participant: str) -> int:
    video = f"[data-participant={participant}] video"
    return int(page.locator(video).evaluate("video => video.getVideoPlaybackQuality().totalVideoFrames"))


def position(page: Page) -> float:
    return float(page.locator("[data-at]").get_attribute("data-at") or -1)


def is_near(page: Page, participant: str) -> bool:
    """Whether the picture is where the clock is, as far as one can look at two clocks at once."""
    video = page.locator(f"[data-participant={participant}] video")
    return abs(float(video.evaluate("video => video.currentTime")) - position(page)) < 0.5
