"""The manager's pages in a real browser: charts under the strict policy, hours that a kiosk follows at once."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.centre import barriers
from tests.browser.people import CONSOLE, KioskVisitor, Person
from tests.running import Maru, running
from tests.waiting import until

pytestmark = pytest.mark.browser

# Whether anything was drawn upon a canvas.
DRAWN = "(canvas) => canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some((value) => value)"


@pytest.fixture(scope="module")
def maru(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Maru]:
    """A branch of its own, on its first day: statistics begin with nothing."""
    with running("embedded", tmp_path_factory.mktemp("first-day")) as started:
        yield started


@pytest.fixture
def kiosk(maru: Maru, browser: Browser) -> Iterator[KioskVisitor]:
    visitor = KioskVisitor(browser, maru.layout.hub_url)
    yield visitor
    visitor.leave()


@pytest.fixture
def manager(maru: Maru, office: Browser) -> Iterator[Page]:
    somebody = Person(office, CONSOLE)
    somebody.page.goto(maru.centre() + maru.sign_in_path("manager@maru.example"))
    somebody.page.locator("form button").first.click()
    somebody.page.wait_for_url("**/manager")
    yield somebody.page
    somebody.leave()


def test_charts_are_drawn_and_today_stays_true(maru: Maru, kiosk: KioskVisitor, manager: Page) -> None:
    refused: list[str] = []
    manager.on("console", lambda told: refused.append(told.text) if "Content Security" in told.text else None)
    manager.goto(f"{maru.centre()}/manager/statistics")
    manager.locator(".empty").wait_for()
    kiosk.arrives()
    kiosk.takes_ticket()
    canvas = manager.locator("[data-table=by-hour] canvas").first
    canvas.wait_for()
    until(lambda: canvas.evaluate(DRAWN), "the chart to be drawn")
    assert manager.locator("#by-hour td[data-column=issued]").first.inner_text() == "1"
    assert barriers(manager) == []
    assert refused == []


def test_hours_saved_at_the_centre_close_the_kiosk_at_once(
    maru: Maru, kiosk: KioskVisitor, manager: Page
) -> None:
    kiosk.page.goto(f"{maru.layout.hub_url}/")
    manager.goto(f"{maru.centre()}/manager/hours")
    assert barriers(manager) == []
    for day in range(7):
        manager.locator(f"[name=week-{day}-open]").uncheck()
    manager.locator(".schedule-form .button-main").click()
    kiosk.page.get_by_text("지금은 문을 닫았어요").first.wait_for()
    manager.locator("#state").get_by_text("지점에 적용됐어요").wait_for()
    manager.get_by_role("button", name="마지막 변경 되돌리기").click()
    kiosk.page.get_by_text("기다리시는 분").first.wait_for()
