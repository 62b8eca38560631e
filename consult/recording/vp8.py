"""VP8 pictures out of RTP payloads (RFC 7741) and the little of their bitstream a file header needs (RFC 6386)."""

from collections.abc import Iterator

from consult.recording.bulk import Batch
from consult.recording.depacketize import Frame, Frames, Picture, VideoDepacketizer

SHORTEST = 2
"""No more bytes than these: a descriptor that is cut short, or one with nothing behind it."""
SHAPE = 0x80FF8000
"""What of the first four bytes of a payload decides how long its descriptor is."""
BEGINNING, BEGINS = 0x17 << 24, 0x10 << 24
"""S=1 and PID=0 in those four bytes: the start of the first partition, so of a picture."""
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

    def push_batch(self, batch: Batch) -> Iterator[list[Frame] | Frames]:
        if len({opening & SHAPE for opening in batch.openings}) > 1:
            yield self.push(batch.packets())
            return
        begin = 0
        timestamps, arrivals, pictures = _columns()
        cut = batch.start + descriptor_length(batch.openings[0].to_bytes(4))
        for end in batch.ends():
            data = b"".join([packet[cut:] for packet in batch.raw[begin:end]])
            if self._is_plain(batch, begin, end, data):
                self._expected = batch.first + end
                timestamps.append(batch.timestamps[begin])
                arrivals.append(batch.arrivals[begin])
                pictures.append(data)
            else:
                yield Frames(timestamps, arrivals, False, pictures)
                timestamps, arrivals, pictures = _columns()
                yield self.push(batch.packets(begin, end))
            begin = end
        yield Frames(timestamps, arrivals, False, pictures)
        yield self.push(batch.packets(begin))

    def _is_plain(self, batch: Batch, begin: int, end: int, data: bytes) -> bool:
        """Whether these packets are one whole picture that is no keyframe, with nothing missing before it."""
        timestamp = batch.timestamps[begin]
        complete = (
            self._timestamp is None and self._expected == batch.first + begin and not self.wants_keyframe
        )
        return (
            complete
            and not (self.lost or self.dropped)
            and batch.openings[begin] & BEGINNING == BEGINS
            and batch.timestamps[begin:end].count(timestamp) == end - begin
            and bool(data)
            and bool(data[0] & 1)
        )

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


def _columns() -> tuple[list[int], list[float], list[bytes]]:
    return [], [], []
