"""RTCP as bytes (RFC 3550 section 6, RFC 4585): taken apart, put together, never kept.

Only what a forwarder needs: reports with their SSRCs and numbers translated, NACK, PLI, REMB and the
transport-wide feedback of draft-holmer-rmcat-transport-wide-cc-extensions-01.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from struct import Struct

from consult.rtp import PADDING_BIT, Buffer

SENDER_REPORT = 200
RECEIVER_REPORT = 201
TRANSPORT_FEEDBACK = 205
PAYLOAD_FEEDBACK = 206

NACK = 1
TRANSPORT_WIDE = 15
PLI = 1
FIR = 4
APPLICATION_LAYER = 15

HEADER = Struct("!BBH")
LONG = Struct("!I")
FEEDBACK = Struct("!BBHII")
SENDER_INFO = Struct("!IQIII")
REPORT_BLOCK = Struct("!IIIIII")
NACK_ITEM = Struct("!HH")
TRANSPORT_HEAD = Struct("!HHI")
REPORT_BLOCK_SIZE = 24
MAX_REPORT_BLOCKS = 31
CHUNK_SYMBOLS = 7
LARGEST_RUN = 8191
MANTISSA_BITS = 18
MANTISSA = (1 << MANTISSA_BITS) - 1


@dataclass(frozen=True, slots=True)
class Packet:
    """One packet of a compound: `count` is the five low bits of its first byte, `body` all after its header."""

    kind: int
    count: int
    body: bytes

    @property
    def sender(self) -> int:
        """SSRC of whoever sent this packet; 0 where it is cut short."""
        return int.from_bytes(self.body[:4], "big")

    @property
    def media(self) -> int:
        """SSRC that a feedback packet speaks of; 0 where it is cut short."""
        return int.from_bytes(self.body[4:8], "big")


@dataclass(frozen=True, slots=True)
class SenderInfo:
    """What a sender report says of its own stream: the tie between wall clock and media clock."""

    ssrc: int
    ntp: int
    timestamp: int
    packets: int
    octets: int


@dataclass(frozen=True, slots=True)
class ReportBlock:
    """What a receiver says of one stream (RFC 3550 section 6.4.1); `lost` keeps fraction and count together."""

    ssrc: int
    lost: int
    highest: int
    jitter: int
    last_report: int
    delay: int


def split(data: Buffer, size: int) -> Iterator[Packet]:
    """Yield the packets of a compound; raises ValueError where it is cut short or is not RTCP."""
    position = 0
    while position < size:
        if size - position < 8:
            raise ValueError("RTCP packet is cut short")
        first, kind, words = HEADER.unpack_from(data, position)
        end = position + 4 + 4 * words
        if first >> 6 != 2 or words == 0 or end > size:
            raise ValueError("RTCP packet has a wrong version or length")
        padding = data[end - 1] if first & PADDING_BIT else 0
        yield Packet(kind, first & 0x1F, bytes(data[position + 4 : max(position + 4, end - padding)]))
        position = end


def sender_info(packet: Packet) -> SenderInfo:
    """Read the sender's part of a sender report; raises ValueError if it is cut short."""
    if len(packet.body) < SENDER_INFO.size:
        raise ValueError("sender report is cut short")
    return SenderInfo(*SENDER_INFO.unpack_from(packet.body, 0))


def report_blocks(packet: Packet) -> list[ReportBlock]:
    """Read the report blocks of a sender or receiver report, as many as are really there."""
    start = SENDER_INFO.size if packet.kind == SENDER_REPORT else 4
    room = (len(packet.body) - start) // REPORT_BLOCK_SIZE
    count = min(packet.count, room)
    return [
        ReportBlock(*REPORT_BLOCK.unpack_from(packet.body, start + REPORT_BLOCK_SIZE * index))
        for index in range(count)
    ]


def lost_sequences(packet: Packet) -> list[int]:
    """Read a NACK: the sequence numbers its sender misses (RFC 4585 section 6.2.1)."""
    lost = []
    for position in range(8, len(packet.body) - 3, 4):
        first, mask = NACK_ITEM.unpack_from(packet.body, position)
        lost.append(first)
        lost.extend((first + bit + 1) & 0xFFFF for bit in range(16) if mask >> bit & 1)
    return lost


def transport_range(packet: Packet) -> tuple[int, int]:
    """Read (base sequence number, status count) of a transport-wide feedback; raises ValueError if cut short."""
    if len(packet.body) < 16:
        raise ValueError("transport-wide feedback is cut short")
    base, count, _ = TRANSPORT_HEAD.unpack_from(packet.body, 8)
    return base, count


def moved_transport_feedback(packet: Packet, sender: int, media: int, offset: int) -> bytes:
    """Return the same feedback about other SSRCs, its sequence numbers lowered by `offset`."""
    base, _ = transport_range(packet)
    body = bytearray(packet.body)
    LONG.pack_into(body, 0, sender)
    LONG.pack_into(body, 4, media)
    body[8:10] = ((base - offset) & 0xFFFF).to_bytes(2, "big")
    return _pack(TRANSPORT_FEEDBACK, TRANSPORT_WIDE, bytes(body))


def sender_report(info: SenderInfo) -> bytes:
    """Build a sender report without report blocks."""
    body = SENDER_INFO.pack(info.ssrc, info.ntp, info.timestamp, info.packets, info.octets)
    return _pack(SENDER_REPORT, 0, body)


def receiver_report(sender: int, blocks: Sequence[ReportBlock]) -> bytes:
    """Build a receiver report from `sender` about the streams in `blocks` (at most 31)."""
    body = b"".join(
        REPORT_BLOCK.pack(block.ssrc, block.lost, block.highest, block.jitter, block.last_report, block.delay)
        for block in blocks[:MAX_REPORT_BLOCKS]
    )
    return _pack(RECEIVER_REPORT, min(len(blocks), MAX_REPORT_BLOCKS), LONG.pack(sender) + body)


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
    return _pack(TRANSPORT_FEEDBACK, NACK, LONG.pack(sender) + LONG.pack(media) + body)


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
    return _pack(PAYLOAD_FEEDBACK, APPLICATION_LAYER, head + b"".join(map(LONG.pack, ssrcs)))


def bandwidth_ssrcs(packet: Packet) -> list[int]:
    """Read the SSRCs a REMB speaks of."""
    if len(packet.body) < 16:
        return []
    count = min(packet.body[12], (len(packet.body) - 16) // 4)
    return [LONG.unpack_from(packet.body, 16 + 4 * index)[0] for index in range(count)]


def transport_feedback(sender: int, media: int, number: int, arrivals: Sequence[tuple[int, float]]) -> bytes:
    """Build transport-wide feedback for packets that arrived.

    `arrivals` holds (sequence number unwrapped to rise for ever, seconds on a steady clock), sorted, without
    doubles and with at least one entry; `number` counts feedback packets.
    """
    base, last = arrivals[0][0], arrivals[-1][0]
    reference = int(min(at for _, at in arrivals) / 0.064)
    ticks = reference * 256
    symbols = [0] * (last - base + 1)
    deltas = bytearray()
    for sequence, at in arrivals:
        delta = max(-32768, min(32767, round(at / 0.00025) - ticks))
        ticks += delta
        small = 0 <= delta <= 255
        symbols[sequence - base] = 1 if small else 2
        deltas += delta.to_bytes(1 if small else 2, "big", signed=not small)
    head = TRANSPORT_HEAD.pack(base & 0xFFFF, len(symbols), (reference & 0xFFFFFF) << 8 | number & 0xFF)
    body = LONG.pack(sender) + LONG.pack(media) + head + _status_chunks(symbols) + deltas
    return _pack(TRANSPORT_FEEDBACK, TRANSPORT_WIDE, body)


def _status_chunks(symbols: list[int]) -> bytes:
    """Pack statuses: runs of lost packets as run lengths, all else as vectors of seven two-bit symbols."""
    chunks = bytearray()
    position = 0
    while position < len(symbols):
        run = position
        while run < len(symbols) and symbols[run] == 0 and run - position < LARGEST_RUN:
            run += 1
        if run - position > CHUNK_SYMBOLS:
            chunks += (run - position).to_bytes(2, "big")
            position = run
            continue
        vector = 0b11
        for index in range(position, position + CHUNK_SYMBOLS):
            vector = vector << 2 | (symbols[index] if index < len(symbols) else 0)
        chunks += vector.to_bytes(2, "big")
        position += CHUNK_SYMBOLS
    return bytes(chunks)


def _pack(kind: int, count: int, body: bytes) -> bytes:
    body += bytes(-len(body) % 4)
    return HEADER.pack(0x80 | count, kind, len(body) // 4) + body
