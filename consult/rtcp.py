"""RTCP as bytes (RFC 3550 section 6): compounds taken apart and put together, and the reports in them.

Only what a forwarder needs: reports with their SSRCs and numbers translated. Feedback has files of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from struct import Struct

from consult.rtp import PADDING_BIT, Buffer

SENDER_REPORT = 200
RECEIVER_REPORT = 201
TRANSPORT_FEEDBACK = 205
PAYLOAD_FEEDBACK = 206

HEADER = Struct("!BBH")
LONG = Struct("!I")
SENDER_INFO = Struct("!IQIII")
REPORT_BLOCK = Struct("!IIIIII")
REPORT_BLOCK_SIZE = 24
MAX_REPORT_BLOCKS = 31


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


def sender_report(info: SenderInfo) -> bytes:
    """Build a sender report without report blocks."""
    body = SENDER_INFO.pack(info.ssrc, info.ntp, info.timestamp, info.packets, info.octets)
    return pack(SENDER_REPORT, 0, body)


def receiver_report(sender: int, blocks: Sequence[ReportBlock]) -> bytes:
    """Build a receiver report from `sender` about the streams in `blocks` (at most 31)."""
    body = b"".join(
        REPORT_BLOCK.pack(block.ssrc, block.lost, block.highest, block.jitter, block.last_report, block.delay)
        for block in blocks[:MAX_REPORT_BLOCKS]
    )
    return pack(RECEIVER_REPORT, min(len(blocks), MAX_REPORT_BLOCKS), LONG.pack(sender) + body)


def pack(kind: int, count: int, body: bytes) -> bytes:
    """Put the header before a body, which is filled up to whole words."""
    body += bytes(-len(body) % 4)
    return HEADER.pack(0x80 | count, kind, len(body) // 4) + body
