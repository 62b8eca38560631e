"""How long packets are on their way: from just before the sender's system call to their arrival in the receiver's kernel."""

from __future__ import annotations

import fcntl
import time
from dataclasses import dataclass
from struct import Struct

SAMPLED = 7
"""A packet is watched when these bits of its sequence number are zero: looking at each would slow the load."""
LAST_ARRIVAL = 0x8907
"""SIOCGSTAMPNS (socket(7)): when the packet read last came in, whenever it was read."""
TIMESPEC = Struct("@ll")
LEAST = 100


class NotWatched(Exception):
    """Too few packets were recognised on arrival to say anything."""


@dataclass(frozen=True)
class Journeys:
    """Median and 99th percentile, in milliseconds."""

    median: float
    late: float


class Watch:
    """What one peer has sent to the other, by the sender's numbers, and how long it took."""

    def __init__(self) -> None:
        self._left: dict[tuple[int, int], float] = {}
        self.seconds: list[float] = []

    def leaves(self, payload_type: int, sequence: int) -> None:
        """A packet is about to be sent."""
        self._left[payload_type, sequence] = time.time()

    def arrives(self, payload_type: int, sequence: int, descriptor: int) -> None:
        """The packet was the last to be read from this socket."""
        left = self._left.pop((payload_type, sequence), None)
        if left is None:
            return
        try:
            seconds, rest = TIMESPEC.unpack(fcntl.ioctl(descriptor, LAST_ARRIVAL, bytes(TIMESPEC.size)))
        except OSError:
            # The first call only makes the kernel begin to note times.
            return
        self.seconds.append(seconds + rest / 1e9 - left)

    def begin(self) -> None:
        """Forget everything so far."""
        self._left.clear()
        self.seconds.clear()


def summary(watches: list[Watch]) -> Journeys:
    """Put together what all saw; raises NotWatched."""
    seconds = sorted(second for watch in watches for second in watch.seconds)
    if len(seconds) < LEAST:
        raise NotWatched(f"only {len(seconds)} packets were recognised on arrival")
    return Journeys(seconds[len(seconds) // 2] * 1000, seconds[len(seconds) * 99 // 100] * 1000)
