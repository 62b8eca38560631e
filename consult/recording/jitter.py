"""Puts packets back in order within a short window, drops what came twice, and leaves holes where it must."""

from collections import deque
from collections.abc import Iterable

from consult.recording.rtp import Packet

WINDOW_SECONDS = 0.6
"""How long a hole is held open: two or three rounds of NACK and retransmission on a mobile line."""
HELD_PACKETS = 512
OPENING_SECONDS = 0.1
"""How long the very first packets are held, so that a later one cannot become the beginning."""
HALF = 0x8000
FULL = 0x10000


class ReorderBuffer:
    """Turns packets as they arrived into packets in order, numbered without wraparound.

    A hole that stays open longer than the window shows as a jump in the numbers of what is released.
    Every packet given in is released, still held, or counted in `duplicates` or `late`.
    """

    def __init__(self) -> None:
        self.duplicates = 0
        self.late = 0
        self._opening: list[Packet] = []
        self._expected: int | None = None
        self._held: dict[int, Packet] = {}
        self._latest = 0.0
        self._abandoned: deque[tuple[int, int]] = deque(maxlen=64)

    @property
    def next(self) -> int | None:
        """The number whose turn it is, without wraparound; None while packets are held for want of an earlier one."""
        return None if self._held else self._expected

    def pass_by(self, packets: int, arrival: float) -> None:
        """So many packets, the last of which came at `arrival`, had their turn without being pushed."""
        self._expected = (self._expected or 0) + packets
        self._latest = arrival

    def push(self, packets: Iterable[Packet]) -> list[Packet]:
        """Take packets as they arrived; return those whose turn has come."""
        if self._expected is not None:
            return self._order(packets)
        self._opening.extend(packets)
        if not self._opening or self._opening[-1][4] - self._opening[0][4] < OPENING_SECONDS:
            return []
        return self._begin()

    def flush(self) -> list[Packet]:
        """Return everything that is still held, in order, holes left open."""
        ready = self._begin() if self._opening else []
        while self._held:
            self._skip(ready)
        return ready

    def restart(self) -> None:
        """Forget the count, since a new source begins; counters stay."""
        self._opening, self._expected = [], None
        self._abandoned.clear()

    def _begin(self) -> list[Packet]:
        opening, self._opening = self._opening, []
        origin = opening[0][0]
        earliest = min((packet[0] - origin + HALF) % FULL - HALF for packet in opening)
        self._expected = FULL + origin + earliest
        return self._order(opening)

    def _order(self, packets: Iterable[Packet]) -> list[Packet]:
        ready: list[Packet] = []
        expected = self._expected or 0
        for packet in packets:
            ahead = (packet[0] - expected) & 0xFFFF
            if ahead == 0 and not self._held:
                ready.append((expected, *packet[1:]))
                expected += 1
                self._latest = packet[4]
                continue
            self._expected = expected
            self._place(ahead, packet, ready)
            expected = self._expected
        self._expected = expected
        return ready

    def _place(self, ahead: int, packet: Packet, ready: list[Packet]) -> None:
        expected = self._expected or 0
        sequence = expected + ahead
        self._latest = max(self._latest, packet[4])
        if ahead >= HALF:
            self._count_old(sequence - FULL)
        elif sequence in self._held:
            self.duplicates += 1
        else:
            self._held[sequence] = (sequence, *packet[1:])
            self._release(ready)
        while self._held and self._overdue():
            self._skip(ready)

    def _count_old(self, sequence: int) -> None:
        if any(first <= sequence < end for first, end in self._abandoned):
            self.late += 1
        else:
            self.duplicates += 1

    def _release(self, ready: list[Packet]) -> None:
        expected = self._expected or 0
        while expected in self._held:
            ready.append(self._held.pop(expected))
            expected += 1
        self._expected = expected

    def _overdue(self) -> bool:
        if len(self._held) > HELD_PACKETS:
            return True
        oldest = next(iter(self._held.values()))
        return self._latest - oldest[4] > WINDOW_SECONDS

    def _skip(self, ready: list[Packet]) -> None:
        reached = min(self._held)
        self._abandoned.append((self._expected or 0, reached))
        self._expected = reached
        self._release(ready)
