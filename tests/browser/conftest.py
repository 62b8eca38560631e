"""The small Maru for all browser tests: before each of them as in the morning, after each of them without its people."""

from collections.abc import Iterator

import pytest

from tests.running import Maru
from tests.standing import as_in_the_morning


@pytest.fixture(scope="module")
def maru(small: Maru) -> Maru:
    return as_in_the_morning(small)


@pytest.fixture(autouse=True)
def nobody_is_left(request: pytest.FixtureRequest) -> Iterator[None]:
    """Whom a test leaves in line, in a call or with a page open, because it failed, does not meet those of the next."""
    if "maru" in request.fixturenames:
        as_in_the_morning(request.getfixturevalue("maru"))
    names = {"browser", "office"} & set(request.fixturenames)
    browsers = [request.getfixturevalue(name) for name in names]
    yield
    for chromium in browsers:
        for context in chromium.contexts:
            context.close()
