"""What a receiver asks of a sender or tells it: NACK and PLI (RFC 4585), REMB (draft-alvestrand-rmcat-remb-03)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from struct import Struct

from consult.rtcp import LONG, PAYLOAD_FEEDBACK, TRANSPORT_FEEDBACK, Packet, pack

NACK = 1
PLI = 1
FIR = 4
APPLICATION_LAYER = 15

FEEDBACK = Struct("!BBHII")
NACK_ITEM = Struct("!HH")
MANTISSA_BITS = 18
MANTISSA = (1 << MANTISSA_BITS) - 1


def lost_sequences(packet: Packet) -> list[int]:
    """Read a NACK: the sequence numbers its sender misses (RFC 4585 section 6.2.1)."""
    lost = []
    for position in range(8, len(packet.body) - 3, 4):
        first, mask = NACK_ITEM.unpack_from(packet.body, position)
        lost.append(first)
        lost.extend((first + bit + 1) & 0xFFFF for bit in range(16) if mask >> bit & 1)
    return lost


def picture_loss(sender: int, media: int) -> bytes:
    """Build a PLI: ask the sender of `media` for a key frame (RFC 4585 section 6.3.1)."""
    return FEEDBACK.pack(0x80 | PLI, PAYLOAD_FEEDBACK, 2, sender, media)


def nack(sender: int, media: int, lost: Iterable[int]) -> bytes:
    """Build a generic NACK for these sequence numbers, packed 17 to an item where they lie close."""
    items: list[tuple[int, int]] = []
    for sequence in lost:
        distance = (sequence - items[-1][0]) & 0xFFFF if items else 0
        if items and 0 < distance <= 16:
            items[-1] = items[-1][0], items[-1][1] | 1 << (distance - 1)
        else:
            items.append((sequence, 0))
    body = b"".join(NACK_ITEM.pack(first, mask) for first, mask in items)
    return pack(TRANSPORT_FEEDBACK, NACK, LONG.pack(sender) + LONG.pack(media) + body)


def is_bandwidth_estimate(packet: Packet) -> bool:
    """True for REMB (draft-alvestrand-rmcat-remb-03), whose SSRCs stand in its own list."""
    return (
        packet.kind == PAYLOAD_FEEDBACK and packet.count == APPLICATION_LAYER and packet.body[8:12] == b"REMB"
    )


def bandwidth(packet: Packet) -> int:
    """Read the bits a second of a REMB; raises ValueError if it is cut short."""
    if len(packet.body) < 16:
        raise ValueError("bandwidth estimate is cut short")
    packed = int.from_bytes(packet.body[13:16], "big")
    return (packed & MANTISSA) << (packed >> MANTISSA_BITS)


def bandwidth_estimate(sender: int, bits: int, ssrcs: Sequence[int]) -> bytes:
    """Build a REMB: the receiver `sender` can take so many bits a second of these streams together."""
    exponent = max(0, bits.bit_length() - MANTISSA_BITS)
    packed = (exponent << MANTISSA_BITS | bits >> exponent).to_bytes(3, "big")
    head = LONG.pack(sender) + bytes(4) + b"REMB" + bytes([len(ssrcs)]) + packed
    return pack(PAYLOAD_FEEDBACK, APPLICATION_LAYER, head + b"".join(map(LONG.pack, ssrcs)))


def bandwidth_ssrcs(packet: Packet) -> list[int]:
    """Read the SSRCs a REMB speaks of."""
    if len(packet.body) < 16:
        return []
    count = min(packet.body[12], (len(packet.body) - 16) // 4)
    return [LONG.unpack_from(packet.body, 16 + 4 * index)[0] for index in range(count)]
