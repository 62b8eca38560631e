"""One stream on its way to one receiver: the sender's numbers become the numbers this receiver was promised."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from consult import rtcp
from consult.arrivals import transport_number
from consult.lines import Line, payload_types, retransmission_types
from consult.numbers import TransportNumbers
from consult.reception import Reception
from consult.rtp import (
    REWRITE,
    SHORT,
    TRANSPORT_SEQUENCE,
    ExtensionMap,
    is_newer,
    payload_bounds,
    unwrap_retransmission,
)
from consult.srtp import BUFFER, LENGTH, POINTER, VIEW, srtp_protect
from consult.track import Source, Track

NO_TYPES = bytes(256)
MOST_REPEATS = 128
"""Packets sent again for one NACK; nobody misses more and still shows a picture."""


class OutboundStream:
    """A sending line of one receiver's session, and the inbound stream it carries at the moment.

    SSRCs stay the same for as long as the session lives. Sequence numbers and timestamps go on where they were
    when another source takes over: the same participant after a reconnect, or another one.
    """

    def __init__(
        self,
        line: Line,
        keys: Any,
        send: Callable[[memoryview], int],
        send_rtcp: Callable[[bytes], None],
        numbers: TransportNumbers,
    ) -> None:
        self.line = line
        self.ssrc = line.ssrc
        self.keys = keys
        self.send = send
        self.send_rtcp = send_rtcp
        self.numbers = numbers
        self.track: Track | None = None
        self.types = NO_TYPES
        self.rtx_types = NO_TYPES
        self.source: Source | None = None
        self.extensions = ExtensionMap({}, {}, "", "")
        self.sequence_offset = 0
        self.timestamp_offset = 0
        self.reception = Reception(line.codecs[0].clock_rate)
        self.packets = 0
        self.bytes = 0
        self.dropped = 0
        self._first = 0
        self._rtx_sequence = 1
        self._left_off: tuple[int, int, float] | None = None

    def follow(self, source: Source, size: int, sequence: int, timestamp: int) -> None:
        """Carry this source on from the packet in srtp.BUFFER, which has these numbers."""
        self.source = source
        self.types = payload_types(source.line, self.line)
        self.rtx_types = retransmission_types(source.line, self.line)
        self.extensions = ExtensionMap(
            source.line.extensions, self.line.extensions, self.line.mid, source.line.mid
        )
        if self._left_off is not None:
            last_sequence, last_timestamp, at = self._left_off
            passed = max(1, int((time.monotonic() - at) * source.clock_rate))
            self.sequence_offset = (last_sequence + 1 - sequence) & 0xFFFF
            self.timestamp_offset = (last_timestamp + passed - timestamp) & 0xFFFFFFFF
        self._first = (sequence + self.sequence_offset) & 0xFFFF
        identifier = source.line.extensions.get(TRANSPORT_SEQUENCE)
        number = transport_number(identifier, size) if identifier is not None else None
        if number is not None:
            self.numbers.adopt(source.sender, number)
        self.renumber()

    def renumber(self) -> None:
        """Take over what `numbers` says of transport-wide sequence numbers."""
        self.extensions.set_transport(self.numbers.offset, self.numbers.kept)

    def leave(self) -> None:
        """Carry nothing until the next source comes."""
        source, self.source = self.source, None
        if source is not None and source.packets:
            self._left_off = (
                (source.highest + self.sequence_offset) & 0xFFFF,
                (source.timestamp + self.timestamp_offset) & 0xFFFFFFFF,
                source.heard_at,
            )

    def forward(self, size: int, marker_type: int, sequence: int, timestamp: int) -> None:
        """Send the decrypted packet in srtp.BUFFER to the receiver; the buffer is spent afterwards."""
        target = self.types[marker_type]
        if not target:
            # The receiver would report it lost and its sender would slow down, so they are parted.
            self.numbers.kept = False
            self.dropped += 1
            return
        if self.extensions.needed:
            self.extensions.rewrite(BUFFER, size)
        self._send_as(
            size,
            target,
            (sequence + self.sequence_offset) & 0xFFFF,
            (timestamp + self.timestamp_offset) & 0xFFFFFFFF,
            self.ssrc,
        )

    def forward_retransmission(self, size: int, marker_type: int, timestamp: int) -> None:
        """Send the sender's RTX packet in srtp.BUFFER on, as RTX if the receiver knows it, else unwrapped."""
        target = self.rtx_types[marker_type]
        if not target:
            self._forward_unwrapped(size, marker_type)
            return
        start, end = payload_bounds(BUFFER, size)
        if end - start >= 2:
            original = SHORT.unpack_from(BUFFER, start)[0] + self.sequence_offset
            SHORT.pack_into(BUFFER, start, original & 0xFFFF)
        if self.extensions.needed:
            self.extensions.rewrite(BUFFER, size)
        self._send_retransmission(size, target, (timestamp + self.timestamp_offset) & 0xFFFFFFFF)

    def repeat(self, wanted: Sequence[int]) -> list[int]:
        """Answer a NACK from the source's cache; return what was not there, in the source's own numbers."""
        source = self.source
        if source is None:
            return []
        missing = []
        for sequence in wanted[:MOST_REPEATS]:
            if is_newer(self._first, sequence):
                continue
            original = (sequence - self.sequence_offset) & 0xFFFF
            packet = source.cached(original)
            if packet is None:
                missing.append(original)
            else:
                self._repeat(packet)
        return missing

    def sender_report(self, info: rtcp.SenderInfo) -> bytes:
        """Return the source's sender report in this receiver's numbers: it keeps lips and voice together."""
        self.reception.told(info.ntp, time.monotonic())
        timestamp = (info.timestamp + self.timestamp_offset) & 0xFFFFFFFF
        moved = rtcp.SenderInfo(
            self.ssrc, info.ntp, timestamp, self.packets & 0xFFFFFFFF, self.bytes & 0xFFFFFFFF
        )
        return rtcp.sender_report(moved)

    def report_block(self, block: rtcp.ReportBlock) -> rtcp.ReportBlock | None:
        """Return the receiver's report in the source's numbers, or None without a source."""
        if self.source is None:
            return None
        highest = block.highest - self.sequence_offset
        if highest < 0:
            highest += 0x10000
        return rtcp.ReportBlock(
            self.source.ssrc, block.lost, highest, block.jitter, block.last_report, block.delay
        )

    def _forward_unwrapped(self, size: int, marker_type: int) -> None:
        source = self.source
        codec = source.line.retransmitted(marker_type & 0x7F) if source is not None else None
        if source is None or codec is None:
            return
        packet = unwrap_retransmission(BUFFER, size, codec.payload_type, source.ssrc)
        if packet is not None:
            self._repeat(packet)

    def _repeat(self, packet: bytes) -> None:
        size, marker_type = len(packet), packet[1]
        VIEW[:size] = packet
        sequence, timestamp = SHORT.unpack_from(packet, 2)[0], int.from_bytes(packet[4:8], "big")
        source = self.source
        codec = source.line.codec(marker_type & 0x7F) if source is not None else None
        repeat_type = codec.retransmission_type if codec is not None else None
        target = self.rtx_types[marker_type & 0x80 | repeat_type] if repeat_type is not None else 0
        self.extensions.rewrite(BUFFER, size, repeated=True)
        if not target:
            self._forward_rewritten(size, marker_type, sequence, timestamp)
            return
        start, _ = payload_bounds(packet, size)
        BUFFER[start + 2 : size + 2] = packet[start:]
        SHORT.pack_into(BUFFER, start, (sequence + self.sequence_offset) & 0xFFFF)
        self._send_retransmission(size + 2, target, (timestamp + self.timestamp_offset) & 0xFFFFFFFF)

    def _forward_rewritten(self, size: int, marker_type: int, sequence: int, timestamp: int) -> None:
        """Send a packet again whose extensions are rewritten already."""
        needed, self.extensions.needed = self.extensions.needed, False
        self.forward(size, marker_type, sequence, timestamp)
        self.extensions.needed = needed

    def _send_retransmission(self, size: int, target: int, timestamp: int) -> None:
        self._send_as(size, target, self._rtx_sequence, timestamp, self.line.rtx_ssrc)
        self._rtx_sequence = (self._rtx_sequence + 1) & 0xFFFF

    def _send_as(self, size: int, marker_type: int, sequence: int, timestamp: int, ssrc: int) -> None:
        """Give the packet in srtp.BUFFER these numbers, encrypt it and send it."""
        REWRITE.pack_into(BUFFER, 1, marker_type, sequence, timestamp, ssrc)
        LENGTH[0] = size
        if srtp_protect(self.keys, POINTER, LENGTH):
            self.dropped += 1
            return
        try:
            self.send(VIEW[: LENGTH[0]])
        except OSError:
            self.dropped += 1
            return
        self.packets += 1
        self.bytes += size
