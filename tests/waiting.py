"""Waiting in tests: for a condition, never for a time."""

import time
from collections.abc import Callable
from typing import Any

POLL_SECONDS = 0.02


def until(condition: Callable[[], Any], message: str, patience: float = 60.0) -> Any:
    """Look again until `condition` returns something true and return that; fail with `message` after `patience` seconds."""
    deadline = time.monotonic() + patience
    while not (found := condition()):
        assert time.monotonic() < deadline, f"waited {patience:.0f} s in vain: {message}"
        time.sleep(POLL_SECONDS)
    return found
