"""A measured line as it is printed: one JSON object, numbers that belong to the value beside it."""

from __future__ import annotations

import json

import pytest

from bench.line import Line, say


def test_numbers_beside_the_value_are_printed_with_it(capsys: pytest.CaptureFixture[str]) -> None:
    say(Line("media.latency.60", 4.5678, "ms", more={"p50": 0.81234, "p99": 4.5678}))
    told = json.loads(capsys.readouterr().out)
    assert told == {"name": "media.latency.60", "value": 4.568, "unit": "ms", "p50": 0.812, "p99": 4.568}
