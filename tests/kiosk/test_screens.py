"""The kiosk in a real Chromium: one history entry for ever, nothing left after nobody answered, parts that stay true."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from branch import ids
from branch.database import Database
from branch.handoff.services import claim_code
from branch.people.services import issue_sign_in_link
from tests.kiosk.test_start import answers
from tests.waiting import until
from tools.processes import free_port

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def hub(seeded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Database]]:
    """A hub with little patience, its address and its database."""
    folder = tmp_path_factory.mktemp("screens")
    shutil.copy(seeded, folder / "hub.db")
    port = free_port()
    own = {name: value for name, value in os.environ.items() if not name.startswith("MARU_")}
    settings = {
        "MARU_HUB_ENVIRONMENT": "development",
        "MARU_HUB_PORT": str(port),
        "MARU_HUB_DATABASE_URL": f"sqlite:///{folder / 'hub.db'}",
        "MARU_HUB_SECRET_KEY": "a secret that is only for this test run",
        "MARU_HUB_LINK_KEY": "a key for this test",
        "MARU_HUB_AGENT_KEY": "an agent's key for this test",
        "MARU_HUB_AGENT_URL": f"http://127.0.0.1:{free_port()}",
        "MARU_HUB_CENTRE_URL": f"http://127.0.0.1:{free_port()}",
        "MARU_HUB_VOICE_DIR": str(folder / "voice"),
        "MARU_HUB_IDLE_SECONDS": "2",
        "MARU_HUB_WARNING_SECONDS": "3",
    }
    with (folder / "hub.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "kiosk"], cwd=ROOT, env=own | settings, stdout=log, stderr=log
        )
    database = Database(settings["MARU_HUB_DATABASE_URL"])
    try:
        until(lambda: answers(settings), f"the hub to answer: {folder / 'hub.log'}", 40)
        yield f"http://127.0.0.1:{port}", database
    finally:
        process.terminate()
        process.wait(timeout=20)
        database.close()


@pytest.fixture
def kiosk(browser: Browser, hub: tuple[str, Database]) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1080, "height": 1920})
    page = context.new_page()
    page.set_default_timeout(20_000)
    page.goto(hub[0])
    yield page
    context.close()


def arrive(page: Page, language: str = "ko") -> None:
    page.locator(".attract").click(position={"x": 500, "y": 500})
    page.wait_for_url("**/language")
    page.locator(f"button[value={language}]").click()
    page.wait_for_url("**/menu")


def take_ticket(page: Page) -> str:
    page.locator('a.door[href="/ticket"]').click()
    page.wait_for_url("**/ticket")
    page.locator(".choice:not([disabled])").first.click()
    page.wait_for_url("**/ticket/issued")
    return page.locator(".ticket-number").inner_text()


def test_a_visit_is_one_entry_of_the_history(kiosk: Page) -> None:
    entries = kiosk.evaluate("history.length")
    arrive(kiosk)
    take_ticket(kiosk)
    kiosk.locator(".thumb-zone form[action='/done'] button").click()
    kiosk.locator("[data-goodbye]").wait_for()
    assert kiosk.evaluate("history.length") == entries
    kiosk.locator("[data-goodbye]").click()
    kiosk.locator(".attract").wait_for()
    assert kiosk.evaluate("history.length") == entries


def test_when_nobody_answers_nothing_is_left(kiosk: Page) -> None:
    arrive(kiosk)
    number = take_ticket(kiosk)
    kiosk.locator("[data-tool=zoom]").click()
    kiosk.locator("#idle[open]").wait_for()
    kiosk.locator(".attract").wait_for()
    assert number not in kiosk.content()
    assert kiosk.evaluate("localStorage.length + sessionStorage.length") == 0
    assert kiosk.evaluate("document.documentElement.dataset.zoom") is None
    kiosk.go_back()
    assert number not in kiosk.content()


def test_one_tap_stays_as_often_as_one_likes(kiosk: Page) -> None:
    arrive(kiosk)
    for _ in range(3):
        kiosk.locator("#idle[open]").wait_for()
        kiosk.locator("#idle-stay").click()
        kiosk.locator("#idle[open]").wait_for(state="hidden")
    assert kiosk.url.endswith("/menu")


def test_the_screen_says_when_the_number_is_called(
    kiosk: Page, browser: Browser, hub: tuple[str, Database]
) -> None:
    address, database = hub
    with database.transaction() as session:
        token = issue_sign_in_link(session, "teller@maru.example")
    desk = browser.new_page()
    desk.goto(f"{address}/sign-in/{token}")
    desk.locator("button").click()
    desk.wait_for_url("**/desk")
    arrive(kiosk)
    number = take_ticket(kiosk)
    until(lambda: called(desk, number), f"{number} to be called")
    kiosk.locator(".card-ticket[data-state=called]").wait_for()
    desk.close()


def called(desk: Page, number: str) -> bool:
    desk.locator("[data-key=n]:not([disabled])").click()
    return number in desk.locator("#desk-now").inner_text()


def test_the_screen_says_when_a_phone_has_the_visit(kiosk: Page, hub: tuple[str, Database]) -> None:
    arrive(kiosk)
    kiosk.locator('.thumb-zone a[href="/phone"]').click()
    kiosk.wait_for_url("**/phone")
    code = kiosk.locator(".code-letters").inner_text().replace(" ", "")
    assert ids.normalise_code(code) == code
    with hub[1].transaction() as session:
        claim_code(session, code)
    kiosk.reload()
    kiosk.get_by_text("휴대폰으로 이어졌어요").wait_for()


def test_a_refusal_is_said_and_the_page_stays(kiosk: Page) -> None:
    arrive(kiosk)
    kiosk.locator('a.door[href="/quiz"]').click()
    kiosk.wait_for_url("**/quiz")
    kiosk.locator(".thumb-zone .button-main").click()
    kiosk.wait_for_url("**/quiz/1")
    kiosk.evaluate("document.querySelector('.choice').value = '9'")
    kiosk.locator(".choice").first.click()
    kiosk.get_by_text("화면에 있는 답 가운데 하나를 골라 주세요.").wait_for()
    assert kiosk.url.endswith("/quiz/1")
