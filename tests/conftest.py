"""What tests of every folder share: one small and one scaled Maru, and the Chromiums of the people before them.

Starting a Maru takes as long as a test, and so does a browser: they stay up, and each test comes as somebody new. The
centres believe a proxy's word, because more people sign in here in a minute than may from one address.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from tests.browser.people import CHROMIUM, FEWER_FRAMES, launch
from tests.running import Maru, running


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Who forks comes first, browsers come last.

    A fork takes along what threads of other tests hold. Playwright keeps an event loop running in this thread, and
    asyncio.run wants none there.
    """
    items.sort(
        key=lambda item: (not item.get_closest_marker("forks"), bool(item.get_closest_marker("browser")))
    )


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Maru]:
    """The embedded set, for whoever leaves it as it was; put right by `as_in_the_morning`."""
    with running("embedded", tmp_path_factory.mktemp("small"), MARU_CENTRE_PROXIES="1") as started:
        yield started


@pytest.fixture(scope="session")
def scaled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Maru]:
    """The scaled set, for whoever leaves it as it was; put right by `as_in_the_morning`."""
    with running("scaled", tmp_path_factory.mktemp("scaled"), MARU_CENTRE_PROXIES="1") as started:
        yield started


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    if not Path(CHROMIUM).exists():
        pytest.fail("Chromium is missing: apt-get install chromium")
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """The customers' Chromium."""
    chromium = launch(playwright, FEWER_FRAMES)
    yield chromium
    chromium.close()


@pytest.fixture(scope="session")
def office(playwright: Playwright) -> Iterator[Browser]:
    """The advisors' Chromium: pages of one browser share its fake camera, which stops for seconds when opened again."""
    chromium = launch(playwright, FEWER_FRAMES)
    yield chromium
    chromium.close()
