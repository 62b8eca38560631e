"""How busy this process is: the share of one core it has used lately, by its own clock and not the machine's."""

from __future__ import annotations

import time

SPAN_SECONDS = 5.0
"""What happened longer ago than this hardly counts."""


class Load:
    """Smoothed processor time; 1.0 is a whole core. A process that has just started counts as idle."""

    def __init__(self) -> None:
        self.value = 0.0
        self._at: float | None = None
        self._used = 0.0

    def note(self, now: float) -> None:
        """Take what was used since the last call; `now` is time.monotonic()."""
        used = time.process_time()
        if self._at is not None and now > self._at:
            passed = now - self._at
            share = (used - self._used) / passed
            self.value += (share - self.value) * min(1.0, passed / SPAN_SECONDS)
        self._at, self._used = now, used
