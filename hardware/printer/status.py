"""What a printer says of itself at once, even while it prints or is stuck: DLE EOT n of ESC/POS (real-time status)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

# DLE EOT 2 tells why the printer is offline, DLE EOT 4 how much paper is on the roll.
OFFLINE_CAUSE: Final = b"\x10\x04\x02"
PAPER_SENSOR: Final = b"\x10\x04\x04"
# In every answer bits 1 and 4 are set, and bits 0 and 7 are not.
FIXED_BITS, FIXED_VALUE = 0b1001_0011, 0b0001_0010
COVER_OPEN: Final = 0b0000_0100
PRINTING_STOPPED: Final = 0b0010_0000
NEAR_END: Final = 0b0000_1100
AT_END: Final = 0b0110_0000

Ask = Callable[[bytes], int | None]


class Paper(StrEnum):
    """The roll, as far as the printer tells."""

    OK = "ok"
    LOW = "low"
    OUT = "out"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Look:
    """One look at a printer."""

    paper: Paper
    cover_open: bool = False


UNKNOWN: Final = Look(Paper.UNKNOWN)


def look_at(ask: Ask) -> Look:
    """Ask for paper and cover; `ask` sends a request and returns the byte of the answer, None where none came."""
    roll = ask(PAPER_SENSOR)
    if roll is None or roll & FIXED_BITS != FIXED_VALUE:
        return UNKNOWN
    cause = ask(OFFLINE_CAUSE)
    offline = cause if cause is not None and cause & FIXED_BITS == FIXED_VALUE else 0
    return Look(_paper(roll, offline), bool(offline & COVER_OPEN))


def _paper(roll: int, offline: int) -> Paper:
    if roll & AT_END or offline & PRINTING_STOPPED:
        return Paper.OUT
    return Paper.LOW if roll & NEAR_END else Paper.OK
