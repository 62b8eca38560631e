"""A kiosk's life: paired by its code, out of paper in the middle of a visit, and taken out of use."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from hardware.client import DeviceAgent
from tests.browser.people import CONSOLE, KIOSK, Person
from tests.running import Maru
from tests.standing import as_in_the_morning, otherwise
from tests.waiting import until


@pytest.fixture(scope="module")
def maru(small: Maru) -> Iterator[Maru]:
    """A branch as in production: a screen without a key shows its code."""
    with otherwise(as_in_the_morning(small), "hub", MARU_HUB_PAIRING="required"):
        yield small


class Teller(Person):
    """Somebody at the devices page."""

    def comes_in(self, maru: Maru) -> None:
        self.page.goto(maru.layout.hub_url + maru.desk_sign_in_path("teller@maru.example"))
        self.tap("button")
        self.page.wait_for_url("**/desk")
        self.page.goto(f"{maru.layout.hub_url}/devices")

    def pairs(self, code: str, place: str) -> None:
        self.page.fill("[name=code]", code)
        self.page.fill("[name=place]", place)
        self.tap("#new-device .button-main")


@pytest.mark.browser
def test_a_kiosk_from_its_code_to_its_end(maru: Maru, browser: Browser, office: Browser) -> None:
    hub, agent = maru.layout.hub_url, DeviceAgent(maru.layout.agent_url, maru.layout.keys.agent)
    kiosk, teller = Person(browser, KIOSK), Teller(office, CONSOLE)
    kiosk.page.goto(f"{hub}/")
    teller.comes_in(maru)
    teller.pairs(kiosk.page.inner_text(".pairing-code"), "입구")
    kiosk.page.wait_for_url(f"{hub}/")
    teller.sees("키오스크 1")

    agent.play("torn")
    kiosk.tap(".attract")
    kiosk.tap("text=English")
    kiosk.page.wait_for_url("**/menu")
    kiosk.page.goto(f"{hub}/ticket")
    kiosk.tap(".choice")
    kiosk.sees("If no slip comes out, please call a member of staff.")
    teller.sees("찍다가 멈췄어요")
    agent.play("ok")
    kiosk.sees("Print again")
    torn = next(maru.spool.glob("*.torn"))
    assert torn.with_suffix(".escpos").exists(), "the slip came out after all"

    teller.page.on("dialog", lambda dialog: dialog.accept())
    teller.tap(".device-revoke button")
    kiosk.sees("This device is no longer in use.")
    assert kiosk.page.url == f"{hub}/pair/refused"
    until(lambda: teller.page.locator(".device").count() == 0, "the list has no device any more")
    # A page of that status is an error to the browser's console, and all there is to complain of.
    assert all("403" in complaint for complaint in kiosk.complaints), kiosk.complaints
    for person in (kiosk, teller):
        person.leave()
