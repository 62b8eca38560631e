"""Talking to an expert at the kiosk itself: the whole consult on its screen, nothing asked twice, nothing left behind."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser

from tests.browser import kiosk as on_kiosk
from tests.browser.centre import barriers
from tests.browser.people import Advisor, KioskVisitor
from tests.running import Maru

pytestmark = [pytest.mark.browser, pytest.mark.alone]

AGREED = "등기부 등본을 가지고 다음 주에 다시 만나기로 했어요."
IDLE_MS = 61_000
WARNING_MS = 21_000


@pytest.fixture
def kiosk(maru: Maru, browser: Browser) -> Iterator[KioskVisitor]:
    visitor = KioskVisitor(browser, maru.layout.hub_url)
    visitor.page.goto(f"{visitor.hub}/")
    yield visitor
    visitor.leave()


@pytest.fixture
def advisor(maru: Maru, office: Browser) -> Iterator[Advisor]:
    somebody = Advisor(office)
    yield somebody
    somebody.leave()


def taps_the_expert_of_the_type(kiosk: KioskVisitor) -> tuple[str, str]:
    """From the result straight into the consult; returns the topic that was tapped and the consult."""
    kiosk.takes_quiz()
    topic = kiosk.page.locator("form[action='/expert'] input[name=topic]").input_value()
    kiosk.tap("form[action='/expert'] button")
    kiosk.page.wait_for_url("**/consult/*")
    return topic, urlsplit(kiosk.page.url).path.rpartition("/")[2]


@pytest.mark.timeout(400)  # a busy machine encodes and decodes two pictures of 720p for it
def test_a_whole_consult_at_the_kiosk(maru: Maru, kiosk: KioskVisitor, advisor: Advisor) -> None:
    page = kiosk.page
    corner = on_kiosk.bell(page)
    kiosk.arrives()
    topic, consult = taps_the_expert_of_the_type(kiosk)
    begun = page.evaluate("history.length")
    page.locator("[data-screen=consent]").wait_for()
    assert page.locator("body.surface-kiosk").count() == 1
    bells, faults = {"consent": on_kiosk.bell(page)}, on_kiosk.misfits(page) + barriers(page)
    kiosk.prepares()
    bells["waiting"] = on_kiosk.bell(page)
    faults += on_kiosk.misfits(page) + barriers(page)
    advisor.signs_in(maru.centre() + maru.sign_in_path(f"{topic}@maru.example"))
    advisor.accepts(consult)
    for person in (kiosk, advisor):
        person.waits_for_live_media()
    bells["call"] = on_kiosk.bell(page)
    faults += barriers(page)
    kiosk.ends_call()
    advisor.writes(AGREED)
    kiosk.sees(AGREED)
    kiosk.answers(10, "화면이 커서 좋았어요.")
    bells["thanks"] = on_kiosk.bell(page)
    kiosk.act("leave")
    page.locator(".attract").wait_for()
    assert faults == []
    assert {"attract": corner, **bells} == dict.fromkeys(("attract", *bells), corner)
    assert page.evaluate("history.length") == begun
    assert kiosk.complaints == []
    nobody_was_here(maru, kiosk, consult)


def test_who_walks_away_from_the_expert_leaves_nothing(maru: Maru, kiosk: KioskVisitor) -> None:
    kiosk.page.clock.install()
    kiosk.arrives()
    _, consult = taps_the_expert_of_the_type(kiosk)
    kiosk.page.locator("[data-screen=consent]").wait_for()
    kiosk.page.clock.fast_forward(IDLE_MS)
    kiosk.page.locator("dialog[data-idle][open]").wait_for()
    kiosk.page.clock.fast_forward(WARNING_MS)
    kiosk.page.locator(".attract").wait_for()
    nobody_was_here(maru, kiosk, consult)


def nobody_was_here(maru: Maru, kiosk: KioskVisitor, consult: str) -> None:
    """Neither the hub's nor the centre's pages, cookies and stores know the visitor."""
    page = kiosk.page
    assert "visit" not in set().union(*on_kiosk.cookies(page).values())
    assert on_kiosk.stores(page) == on_kiosk.EMPTY
    for path in ("/visit", "/consult", f"/consult/{consult}"):
        answer = page.goto(maru.centre() + path)
        assert answer is not None
        assert answer.status == 403, f"{path}: {answer.status}"
        assert AGREED not in page.content()
    assert on_kiosk.stores(page) == on_kiosk.EMPTY
    for path in ("/quiz/result", "/ticket/issued", "/phone", "/expert/unreachable"):
        page.goto(kiosk.hub + path)
        assert page.url == f"{kiosk.hub}/"
    for _ in range(page.evaluate("history.length")):
        page.go_back()
        assert AGREED not in page.content()


def test_contrast_and_zoom_go_along(kiosk: KioskVisitor) -> None:
    kiosk.arrives("English")
    for tool in ("contrast", "zoom"):
        with kiosk.page.expect_response("**/tools"):
            kiosk.tap(f"[data-tool={tool}]")
    taps_the_expert_of_the_type(kiosk)
    kiosk.page.locator("[data-screen=consent]").wait_for()
    assert kiosk.page.locator("html[lang=en][data-contrast=high][data-zoom='150']").count() == 1
