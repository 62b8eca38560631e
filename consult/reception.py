"""How a stream arrives at its receiver, from the receiver's own reports (RFC 3550 section 6.4)."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from consult import opinion
from consult.rtcp import ReportBlock

REPORTS_KEPT = 8
"""Sender reports whose time of sending is remembered; receivers answer the newest."""
LONGEST_ROUND_TRIP = 60.0
DELAY_UNITS = 65536
LOST_UNITS = 256


@dataclass(frozen=True)
class Quality:
    """Averages over a stream's life: share of lost packets, jitter and round trip in milliseconds.

    `round_trip` is None until a receiver has answered a sender report. `opinion` is the estimate for a voice.
    """

    loss: float
    jitter: float
    round_trip: float | None

    @property
    def opinion(self) -> float:
        """Estimated mean opinion score (consult.opinion) if this stream is somebody's voice."""
        return opinion.score(opinion.delay(self.round_trip or 0.0, self.jitter), self.loss)

    def describe(self) -> dict[str, float | None]:
        """Return the figures, rounded as far as they mean anything."""
        return {
            "loss": round(self.loss, 4),
            "jitter_ms": round(self.jitter, 1),
            "round_trip_ms": None if self.round_trip is None else round(self.round_trip, 1),
            "opinion": round(self.opinion, 2),
        }


class Reception:
    """Takes what is told to and by one receiver about one stream; `clock_rate` turns its jitter into seconds."""

    def __init__(self, clock_rate: int) -> None:
        self._clock_rate = clock_rate
        self._told: OrderedDict[int, float] = OrderedDict()
        self._loss = self._jitter = self._round_trip = 0.0
        self._reports = self._round_trips = 0

    def told(self, ntp: int, now: float) -> None:
        """A sender report with this time was sent to the receiver."""
        self._told[ntp >> 16 & 0xFFFFFFFF] = now
        if len(self._told) > REPORTS_KEPT:
            self._told.popitem(last=False)

    def report(self, block: ReportBlock, now: float) -> None:
        """The receiver has reported; what cannot be is left out."""
        self._reports += 1
        self._loss += (block.lost >> 24) / LOST_UNITS
        self._jitter += min(1.0, block.jitter / self._clock_rate)
        at = self._told.get(block.last_report)
        if at is not None and 0 <= (took := now - at - block.delay / DELAY_UNITS) < LONGEST_ROUND_TRIP:
            self._round_trip += took
            self._round_trips += 1

    def quality(self) -> Quality | None:
        """Return the averages so far; None before the first report."""
        if not self._reports:
            return None
        way = 1000 * self._round_trip / self._round_trips if self._round_trips else None
        return Quality(self._loss / self._reports, 1000 * self._jitter / self._reports, way)
