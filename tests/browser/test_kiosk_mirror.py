"""The mirror on the result screen, with a face in a fake camera; and the result without camera, agent or model."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Playwright

from tests.browser.people import CHROMIUM, FLAGS, KIOSK, KioskVisitor
from tests.hardware.film import FOREHEAD, film_a_person
from tests.running import Maru
from tests.waiting import until
from tools.layout import plans

pytestmark = pytest.mark.browser

FOOT = 190  # px of the screen that the mirror leaves to tools and bell


@contextmanager
def at_the_result(
    playwright: Playwright, maru: Maru, camera: Path | None, language: str = "한국어"
) -> Iterator[KioskVisitor]:
    """Somebody whose kiosk has this camera, looking at their type."""
    flags = [flag for flag in FLAGS if camera is not None or flag != "--use-fake-device-for-media-stream"]
    if camera is not None:
        flags.append(f"--use-file-for-fake-video-capture={camera}")
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
    visitor = KioskVisitor(browser, maru.layout.hub_url)
    visitor.arrives(language)
    visitor.takes_quiz()
    yield visitor
    browser.close()


@pytest.fixture
def camera(tmp_path: Path) -> Path:
    return film_a_person(tmp_path / "person.mjpeg")


def asks_for_the_mirror(kiosk: KioskVisitor) -> None:
    kiosk.tap("#mirror-open")
    kiosk.page.locator("#mirror-ask[open] .traits li").first.wait_for()
    kiosk.tap("#mirror-start")


def goes_live(kiosk: KioskVisitor) -> None:
    asks_for_the_mirror(kiosk)
    kiosk.page.locator("#mirror[data-state=live] .mirror-crown").wait_for()


def is_complete(kiosk: KioskVisitor, said: str) -> None:
    """The result stands as it was, and a kind sentence says why there is no mirror."""
    page = kiosk.page
    page.locator("#toast", has_text=said).wait_for()
    assert page.locator("#mirror").is_hidden()
    for part in (".result-head .character", "h1", ".traits li >> nth=0", ".qr img", ".call-person"):
        assert page.locator(part).first.is_visible(), part
    assert page.evaluate("document.querySelector('#mirror video').srcObject") is None


def test_the_crown_follows_the_face_and_the_camera_goes_out_with_the_tap(
    maru: Maru, playwright: Playwright, camera: Path
) -> None:
    with at_the_result(playwright, maru, camera) as kiosk:
        page = kiosk.page
        assert page.evaluate("document.querySelector('#mirror video').srcObject") is None
        goes_live(kiosk)
        assert page.get_by_text("카메라 켜짐").is_visible()
        assert page.locator(".call-person").is_visible()
        scale = (KIOSK["height"] - FOOT) / 480  # the film is 640x480 and fills the mirror's height
        left_edge = (640 - KIOSK["width"] / scale) / 2
        face = (KIOSK["width"] - (FOREHEAD[0] - left_edge) * scale, FOREHEAD[1] * scale)
        until(lambda: near(crown(kiosk), face, 70), f"the crown at {crown(kiosk)}, the forehead at {face}")
        page.evaluate("window.track = document.querySelector('#mirror video').srcObject.getTracks()[0]")
        kiosk.tap("#mirror-stop")
        page.locator("#mirror").wait_for(state="hidden")
        assert page.evaluate("window.track.readyState") == "ended"
        assert kiosk.complaints == []


def crown(kiosk: KioskVisitor) -> tuple[float, float]:
    """The middle of the crown's lower edge, where it sits on the head."""
    box = kiosk.page.locator(".mirror-crown").bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"]


def near(found: tuple[float, float], wanted: tuple[float, float], distance: float) -> bool:
    return all(abs(one - other) < distance for one, other in zip(found, wanted, strict=True))


def test_leaving_the_screen_puts_the_camera_out(maru: Maru, playwright: Playwright, camera: Path) -> None:
    log = maru.layout.state / "logs" / "agent.log"
    with at_the_result(playwright, maru, camera) as kiosk:
        goes_live(kiosk)
        before = log.read_text(encoding="utf-8").count("vision.page_left")
        kiosk.tap("form[action='/done'] button")
        kiosk.page.locator("[data-goodbye]").wait_for()
        until(
            lambda: log.read_text(encoding="utf-8").count("vision.page_left") > before,
            "the agent to see the page leave",
        )


def test_without_a_camera_the_result_is_complete(maru: Maru, playwright: Playwright) -> None:
    with at_the_result(playwright, maru, None) as kiosk:
        asks_for_the_mirror(kiosk)
        is_complete(kiosk, "이 기기에는 카메라가 없어요.")


def test_without_an_agent_the_result_is_complete(maru: Maru, playwright: Playwright, camera: Path) -> None:
    maru.processes.stop("agent")
    try:
        with at_the_result(playwright, maru, camera, "English") as kiosk:
            asks_for_the_mirror(kiosk)
            is_complete(kiosk, "The mirror is not available right now.")
    finally:
        maru.restart("agent")


def test_without_a_model_the_result_is_complete(
    maru: Maru, playwright: Playwright, camera: Path, tmp_path: Path
) -> None:
    maru.processes.stop("agent")
    blind = replace(maru.layout, overrides=(("MARU_AGENT_MODELS_DIR", str(tmp_path / "none")),))
    maru.processes.start([plan for plan in plans(blind) if plan.name == "agent"])
    maru.processes.wait_ready()
    try:
        with at_the_result(playwright, maru, camera) as kiosk:
            asks_for_the_mirror(kiosk)
            is_complete(kiosk, "지금은 거울을 쓸 수 없어요.")
    finally:
        maru.processes.stop("agent")
        maru.restart("agent")
