"""Pictures withheld from one receiver in a room of several, whose line does not carry them all: voices come first.

A sender in such a room suits the slowest receiver, but never sends less than limits.LEAST_BITS. Who cannot take so much
of each of the others would lose voices with pictures, so they get fewer pictures, or none, until their line is better.
"""

from __future__ import annotations

from collections.abc import Iterable

from consult.limits import LEAST_BITS
from consult.track import Track

FRESH_SECONDS = 6.0
"""Estimates come every second, reports about a voice every five."""
STRAIN_SECONDS = 4.0
"""A line is bad for a moment now and then; this long it is thin."""
SHORT_OF = 0.9
"""Estimates waver: a line counts as too thin below this share of what is sent over it."""
TORN = 0.15
"""Share of a voice's packets lost, from which on words are."""
FIRST_WAIT = 10.0
LONGEST_WAIT = 80.0
"""Seconds until a picture is tried again: the first time, and at most after it has failed again and again."""


class Relief:
    """How many pictures one receiver's line carries, from what the receiver says of it; times in seconds, steady."""

    def __init__(self) -> None:
        self.most: int | None = None
        """So many pictures at most; None for all there are."""
        self._estimate: tuple[int, float] | None = None
        self._voice: tuple[float, float] | None = None
        self._strained_since: float | None = None
        self._sent: tuple[int, float] | None = None
        self._tried_at = self._again_at = 0.0
        self._wait = FIRST_WAIT

    def estimated(self, bits: int, now: float) -> None:
        """The receiver's own estimate (REMB) of what it can take of all pictures together, in bits a second."""
        self._estimate = bits, now

    def heard(self, loss: float, now: float) -> None:
        """The receiver lost this share of somebody's voice, 0 to 1, since its last report."""
        self._voice = loss, now

    def look(self, pictures: int, sent: int, now: float) -> bool:
        """Decide anew, where there are so many moving pictures for this receiver; True when `most` changed.

        `sent` counts the bytes of pictures sent to the receiver so far. Browsers estimate no more than half again of what
        comes, so an estimate means little beside small pictures: it is held against what is sent.
        """
        carried = self.carried(pictures)
        needed = min(self._rate(sent, now), carried * LEAST_BITS)
        if carried and self._strained(needed, now):
            if self._strained_since is None:
                self._strained_since = now
            if now - self._strained_since < STRAIN_SECONDS:
                return False
            self._withhold(carried, needed, now)
            return True
        self._strained_since = None
        if self.most is None or now < self._again_at:
            return False
        self._try(pictures, now)
        return True

    def carried(self, pictures: int) -> int:
        """How many of so many pictures reach the receiver."""
        return pictures if self.most is None else min(self.most, pictures)

    def end(self) -> bool:
        """Withhold nothing: two who are alone suit each other. True when `most` changed."""
        changed, self.most = self.most is not None, None
        return changed

    def _rate(self, sent: int, now: float) -> float:
        """Bits a second since the look before; 0 at the first."""
        before, at = self._sent or (sent, now)
        self._sent = sent, now
        return 8 * (sent - before) / (now - at) if now > at else 0.0

    def _strained(self, needed: float, now: float) -> bool:
        estimate, voice = self._estimate, self._voice
        thin = estimate is not None and now - estimate[1] < FRESH_SECONDS and estimate[0] < SHORT_OF * needed
        torn = voice is not None and now - voice[1] < FRESH_SECONDS and voice[0] > TORN
        return thin or torn

    def _withhold(self, carried: int, needed: float, now: float) -> None:
        self.most = carried - 1
        if self._estimate is not None and needed:
            self.most = min(self.most, int(self._estimate[0] * carried // needed))
        failed = now - self._tried_at < FIRST_WAIT
        self._wait = min(2 * self._wait, LONGEST_WAIT) if failed else FIRST_WAIT
        self._again_at = now + self._wait
        # What was said of the pictures that are now withheld says nothing of those that are left.
        self._estimate = self._voice = self._strained_since = None

    def _try(self, pictures: int, now: float) -> None:
        assert self.most is not None
        self.most = self.most + 1 if self.most + 1 < pictures else None
        self._tried_at, self._again_at = now, now + FIRST_WAIT


def ranked(tracks: Iterable[Track]) -> list[Track]:
    """Sort pictures by what a receiver can do without last: hands that speak, a document, the hosts, everyone else."""
    return sorted(tracks, key=_rank)


def _rank(track: Track) -> int:
    if track.role == "interpreter":
        return 0
    if track.index > 0:
        return 1
    return 2 if track.role in ("customer", "advisor") else 3
