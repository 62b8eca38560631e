"""The RTP header (RFC 3550 section 5.1) and its extensions (RFC 8285), read and changed where they lie."""

from __future__ import annotations

from collections.abc import Iterator
from struct import Struct

Buffer = bytearray | bytes | memoryview

HEADER = Struct("!BBHII")
HEADER_SIZE = 12
REWRITE = Struct("!BHII")
"""Marker and payload type, sequence number, timestamp, SSRC: everything of the header after its first byte."""
SHORT = Struct("!H")
TWO_SHORTS = Struct("!HH")

ONE_BYTE_PROFILE = 0xBEDE
TWO_BYTE_PROFILES = range(0x1000, 0x1010)
EXTENSION_BIT = 0x10
PADDING_BIT = 0x20

MID = "urn:ietf:params:rtp-hdrext:sdes:mid"
AUDIO_LEVEL = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"
ABSOLUTE_SEND_TIME = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"
TRANSPORT_SEQUENCE = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"


def is_newer(sequence: int, reference: int) -> bool:
    """True when `sequence` comes after `reference` on the 16-bit circle."""
    return 0 < ((sequence - reference) & 0xFFFF) < 0x8000


def payload_bounds(packet: Buffer, size: int) -> tuple[int, int]:
    """Return where the payload starts and ends, padding left out; start >= end means there is none."""
    start = HEADER_SIZE + 4 * (packet[0] & 0x0F)
    if packet[0] & EXTENSION_BIT and start + 4 <= size:
        start += 4 + 4 * SHORT.unpack_from(packet, start + 2)[0]
    end = size - packet[size - 1] if packet[0] & PADDING_BIT else size
    return start, end


def extensions(packet: Buffer, size: int) -> Iterator[tuple[int, int, int, int]]:
    """Yield (id, where its head stands, where its value starts, where its value ends) for each extension.

    Stops without complaint at the first element that does not fit its block.
    """
    if not packet[0] & EXTENSION_BIT:
        return
    position = HEADER_SIZE + 4 * (packet[0] & 0x0F)
    if position + 4 > size:
        return
    profile, words = TWO_SHORTS.unpack_from(packet, position)
    position += 4
    end = min(position + 4 * words, size)
    if profile == ONE_BYTE_PROFILE:
        yield from _one_byte_extensions(packet, position, end)
    elif profile in TWO_BYTE_PROFILES:
        yield from _two_byte_extensions(packet, position, end)


def _one_byte_extensions(packet: Buffer, position: int, end: int) -> Iterator[tuple[int, int, int, int]]:
    while position < end:
        head = packet[position]
        if head == 0:
            position += 1
            continue
        identifier, value_end = head >> 4, position + 2 + (head & 0x0F)
        if identifier in (0, 15) or value_end > end:
            return
        yield identifier, position, position + 1, value_end
        position = value_end


def _two_byte_extensions(packet: Buffer, position: int, end: int) -> Iterator[tuple[int, int, int, int]]:
    while position + 1 < end:
        identifier = packet[position]
        if identifier == 0:
            position += 1
            continue
        value_end = position + 2 + packet[position + 1]
        if value_end > end:
            return
        yield identifier, position, position + 2, value_end
        position = value_end


def find_extension(packet: Buffer, size: int, wanted: int) -> bytes | None:
    """Return the value of the extension with this id, or None."""
    for identifier, _, start, end in extensions(packet, size):
        if identifier == wanted:
            return bytes(packet[start:end])
    return None


class ExtensionMap:
    """How one sender's header extensions become one receiver's, byte for byte in the same place.

    Ids the receiver does not know become padding (RFC 8285 section 4.1.1 allows it anywhere), so that a packet
    never changes its length. `transport_offset` is added to the transport-wide sequence number.
    """

    def __init__(self, source: dict[str, int], target: dict[str, int], mid: str, source_mid: str) -> None:
        self._ids = {number: target.get(uri, 0) for uri, number in source.items()}
        self._mid_id = source.get(MID, 0)
        self._mid = mid.encode()
        self._transport_id = source.get(TRANSPORT_SEQUENCE, 0)
        self._same = mid == source_mid and all(old == new for old, new in self._ids.items())
        self._keeps_transport = True
        self.transport_offset = 0
        self.needed = not self._same

    def set_transport(self, offset: int, kept: bool) -> None:
        """Say what happens to transport-wide sequence numbers: shifted by `offset`, or removed."""
        self.transport_offset = offset & 0xFFFF
        self._keeps_transport = kept
        self.needed = not self._same or bool(self.transport_offset) or not kept

    def rewrite(self, packet: bytearray, size: int, repeated: bool = False) -> None:
        """Change the extensions of this packet in place; a repeated packet loses its transport-wide number."""
        for identifier, head, start, end in extensions(packet, size):
            target = self._ids.get(identifier, 0)
            if identifier == self._transport_id and (repeated or not self._keeps_transport):
                target = 0
            too_long = identifier == self._mid_id and len(self._mid) > end - start
            too_high = target > 14 and start - head == 1
            if not target or too_long or too_high:
                packet[head:end] = bytes(end - head)
                continue
            packet[head] = target if start - head == 2 else target << 4 | packet[head] & 0x0F
            if identifier == self._mid_id:
                self._write_mid(packet, head, start, end)
            elif identifier == self._transport_id and end - start == 2:
                number = SHORT.unpack_from(packet, start)[0] + self.transport_offset
                SHORT.pack_into(packet, start, number & 0xFFFF)

    def _write_mid(self, packet: bytearray, head: int, start: int, end: int) -> None:
        length = len(self._mid)
        packet[start : start + length] = self._mid
        packet[start + length : end] = bytes(end - start - length)
        if start - head == 2:
            packet[head + 1] = length
        else:
            packet[head] = packet[head] & 0xF0 | length - 1


def unwrap_retransmission(packet: Buffer, size: int, payload_type: int, ssrc: int) -> bytes | None:
    """Return the original packet that this RTX packet repeats (RFC 4588 section 4), or None if it only pads."""
    start, end = payload_bounds(packet, size)
    if end - start < 2:
        return None
    original = bytearray(packet[:start]) + packet[start + 2 : end]
    marker = packet[1] & 0x80
    sequence = SHORT.unpack_from(packet, start)[0]
    timestamp = HEADER.unpack_from(packet, 0)[3]
    original[0] &= ~PADDING_BIT & 0xFF
    REWRITE.pack_into(original, 1, marker | payload_type, sequence, timestamp, ssrc)
    return bytes(original)
