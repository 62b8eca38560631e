"""How much each receiver of a stream can take: in a room of several the sender must suit the slowest."""

from __future__ import annotations

FRESH_SECONDS = 5.0
"""Browsers tell their estimate (REMB) at least once a second while packets come."""
LEAST_BITS = 100_000
"""Nobody's line, however bad, makes the picture of all others worse than this, in bits a second."""


class Limits:
    """The newest estimate of every receiver; those who have left or fallen silent are forgotten."""

    def __init__(self) -> None:
        self._told: dict[object, tuple[int, float]] = {}

    def note(self, receiver: object, bits: int, now: float) -> int:
        """Take a receiver's estimate and return what the sender may send, both in bits a second."""
        self._told[receiver] = (bits, now)
        self._told = {who: told for who, told in self._told.items() if now - told[1] < FRESH_SECONDS}
        return max(LEAST_BITS, min(bits for bits, _ in self._told.values()))
