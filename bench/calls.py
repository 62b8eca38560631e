"""queue.display_p99 and queue.phones_p99: from a teller's tap on "next" to the waiting room and to every phone."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from statistics import quantiles

from playwright.sync_api import Page, sync_playwright

from bench.followers import Phone, follow
from bench.line import Line
from bench.server import resident_bytes
from bench.visitors import arrived, issue, phone_of, teller
from tests.browser.people import WIDE_KIOSK, launch
from tests.running import Maru, running
from tests.waiting import until

CALLS, FOLLOWERS, ROUNDS = 200, 2_000, 12
PAUSE = 0.35  # seconds between two taps of a hurried teller
ARRIVAL = 120.0  # seconds in which every phone has heard
DISPLAY_LIMIT, PHONES_LIMIT = 100.0, 250.0  # milliseconds
# When each number first stood on the display, wherever on it.
WATCH = """() => {
  window.shownAt = {};
  const display = document.getElementById('display');
  const look = () => {
    for (const number of display.innerText.match(/[A-Z]-\\d{3,}/g) ?? []) window.shownAt[number] ??= Date.now();
  };
  new MutationObserver(look).observe(display, { subtree: true, childList: true, attributes: true });
}"""


def display() -> Line:
    """Milliseconds from the tap until the number stands on a display in Chromium, one hub, while calls are announced."""
    with tempfile.TemporaryDirectory() as folder, running("embedded", Path(folder)) as maru:
        issue(maru, CALLS)
        tap = teller(maru)
        with sync_playwright() as playwright, closing(launch(playwright)) as browser:
            page = browser.new_page(viewport={"width": WIDE_KIOSK["width"], "height": WIDE_KIOSK["height"]})
            page.goto(f"{maru.layout.hub_url}/display")
            page.evaluate(WATCH)
            took = [_shown(page, tap) for _ in range(CALLS)]
    return _line("queue.display_p99", took, DISPLAY_LIMIT)


def _shown(page: Page, tap: Callable[[], tuple[float, str]]) -> float:
    began, number = tap()
    until(lambda: page.evaluate("number => window.shownAt[number]", number), f"{number} on the display")
    time.sleep(PAUSE)
    return float(page.evaluate("number => window.shownAt[number]", number)) - began * 1000


def phones() -> Line:
    """Milliseconds from the tap at the hub until each of 2,000 phones has heard where it stands, at one centre."""
    with tempfile.TemporaryDirectory() as folder, running("embedded", Path(folder)) as maru:
        visits, tap = issue(maru, 1 + ROUNDS + FOLLOWERS), teller(maru)
        tap()  # wakes the hub's line to the centre, which did not see this process give out numbers
        arrived(maru, len(visits))
        centre = maru.processes["centre"].pid
        before = resident_bytes(centre)
        took, memory = asyncio.run(_followed(maru, visits[1 + ROUNDS :], tap, lambda: resident_bytes(centre)))
    more = {"followers": FOLLOWERS, "kilobytes_a_follower": (memory - before) / FOLLOWERS / 1000}
    return _line("queue.phones_p99", took, PHONES_LIMIT, more)


async def _followed(
    maru: Maru, visits: list[str], tap: Callable[[], tuple[float, str]], memory: Callable[[], int]
) -> tuple[list[float], int]:
    """Each round is one call, after which everybody stands one place further on."""
    passes = [phone_of(maru, visit) for visit in visits]
    followers = await follow(maru.centre(), passes)
    used, took = memory(), []
    await _called(followers, tap)  # whose places are known from then on
    for _ in range(ROUNDS - 1):
        began = await _called(followers, tap)
        took += [(phone.heard[0] - began) * 1000 for phone in followers]
    for phone in followers:
        phone.hang_up()
    return took, used


async def _called(followers: list[Phone], tap: Callable[[], tuple[float, str]]) -> float:
    """One call, and everybody has heard of it; returns when the teller tapped."""
    for phone in followers:
        phone.forget()
    began, _ = await asyncio.to_thread(tap)
    deadline = time.monotonic() + ARRIVAL
    while not all(phone.heard for phone in followers):
        assert time.monotonic() < deadline, "not every phone heard of the call"
        await asyncio.sleep(0.05)
    await asyncio.sleep(2 * PAUSE)
    return began


def _line(name: str, took: list[float], limit: float, more: dict[str, float] | None = None) -> Line:
    """The 99th of a hundred, with the middle beside it."""
    parts = quantiles(took, n=100)
    told = {"p50": parts[49], **(more or {})}
    return Line(name, parts[98], "ms", f"a limit of {limit:.0f} ms", parts[98] / limit, told)


LINES = {"queue.display_p99": display, "queue.phones_p99": phones}
