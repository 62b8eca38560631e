"""queue.display_p99 and queue.phones_p99: from a teller's tap on "next" to the waiting room and to every phone."""

from __future__ import annotations

import asyncio
import json
import re
import secrets
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from statistics import quantiles
from urllib.parse import urlsplit

import requests
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer
from playwright.sync_api import Page, sync_playwright
from sqlalchemy import func, select

from bench.followers import Pass, Phone, follow
from bench.line import Line
from bench.server import resident_bytes
from branch.database import Database
from branch.tickets.models import Ticket
from branch.tickets.services import issue_ticket
from branch.visits.services import open_visit
from tests.browser.people import WIDE_KIOSK, launch
from tests.running import Maru, running
from tests.waiting import until

CALLS, FOLLOWERS, ROUNDS = 200, 2_000, 12
PAUSE = 0.35  # seconds between two taps of a hurried teller
ARRIVAL = 120.0  # seconds in which the centre has heard of all numbers
DISPLAY_LIMIT, PHONES_LIMIT = 100.0, 250.0  # milliseconds
DATA = re.compile(r'<script type="application/json" id="page-data">(.*?)</script>', re.DOTALL)
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
        _issue(maru, CALLS)
        tap = _teller(maru)
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
        visits, tap = _issue(maru, 1 + ROUNDS + FOLLOWERS), _teller(maru)
        tap()  # wakes the hub's line to the centre, which did not see this process give out numbers
        _arrived(maru, len(visits))
        centre = maru.processes["centre"].pid
        before = resident_bytes(centre)
        took, memory = asyncio.run(_followed(maru, visits[1 + ROUNDS :], tap, lambda: resident_bytes(centre)))
    more = {"followers": FOLLOWERS, "kilobytes_a_follower": (memory - before) / FOLLOWERS / 1000}
    return _line("queue.phones_p99", took, PHONES_LIMIT, more)


async def _followed(
    maru: Maru, visits: list[str], tap: Callable[[], tuple[float, str]], memory: Callable[[], int]
) -> tuple[list[float], int]:
    """Each round is one call, after which everybody stands one place further on."""
    address = urlsplit(maru.centre())
    passes = [_pass(maru, visit) for visit in visits]
    followers = await follow(address.hostname or "", address.port or 80, passes)
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


def _issue(maru: Maru, count: int) -> list[str]:
    """Numbers of people who come by phone, one after the other in one line; their visits."""
    with closing(Database(maru.layout.hub_database, outbox=True)) as database, database.transaction() as work:
        visits = [open_visit(work, "seongsu", "phone", "ko").id for _ in range(count)]
        for visit in visits:
            issue_ticket(work, visit, "deposits")
    return visits


def _arrived(maru: Maru, count: int) -> None:
    """Wait until the centre has them all."""
    with closing(Database(maru.layout.centre_database)) as database:

        def known() -> bool:
            with database.reading() as work:
                return (work.scalar(select(func.count()).select_from(Ticket)) or 0) >= count

        until(known, "all numbers at the centre", ARRIVAL)


def _teller(maru: Maru) -> Callable[[], tuple[float, str]]:
    """Signs in at the first desk; the answer taps "next" and says when, and which number was called."""
    browser, hub = requests.Session(), maru.layout.hub_url
    link = f"{hub}{maru.desk_sign_in_path('teller@maru.example')}"
    browser.post(link, data={"csrf_token": _csrf(browser.get(link).text)})
    token = _csrf(browser.get(f"{hub}/desk").text)

    def tap() -> tuple[float, str]:
        began = time.time()
        headers = {"X-CSRFToken": token, "Accept": "application/json"}
        browser.post(f"{hub}/desk/next", headers=headers).raise_for_status()
        return began, _newest(maru)

    return tap


def _newest(maru: Maru) -> str:
    with closing(Database(maru.layout.hub_database)) as database, database.reading() as work:
        return (
            work.scalars(select(Ticket).order_by(Ticket.called_at.desc().nulls_last()).limit(1)).one().number
        )


def _csrf(page: str) -> str:
    found = DATA.search(page)
    assert found, "a page without data"
    return str(json.loads(found[1])["csrf"])


def _pass(maru: Maru, visit: str) -> Pass:
    """The cookie and the token that the centre would have given this visit's phone."""
    app = Flask("phone")
    app.secret_key, secret = maru.layout.keys.centre, secrets.token_hex(20)
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signer is not None
    cookie = signer.dumps({"visit": visit, "language": "ko", "csrf_token": secret})
    token = URLSafeTimedSerializer(maru.layout.keys.centre, salt="wtf-csrf-token").dumps(secret)
    return Pass(str(cookie), str(token))


def _line(name: str, took: list[float], limit: float, more: dict[str, float] | None = None) -> Line:
    """The 99th of a hundred, with the middle beside it."""
    parts = quantiles(took, n=100)
    told = {"p50": parts[49], **(more or {})}
    return Line(name, parts[98], "ms", f"a limit of {limit:.0f} ms", parts[98] / limit, told)


LINES = {"queue.display_p99": display, "queue.phones_p99": phones}
