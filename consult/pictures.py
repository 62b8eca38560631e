"""How large a sender's pictures are, read from the key frames among its packets when somebody needs to know."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from consult.recording.h264 import nal_units
from consult.recording.rtp import MalformedPacket, parse
from consult.recording.sps import picture_size
from consult.recording.vp8 import START_CODE, descriptor_length

Size = tuple[int, int]
"""Width and height in pixels."""
SPS = 7
"""NAL unit type of a sequence parameter set (ITU-T H.264 table 7-1)."""


def largest(packets: Iterable[bytes], codec: str) -> Size | None:
    """Return the size of the largest picture whose key frame begins in one of these RTP packets.

    `codec` is its MIME type in lower case. None where no key frame is among them, or none that can be read.
    """
    read = READERS.get(codec)
    found = [size for packet in packets if read is not None and (size := _size(packet, read))]
    return max(found, key=lambda size: size[0] * size[1], default=None)


def _size(packet: bytes, read: Callable[[bytes], Size | None]) -> Size | None:
    try:
        payload = parse(packet)[5]
        return read(payload) if payload else None
    except (MalformedPacket, ValueError, IndexError):
        return None


def _vp8(payload: bytes) -> Size | None:
    """The frame header of a key frame (RFC 6386 section 9.1)."""
    data = payload[descriptor_length(payload) :]
    if payload[0] & 0x17 != 0x10 or len(data) < 10 or data[0] & 1 or data[3:6] != START_CODE:
        return None
    return int.from_bytes(data[6:8], "little") & 0x3FFF, int.from_bytes(data[8:10], "little") & 0x3FFF


def _h264(payload: bytes) -> Size | None:
    units = (b"".join(parts) for parts in nal_units([payload]))
    return next((picture_size(unit) for unit in units if unit and unit[0] & 0x1F == SPS), None)


READERS: dict[str, Callable[[bytes], Size | None]] = {"video/vp8": _vp8, "video/h264": _h264}
