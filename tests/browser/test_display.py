"""The waiting room: two numbers called at once are announced one after the other, in their languages, with sound."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import APIRequestContext, Browser, Page

from branch.database import Database
from branch.tickets.services import issue_ticket
from branch.visits.services import open_visit
from tests.browser.people import WIDE_KIOSK
from tests.running import Maru
from tests.waiting import until

pytestmark = pytest.mark.browser
DATA = re.compile(r'<script type="application/json" id="page-data">(.*?)</script>', re.DOTALL)
# What is played and shown, in order; four times as fast as in a branch.
LISTEN = """
  window.heard = [];
  const note = (what) => window.heard.push(what);
  const play = HTMLMediaElement.prototype.play;
  let sounding = 0;
  HTMLMediaElement.prototype.play = function () {
    this.playbackRate = 4;
    note((sounding += 1) > 1 ? 'overlap' : new URL(this.src).pathname);
    this.addEventListener('ended', () => (sounding -= 1), { once: true });
    return play.call(this);
  };
  addEventListener('DOMContentLoaded', () => {
    const caption = document.getElementById('caption');
    new MutationObserver(() => note(caption.textContent)).observe(caption, { childList: true });
  });
"""


@pytest.fixture
def display(maru: Maru, browser: Browser) -> Iterator[Page]:
    room = browser.new_context(viewport={"width": WIDE_KIOSK["width"], "height": WIDE_KIOSK["height"]})
    room.add_init_script(LISTEN)
    page = room.new_page()
    page.goto(f"{maru.layout.hub_url}/display")
    yield page
    room.close()


def take(maru: Maru, language: str) -> str:
    """Somebody takes a number at the door."""
    database = Database(maru.layout.hub_database, outbox=True)
    with database.transaction() as session:
        visit = open_visit(session, "seongsu", "kiosk", language)
        number = issue_ticket(session, visit.id, "deposits").number
    database.close()
    return number


def at_desk(maru: Maru, browser: Browser, login: str, desk: str) -> tuple[APIRequestContext, dict[str, str]]:
    """Somebody of the branch, signed in and seated."""
    asks = browser.new_context().request
    link = f"{maru.layout.hub_url}{maru.desk_sign_in_path(login)}"
    asks.post(link, form={"csrf_token": token(asks.get(link).text())})
    sign = {"X-CSRFToken": token(asks.get(f"{maru.layout.hub_url}/desk").text())}
    assert asks.post(f"{maru.layout.hub_url}/desk/at", form={"desk": desk}, headers=sign).ok
    return asks, sign


def token(page: str) -> str:
    found = DATA.search(page)
    assert found, page
    data: dict[str, Any] = json.loads(found[1])
    return str(data["csrf"])


def test_two_quick_calls_are_announced_one_after_the_other(
    maru: Maru, browser: Browser, display: Page
) -> None:
    first, second = take(maru, "ko"), take(maru, "en")
    tellers = [
        at_desk(maru, browser, "teller@maru.example", "seongsu-1"),
        at_desk(maru, browser, "manager@maru.example", "seongsu-2"),
    ]
    for asks, sign in tellers:
        assert asks.post(f"{maru.layout.hub_url}/desk/next", headers=sign).ok
    until(lambda: f"{second}, please come to Desk 2" in heard(display), "the second call to be announced")
    display.locator("#display:not([data-calling])").wait_for()
    told = [what for what in heard(display) if what]
    assert "overlap" not in told
    assert [what for what in told if "/" not in what] == [
        f"{first} 손님, 1번 창구로 오세요",
        f"{second} 손님, 2번 창구로 오세요",
        f"{second}, please come to Desk 2",
    ]
    assert [what.rpartition("/")[2] for what in told if "/" in what] == [
        *("chime", "number", "desk"),
        *("chime", "number", "desk", "number", "desk"),
    ]
    assert display.locator("#now .display-number").inner_text() == second


def heard(display: Page) -> list[str]:
    told: list[str] = display.evaluate("window.heard")
    return told


def test_a_display_finds_its_way_back(maru: Maru, display: Page) -> None:
    maru.processes.stop("hub")
    display.locator("#stale:not([hidden])").wait_for()
    assert "까지의 번호예요" in display.locator("#stale").inner_text()
    maru.restart("hub")
    display.locator("#stale[hidden]").wait_for(state="attached")
