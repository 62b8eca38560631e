"""Each scenario runs twice: on the embedded set and on the scaled set of processes."""

from collections.abc import Iterator

import pytest

from tests.running import KINDS, Maru, running


@pytest.fixture(scope="module", params=KINDS)
def maru(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Maru]:
    kind: str = request.param
    with running(kind, tmp_path_factory.mktemp(kind)) as started:
        yield started
