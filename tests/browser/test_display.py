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

# On 43 inches a point of 1,920 is 0.496 mm; figures are 0.71 of their type size, Korean syllables 0.87. What is
# cut off by the edge is as bad as what is too small.
TOO_SMALL = """() => {
  const [point, needed] = [0.496, 36.9];
  const faults = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text = walk.nextNode(); text; text = walk.nextNode()) {
    const [words, within] = [text.textContent.trim(), text.parentElement];
    if (!words || within.closest('script, svg, [data-near], .visually-hidden') || !within.checkVisibility()) continue;
    const share = /^[\\p{Script=Hangul}\\p{P}\\s]*$/u.test(words) ? 0.87 : 0.71;
    const size = parseFloat(getComputedStyle(within).fontSize);
    if (size * share * point < needed) faults.push(`${words}: ${size} px`);
    const around = document.createRange();
    around.selectNodeContents(text);
    const box = around.getBoundingClientRect();
    const inside = box.left >= 0 && box.right <= innerWidth && box.top >= 0 && box.bottom <= innerHeight + 8;
    if (!inside) faults.push(`${words} is cut off`);
  }
  const [desk, band] = ['#now .display-desk', '.display-band'].map((name) => document.querySelector(name));
  const covered = desk?.checkVisibility() && desk.getBoundingClientRect().bottom - band.getBoundingClientRect().top;
  if (covered > 0 && band.checkVisibility() && innerWidth > innerHeight) faults.push(`the desk is covered by ${covered} px`);
  return faults;
}"""
SHOW = """
  const display = document.getElementById('display');
  const show = (index) => {
    document.querySelectorAll('[data-scene]').forEach((scene, place) => (scene.hidden = place !== index));
    display.toggleAttribute('data-shows', index >= 0);
  };
"""
# The display's states, put on without waiting for them to come.
STATES = {
    "numbers": f"() => {{ {SHOW} show(-1); }}",
    "note": f"() => {{ {SHOW} show(0); }}",
    "longest note": f"() => {{ {SHOW} show(2); }}",
    "leaves": f"() => {{ {SHOW} show(3); }}",
    "cut line": f"""() => {{ {SHOW} show(-1);
      const old = document.getElementById('stale');
      old.querySelector('span').textContent = document.documentElement.lang === 'ko'
        ? '14:05까지의 번호예요. 창구 안내를 따라 주세요.'
        : 'Numbers as of 14:05. Please follow the staff.';
      old.hidden = false;
      const [now, calling] = ['now', 'calling'].map((name) => document.getElementById(name));
      now.innerHTML = calling.innerHTML;
      now.querySelector('.eyebrow').textContent = now.querySelector('.eyebrow').dataset.first;
      now.querySelector('.display-number').textContent = 'A-012';
      now.querySelector('.display-desk').textContent = document.documentElement.lang === 'ko' ? '3번 창구' : 'Desk 3';
      now.removeAttribute('data-idle');
      display.toggleAttribute('data-stale', true);
    }}""",
    "call": f"""() => {{ {SHOW} show(-1);
      const calling = document.getElementById('calling');
      calling.querySelector('.eyebrow').textContent = calling.querySelector('.eyebrow').dataset.again;
      calling.querySelector('.display-number').textContent = 'A-012';
      calling.querySelector('.display-desk').textContent = document.documentElement.lang === 'ko' ? '3번 창구' : 'Desk 3';
      document.getElementById('caption').textContent = document.documentElement.lang === 'ko'
        ? 'A-012 손님, 3번 창구로 오세요'
        : 'A-012, please come to Desk 3';
      display.toggleAttribute('data-stale', false);
      display.toggleAttribute('data-calling', true);
    }}""",
}


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


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("panel", [(1920, 1080), (1080, 1920)], ids=["across", "upright"])
def test_everything_one_needs_is_read_at_eight_metres(
    maru: Maru, browser: Browser, language: str, panel: tuple[int, int]
) -> None:
    """Letters that a person needs are 37 mm high on 43 inches (docs/display.md), in each state that the display has."""
    width, height = panel
    page = browser.new_page(viewport={"width": width, "height": height})
    page.goto(f"{maru.layout.hub_url}/display?language={language}")
    faults = {}
    for state, arrange in STATES.items():
        page.evaluate(arrange)
        faults[state] = page.evaluate(TOO_SMALL)
    page.goto(f"{maru.layout.hub_url}/tree?language={language}")
    faults["tree"] = page.evaluate(TOO_SMALL)
    page.close()
    assert not any(faults.values()), faults


def test_a_display_finds_its_way_back(maru: Maru, display: Page) -> None:
    maru.processes.stop("hub")
    display.locator("#stale:not([hidden])").wait_for()
    assert "까지의 번호예요" in display.locator("#stale").inner_text()
    maru.restart("hub")
    display.locator("#stale[hidden]").wait_for(state="attached")
