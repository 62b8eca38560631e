"""VP8 pictures out of RTP payloads (RFC 7741) and the little of their bitstream a file header needs (RFC 6386)."""

from consult.recording.depacketize import Picture, VideoDepacketizer

SHORTEST = 2
"""No more bytes than these: a descriptor that is cut short, or one with nothing behind it."""
START_CODE = b"\x9d\x01\x2a"


def descriptor_length(payload: bytes) -> int:
    """Bytes of the payload descriptor in front of the VP8 data (RFC 7741 section 4.2)."""
    if not payload[0] & 0x80:
        return 1
    fields, length = payload[1], 2
    if fields & 0x80:  # picture id, long or short
        length += 2 if payload[2] & 0x80 else 1
    if fields & 0x40:  # TL0PICIDX
        length += 1
    if fields & 0x30:  # TID, Y, KEYIDX
        length += 1
    return length


class Vp8Depacketizer(VideoDepacketizer):
    """The picture is the payloads laid end to end, descriptors removed."""

    def _begins(self, payload: bytes, follows: bool) -> bool:
        return payload[0] & 0x17 == 0x10  # S=1 and PID=0: start of the first partition

    def _build(self, payloads: list[bytes]) -> tuple[bytes, bool]:
        data = b"".join(
            [payload[descriptor_length(payload) :] for payload in payloads if len(payload) > SHORTEST]
        )
        keyframe = len(data) >= 10 and not data[0] & 1 and data[3:6] == START_CODE
        if keyframe:  # two 14-bit sizes, each under 2 bits of scaling (RFC 6386 section 9.1)
            width = int.from_bytes(data[6:8], "little") & 0x3FFF
            height = int.from_bytes(data[8:10], "little") & 0x3FFF
            self.picture = Picture(width, height, b"")
        return data, keyframe
