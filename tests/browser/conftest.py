"""One running Maru and one Chromium for all browser tests of a file."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.people import launch
from tests.running import Maru, running


@pytest.fixture(scope="module")
def maru(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Maru]:
    with running("embedded", tmp_path_factory.mktemp("maru")) as started:
        yield started


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not Path("/usr/bin/chromium").exists():
        pytest.fail("Chromium is missing: apt-get install chromium")
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()
