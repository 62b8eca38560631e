"""What the simulated printer can play."""

from __future__ import annotations

from enum import StrEnum


class Practice(StrEnum):
    """What the simulated printer plays; also a file's content, `<spool>/practice`, so that it survives a restart."""

    OK = "ok"
    PAPER_LOW = "paper_low"
    PAPER_OUT = "paper_out"
    COVER_OPEN = "cover_open"
    UNPLUGGED = "unplugged"
    TORN = "torn"
