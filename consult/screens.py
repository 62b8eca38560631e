"""Records what somebody shows of their screen: one track for each showing, since between two of them nothing is there."""

from __future__ import annotations

import enum
from collections.abc import Callable

from consult import pictures
from consult.recording import TrackRecorder
from consult.recording.manifest import Reason

SCREEN_LINE = 1
"""A participant's second picture is their screen (consult.seating)."""
SCREEN_OVER = 16
"""Pixels: a page ends a showing with a picture no wider than this (web/client/src/call/screen.ts)."""


class Showing(enum.Enum):
    """What is known of a screen; only a key frame tells."""

    UNKNOWN = enum.auto()
    SHOWN = enum.auto()
    OVER = enum.auto()


class ScreenRecorder:
    """Takes a screen's packets as a TrackRecorder does, from one thread; `begin` makes the track of a showing.

    `codec` is the MIME type in lower case.
    """

    def __init__(self, codec: str, begin: Callable[[], TrackRecorder]) -> None:
        self._codec = codec
        self._begin = begin
        self._showing = Showing.UNKNOWN
        self._track: TrackRecorder | None = None
        self._heard = False

    @property
    def wants_keyframe(self) -> bool:
        """Whether something is being sent that cannot be kept before a key frame comes."""
        if self._track is not None:
            return self._track.wants_keyframe
        return self._heard and self._showing is Showing.UNKNOWN

    def write(self, packet: bytes, arrival: float) -> None:
        """Take a decrypted RTP packet, `arrival` in seconds of time.monotonic()."""
        self._heard = True
        size = pictures.largest((packet,), self._codec)
        if size is not None:
            self._turn(Showing.OVER if size[0] <= SCREEN_OVER else Showing.SHOWN)
        if self._track is not None:
            self._track.write(packet, arrival)

    def rtcp_sender_report(self, ntp: int, rtp_timestamp: int) -> None:
        """Take both times of a sender report (RFC 3550 section 6.4.1)."""
        if self._track is not None:
            self._track.rtcp_sender_report(ntp, rtp_timestamp)

    def _turn(self, showing: Showing) -> None:
        if showing is self._showing:
            return
        self._showing = showing
        if showing is Showing.SHOWN:
            self._track = self._begin()
        elif self._track is not None:
            self._track.close(Reason.NOT_SHOWN)
            self._track = None
