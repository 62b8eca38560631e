"""Packets of one stream that have not come: how often each was asked for, and when to ask again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

LONGEST_GAP = 100
"""A gap longer than this is not asked for again packet by packet: a key frame is quicker."""
RETRY_SECONDS = 0.08
ATTEMPTS = 5


@dataclass(slots=True)
class Request:
    """One packet that was asked for."""

    attempts: int
    due: float


class Missing:
    """What is missing, by sequence number; times are of time.monotonic()."""

    def __init__(self) -> None:
        self.requests: dict[int, Request] = {}

    def add(self, sequences: Sequence[int], now: float) -> list[int]:
        """Note what is missing; return what had not been asked for yet, and is to be now."""
        fresh = [number for number in sequences if number not in self.requests][:LONGEST_GAP]
        self.requests.update((number, Request(1, now + RETRY_SECONDS)) for number in fresh)
        return fresh

    def discard(self, sequence: int) -> None:
        """It has come after all, or another way."""
        self.requests.pop(sequence, None)

    def clear(self) -> None:
        """Ask for nothing of what is missing now: a key frame will make up for it."""
        self.requests.clear()

    def due(self, now: float) -> tuple[list[int], int]:
        """Return what is to be asked for again, and how many packets are given up."""
        again, given_up = [], 0
        for number, request in list(self.requests.items()):
            if request.due > now:
                continue
            request.attempts += 1
            request.due = now + RETRY_SECONDS
            if request.attempts > ATTEMPTS:
                del self.requests[number]
                given_up += 1
            else:
                again.append(number)
        return again, given_up
