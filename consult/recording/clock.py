"""Maps RTP timestamps to the room's time, so that sound and picture of one participant stay together.

Until the sender tells its own clock, a track is placed by when its packets arrive. Sender reports (RFC 3550
section 6.4.1) then tie both tracks to one clock of the sender, and that clock to ours.
"""

from collections import deque
from collections.abc import Sequence
from operator import lt, sub

NTP_FRACTION = 1 << 32
CORRECTION_SECONDS = 0.010
"""Smaller errors are left alone: nobody hears or sees them, and time should not jitter."""
BELIEVABLE_SECONDS = 5.0
AHEAD_SECONDS, BEHIND_SECONDS = 2.0, 30.0
"""Beyond these the RTP clock has been set anew: nothing is captured after it arrives, nothing travels so long."""
REPORTS_KEPT = 16
FURTHEST = 0x7FFFFFFF
"""Ticks; what seems further ahead lies behind, on a circle of 32 bits."""


class ParticipantClock:
    """How far the sender's wall clock is from ours, from the fastest of its latest reports."""

    def __init__(self) -> None:
        self._lags: deque[float] = deque(maxlen=REPORTS_KEPT)

    def report(self, ntp_seconds: float, arrival: float) -> float:
        """Take a report; return what has to be added to the sender's time to get ours (seconds)."""
        lag = arrival - ntp_seconds
        if self._lags and abs(lag - min(self._lags)) > 1.0:
            self._lags.clear()  # the sender's clock was set
        self._lags.append(lag)
        return min(self._lags)


class TrackClock:
    """RTP timestamps of one track, in seconds since the room opened. `arrival` is in the same time."""

    def __init__(self, rate: int, participant: ParticipantClock) -> None:
        self._rate = rate
        self._participant = participant
        self._last: int | None = None
        self._ticks = 0
        self._origin = 0.0
        self._reported = False

    def restart(self) -> None:
        """A new source begins, with timestamps of its own."""
        self._last = None

    def time(self, timestamp: int, arrival: float) -> float:
        """When what this timestamp stands for was captured."""
        if self._last is None:
            self._last, self._ticks, self._origin, self._reported = timestamp, 0, arrival, False
            return arrival
        self._ticks += self._distance(timestamp)
        self._last = timestamp
        captured = self._origin + self._ticks / self._rate
        shift = self._implausible(arrival - captured)
        self._origin += shift
        return captured + shift

    def times(self, timestamps: Sequence[int], arrivals: Sequence[float]) -> list[float]:
        """As `time` for one after the other."""
        last, ticks, rate, origin = self._last, self._ticks, self._rate, self._origin
        if (
            last is None
            or not all(map(lt, (last, *timestamps), timestamps))
            or timestamps[-1] - last > FURTHEST
        ):
            return list(map(self.time, timestamps, arrivals))
        captured = [origin + (ticks + timestamp - last) / rate for timestamp in timestamps]
        transits = list(map(sub, arrivals, captured))
        if self._implausible(min(transits)) or self._implausible(max(transits)):
            return list(map(self.time, timestamps, arrivals))
        self._ticks, self._last = ticks + timestamps[-1] - last, timestamps[-1]
        return captured

    def report(self, ntp: int, timestamp: int, arrival: float) -> None:
        """Take a sender report: 64-bit NTP time and the RTP timestamp of that moment."""
        if ntp == 0:  # the sender has no clock (RFC 3550 section 6.4.1)
            return
        ntp_seconds = ntp / NTP_FRACTION
        captured = ntp_seconds + self._participant.report(ntp_seconds, arrival)
        if self._last is None:
            self._last, self._ticks, self._origin = timestamp, 0, captured
        assumed = self._origin + (self._ticks + self._distance(timestamp)) / self._rate
        error = captured - assumed
        if CORRECTION_SECONDS < abs(error) < BELIEVABLE_SECONDS:
            self._origin += error
        self._reported = True

    def _distance(self, timestamp: int) -> int:
        ahead = (timestamp - (self._last or 0)) & 0xFFFFFFFF
        return ahead - (ahead >> 31 << 32)

    def _implausible(self, transit: float) -> float:
        """What has to be added to the origin: nothing, unless a packet took less than no time, or very long."""
        tolerated = AHEAD_SECONDS if self._reported else 0.0
        return transit if not -tolerated <= transit <= BEHIND_SECONDS else 0.0
