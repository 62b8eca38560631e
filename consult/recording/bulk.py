"""Takes many packets apart at once where they are all alike and in order, as they nearly always are."""

from functools import cache
from struct import Struct
from struct import error as TooShort
from typing import NamedTuple

from consult.recording.rtp import HEADER, LENGTH, Packet

BARE, EXTENDED = 0x80, 0x90
"""First bytes of a packet without padding and without CSRCs: with no header extension, and with one."""
MARKER = 0x80


class Batch(NamedTuple):
    """Packets of one source in columns, none missing between them, the first with the number `first`.

    `seconds` are the second bytes, marker and payload type; `openings` the first four bytes of each payload.
    """

    first: int
    seconds: tuple[int, ...]
    timestamps: tuple[int, ...]
    openings: tuple[int, ...]
    raw: list[bytes]
    start: int
    """Where the payload begins in every packet."""
    arrivals: list[float]

    def packets(self, begin: int = 0, end: int | None = None) -> list[Packet]:
        """The packets from place `begin` up to `end`, one by one."""
        part = slice(begin, len(self.raw) if end is None else end)
        numbers = range(self.first + part.start, self.first + part.stop)
        markers = [second & MARKER for second in self.seconds[part]]
        payloads = [packet[self.start :] for packet in self.raw[part]]
        return list(zip(numbers, self.timestamps[part], markers, payloads, self.arrivals[part], strict=True))

    def ends(self) -> list[int]:
        """The places after each packet with a marker."""
        return [place for place, second in enumerate(self.seconds, 1) if second & MARKER]


def take_apart(
    raw: list[bytes], arrivals: list[float], ssrc: int, payload_type: int, first: int
) -> Batch | None:
    """Return the packets as a batch, if every one is of this source and type and they are numbered from `first` on.

    `first` knows no wraparound. None says nothing about the packets but that they have to be looked at one by one.
    """
    try:
        start = _payload_start(raw[0])
        columns = zip(*map(_head(start).unpack_from, raw), strict=True)
        firsts, seconds, sequences, timestamps, sources, *words, openings = columns
    except (TooShort, IndexError):
        return None
    alike = (
        firsts[0] in (BARE, EXTENDED)
        and all(column.count(column[0]) == len(raw) for column in (firsts, *words))
        and sources.count(ssrc) == len(raw)
        and {payload_type, payload_type | MARKER}.issuperset(seconds)
        and sequences == tuple(range(first & 0xFFFF, (first & 0xFFFF) + len(raw)))
    )
    return Batch(first, seconds, timestamps, openings, raw, start, arrivals) if alike else None


def _payload_start(packet: bytes) -> int:
    """Where the payload begins, if the packet begins with BARE or EXTENDED."""
    if packet[0] == BARE:
        return HEADER.size
    return HEADER.size + LENGTH.size * 2 + 4 * int(LENGTH.unpack_from(packet, HEADER.size + LENGTH.size)[0])


@cache
def _head(start: int) -> Struct:
    """The fixed header (RFC 3550 section 5.1), the length of its extension if it has one, and four bytes of payload."""
    if start == HEADER.size:
        return Struct("!BBHIII")
    return Struct(f"!BBHII2xH{start - HEADER.size - 4}xI")
