"""What the tests of the media node share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.consult.node import RunningNode, running_node

settings.register_profile("shared machine", deadline=None)
settings.load_profile("shared machine")


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningNode]:
    """A media node for all tests of a module; each test takes a room of its own."""
    with running_node(tmp_path_factory.mktemp("node")) as running:
        yield running
