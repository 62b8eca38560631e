"""The counter by keyboard alone: what a teller has in hand stays there while the line moves."""

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.people import CONSOLE, KioskVisitor, Person
from tests.browser.test_display import at_desk
from tests.running import Maru

pytestmark = pytest.mark.browser


def arrives(maru: Maru, browser: Browser) -> str:
    visitor = KioskVisitor(browser, maru.layout.hub_url)
    visitor.arrives()
    number = visitor.takes_ticket()
    visitor.leave()
    return number


def focused(page: Page) -> str:
    words: str = page.evaluate("document.activeElement.textContent.trim()")
    return words


def test_menus_and_line_are_worked_by_keyboard_while_people_come(
    maru: Maru, browser: Browser, office: Browser
) -> None:
    teller = Person(office, CONSOLE)
    teller.page.goto(maru.layout.hub_url + maru.desk_sign_in_path("teller@maru.example"))
    teller.tap("form .button-main")
    teller.page.wait_for_url("**/desk")
    keys, menu = teller.page.keyboard, teller.page.locator(".menu:popover-open")

    keys.press("Alt+w")
    keys.press("ArrowDown")
    chosen = focused(teller.page)
    first = arrives(maru, browser)
    teller.page.locator("#desk-queue").get_by_text(first).wait_for()
    assert menu.get_attribute("id") == "menu-walk-in"
    assert focused(teller.page) == chosen
    keys.press("Escape")

    second = arrives(maru, browser)
    teller.page.locator("#desk-queue").get_by_text(second).wait_for()
    keys.press("Alt+l")
    keys.press("ArrowDown")
    keys.press("Enter")
    teller.page.locator("#desk-now .ticket-number").get_by_text(second).wait_for()

    keys.press("Alt+f")
    menu.wait_for()
    asks, sign = at_desk(maru, browser, "manager@maru.example", "seongsu-1")
    assert asks.post(f"{maru.layout.hub_url}/desk/next", headers=sign).ok
    teller.page.locator("#desk-now .ticket-number").get_by_text(first).wait_for()
    assert menu.count() == 0, "what was meant for one customer is offered for the next"
    assert not teller.complaints
    teller.leave()
