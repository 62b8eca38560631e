"""One running Maru and two Chromiums for all browser tests of a file."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from tests.browser.people import CHROMIUM, launch
from tests.running import Maru, running


@pytest.fixture(scope="module")
def maru(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Maru]:
    with running("embedded", tmp_path_factory.mktemp("maru")) as started:
        yield started


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    if not Path(CHROMIUM).exists():
        pytest.fail("Chromium is missing: apt-get install chromium")
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """The customers' Chromium."""
    chromium = launch(playwright)
    yield chromium
    chromium.close()


@pytest.fixture(scope="module")
def office(playwright: Playwright) -> Iterator[Browser]:
    """The advisors' Chromium: pages of one browser share its fake camera, which stops for seconds when opened again."""
    chromium = launch(playwright)
    yield chromium
    chromium.close()
