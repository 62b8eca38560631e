"""Each scenario runs twice: on the embedded set and on the scaled set of processes."""

import pytest

from tests.running import KINDS, Maru
from tests.standing import as_in_the_morning

FIXTURES = {"embedded": "small", "scaled": "scaled"}


@pytest.fixture(scope="module", params=KINDS)
def maru(request: pytest.FixtureRequest) -> Maru:
    standing: Maru = request.getfixturevalue(FIXTURES[request.param])
    return as_in_the_morning(standing)
