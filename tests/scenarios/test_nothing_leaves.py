"""Nothing leaves the building: a whole visit without a network around it, and no page or file that names another host."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.running import Maru
from tests.scenarios.people import Surfer
from tests.scenarios.story import (
    asks_for_expert,
    at_the_kiosk,
    carries_on_by_phone,
    signed_in,
    takes_quiz,
    takes_ticket,
)
from tests.standing import as_in_the_morning
from tools.places import CLIENT, ROOT

pytestmark = pytest.mark.scenario

BUILT = CLIENT / "dist"
READ_BY_BROWSERS = {".js", ".css", ".svg", ".html", ".json", ".webmanifest"}
HOST = r"([\w.-]+\.[\w-]+)"
ADDRESSES = (
    re.compile(rf"(?:\b(?:https?|wss?):|(?<=[\"'(=]))//{HOST}"),
    re.compile(rf"(?<=[\"'])(?:stun|turn)s?:{HOST}"),
)
# The last is a line's rest after "// ": an address in a string has no blank behind its slashes.
COMMENT = re.compile(r"/\*.*?\*/|<!--.*?-->|(?:^|(?<=\s))//\s[^\n]*", re.DOTALL | re.MULTILINE)
# Names of XML languages, which nobody fetches, and the page that Socket.IO's error for old servers tells developers of.
NAMES = {"www.w3.org"}
TOLD = "https://socket.io/docs/v3/migrating-from-2-x-to-3-0/"

KIOSK_PAGES = (
    "/language",
    "/menu",
    "/quiz",
    "/quiz/1",
    "/quiz/result",
    "/ticket",
    "/ticket/issued",
    "/phone",
    "/help",
    "/expert/unreachable",
    "/display",
    "/look",
    "/nowhere",
    "/done",
    "/",
)


@pytest.fixture(scope="module")
def house(small: Maru) -> Maru:
    return as_in_the_morning(small)


def test_a_whole_visit_needs_no_network_around_it() -> None:
    alone = ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "--map-root-user", "--net"]
    played = subprocess.run(
        [*alone, sys.executable, "-m", "tests.scenarios.alone"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=150,
        check=False,
    )
    assert played.returncode == 0, played.stdout + played.stderr
    assert "1 passed" in played.stdout


def test_no_page_asks_another_host_for_anything(house: Maru) -> None:
    scripts = 0
    for page in everybodys_pages(house):
        assert other_hosts(page.text) == set(), page.url
        assert other_hosts(page.headers["Content-Security-Policy"]) == set(), page.url
        scripts += page.text.count("<script ")
    assert scripts > len(KIOSK_PAGES), "these are not the pages with scripts"


def test_no_built_file_names_another_host() -> None:
    read = [path for path in BUILT.rglob("*") if path.suffix in READ_BY_BROWSERS]
    assert {"kiosk.js", "phone.css"} <= {path.name for path in read}
    found = {str(path.relative_to(BUILT)): named_in(path) for path in read}
    assert {name: hosts for name, hosts in found.items() if hosts} == {}


def test_another_host_would_be_found() -> None:
    for text in (
        '<script src="https://cdn.example.com/x.js">',
        "@import url(//fonts.example.com/css)",
        'new WebSocket("wss://collect.example.com")',
        "{urls: 'stun:stun.example.com:19302'}",
    ):
        assert other_hosts(text), text
    assert other_hosts("a // b.c and http://127.0.0.1:8100/ http://www.w3.org/2000/svg") == set()


def everybodys_pages(house: Maru) -> Iterator[requests.Response]:
    """Every page that a visitor, a phone, an advisor and a teller come across."""
    kiosk = at_the_kiosk(house)
    takes_quiz(kiosk)
    takes_ticket(kiosk)
    phone = carries_on_by_phone(house, kiosk)
    yield from (kiosk.open(path) for path in KIOSK_PAGES)
    consult = asks_for_expert(phone)
    yield from (
        phone.open(path) for path in ("/", "/visit", "/consult", f"/consult/{consult}", "/help", "/v/none")
    )
    yield signed_in(house, "tax@maru.example").open("/advisor")
    yield from staff_pages(house)


def staff_pages(house: Maru) -> Iterator[requests.Response]:
    """The manager's page and the counter desk, from the sign-in on."""
    manager, teller = Surfer(house.centre()), Surfer(house.layout.hub_url)
    for person, path in (
        (manager, house.sign_in_path("manager@maru.example")),
        (teller, house.desk_sign_in_path("teller@maru.example")),
    ):
        yield person.open(path)
        yield person.submit(path)


def named_in(path: Path) -> set[str]:
    """Hosts that a file of the browser code names outside its comments."""
    return other_hosts(COMMENT.sub("", path.read_text(encoding="utf-8")).replace(TOLD, ""))


def other_hosts(text: str) -> set[str]:
    """Hosts named in `text` that are neither this machine nor the name of an XML language."""
    hosts = {host for address in ADDRESSES for host in address.findall(text)}
    return hosts - NAMES - {"127.0.0.1", "localhost"}
