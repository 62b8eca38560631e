"""RTP packets as the recorder sees them: the fixed header read, everything before the payload skipped."""

from struct import Struct

Packet = tuple[int, int, int, bytes, float]
"""(sequence, timestamp, marker, payload, arrival). A bare tuple, since one is made for every packet."""

HEADER = Struct("!BBHII")
LENGTH = Struct("!H")
VERSION = 2


class MalformedPacket(ValueError):
    """Bytes that are no RTP packet of version 2."""


def parse(packet: bytes) -> tuple[int, int, int, int, int, bytes]:
    """Take an RTP packet apart into (SSRC, payload type, sequence, timestamp, marker, payload).

    CSRCs, header extensions and padding are left out. Raises MalformedPacket. Source: RFC 3550 section 5.1.
    """
    if len(packet) < HEADER.size:
        raise MalformedPacket("shorter than its header")
    first, second, sequence, timestamp, source = HEADER.unpack_from(packet)
    start, end = HEADER.size + 4 * (first & 0x0F), len(packet)
    if first & 0x10:
        if start + 4 > end:
            raise MalformedPacket("extension outside the packet")
        start += 4 + 4 * LENGTH.unpack_from(packet, start + 2)[0]
    if first & 0x20:
        end -= packet[-1]
    if first >> 6 != VERSION or start > end:
        raise MalformedPacket("lengths do not add up")
    return source, second & 0x7F, sequence, timestamp, second >> 7, packet[start:end]
