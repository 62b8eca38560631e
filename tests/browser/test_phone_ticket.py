"""A number on the phone, tapped through in a browser: from home, at the door, after a missed call, given back, cut off."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from branch import clock
from branch.demo import SEONGSU
from branch.tickets.door import door_code
from tests.browser.people import PHONE, Person
from tests.running import Maru
from tests.scenarios.people import Surfer
from tests.waiting import until

pytestmark = pytest.mark.browser


class Holder(Person):
    """Somebody with a phone and, after a while, a number on it."""

    def __init__(self, maru: Maru, browser: Browser, language: str = "ko-KR") -> None:
        super().__init__(browser, PHONE, language)
        self.maru = maru

    def takes_from_home(self, service: str, travel: int) -> None:
        """Open the poster's address, say how far it is, and what for."""
        offer = f'button[name=service][value="{service}"]:enabled'
        poster = f"{self.maru.centre()}/b/{SEONGSU.id}"
        self.page.goto(poster)
        until(lambda: self.page.locator(offer).count() or not self.page.reload(), "the branch to be heard")
        self.page.locator(f'.chip:has(input[value="{travel}"])').click()
        self.page.locator(offer).click()

    def scans_the_door(self) -> None:
        """The code on the branch's screens of this minute."""
        code = door_code(SEONGSU.id, self.maru.layout.keys.link, clock.now())
        self.page.goto(f"{self.maru.centre()}/here/{SEONGSU.id}/{code}")

    def has(self, mood: str) -> None:
        """Wait until the card says so, by itself, and nothing sticks out at the side."""
        self.page.locator(f'[data-ticket-acts][data-mood="{mood}"]').wait_for()
        assert self.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], mood

    def does(self, what: str) -> None:
        """Tap what can be done with the number now."""
        self.page.locator(f'form[action$="/visit/ticket/{what}"] button:visible').click()

    @property
    def number(self) -> str:
        """As pinned on top."""
        return self.page.locator('[data-ticket="number"]').inner_text()


@pytest.fixture
def holder(maru: Maru, browser: Browser) -> Iterator[Holder]:
    person = Holder(maru, browser)
    yield person
    person.leave()


@pytest.fixture
def teller(maru: Maru) -> Surfer:
    """At the third desk, where exchange is served."""
    somebody = Surfer(maru.layout.hub_url)
    path = maru.desk_sign_in_path("teller@maru.example")
    somebody.open(path)
    somebody.submit(path)
    somebody.submit("/desk/at", desk="seongsu-3")
    return somebody


def test_a_number_from_home_to_the_desk_and_back(maru: Maru, holder: Holder, teller: Surfer) -> None:
    holder.takes_from_home("exchange", travel=20)
    holder.has("on_the_way")
    assert re.fullmatch(r"D-\d{3}", holder.number)
    holder.sees("자리를 지켜 드려요")
    holder.scans_the_door()
    holder.has("waiting")
    teller.submit("/desk/next")
    holder.has("called")
    nobody_came = re.search(r"/desk/tickets/[0-9a-f]{32}/no-show", teller.body)
    assert nobody_came, teller.body
    teller.submit(nobody_came[0])
    holder.has("missed")
    until(
        lambda: holder.page.locator("[data-notice]:visible").count() == 0,
        "the call to be taken from the page",
    )
    holder.does("back")
    holder.has("waiting")
    kept = holder.number
    holder.does("give-back")
    holder.has("given_back")
    holder.does("keep")
    holder.has("waiting")
    assert holder.number == kept
    maru.processes.stop("hub")
    try:
        holder.page.locator('[data-ticket="as_of"]:visible').wait_for()
        holder.sees("번호표는 그대로예요")
        assert holder.page.locator("[data-needs-branch]:visible:enabled").count() == 0
        assert holder.number == kept
    finally:
        maru.restart("hub")
    until(lambda: holder.page.locator('[data-ticket="as_of"]:visible').count() == 0, "the branch to be back")
    assert holder.complaints == []
