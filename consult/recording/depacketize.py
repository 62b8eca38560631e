"""Makes whole frames out of packets in order: Opus (RFC 7587) and VP8 (RFC 7741); H264 stands in h264.py."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, Protocol

from consult.recording.bulk import Batch
from consult.recording.rtp import Packet

PATIENCE_SECONDS = 5
"""How long pictures that lean on a lost one are left out. A viewer asks for a keyframe at once; should none
come, a smeared picture is better evidence than none."""
PICTURE_PACKETS = 4096
"""No picture of a call has more; a sender that never ends one must not fill the memory."""


class Frame(NamedTuple):
    """One block for the file, with what is missing in front of it.

    `timestamp` is the 32-bit RTP timestamp, `arrival` when its first packet came (seconds, monotonic),
    `lost` and `dropped` the packets and frames missing since the frame before.
    """

    timestamp: int
    arrival: float
    keyframe: bool
    data: bytes
    lost: int
    dropped: int


class Frames(NamedTuple):
    """Frames in columns, nothing missing before any of them; all are keyframes or none is."""

    timestamps: Sequence[int]
    arrivals: Sequence[float]
    keyframes: bool
    data: list[bytes]


class Picture(NamedTuple):
    """What the file header needs to know of a video: size in pixels and the codec's private data."""

    width: int
    height: int
    private: bytes


class Depacketizer(Protocol):
    """Packets in, frames out. `lost` and `dropped` count what no frame has reported yet."""

    lost: int
    dropped: int

    @property
    def picture(self) -> Picture | None:
        """Size and private data of the latest keyframe; None for sound."""

    @property
    def wants_keyframe(self) -> bool:
        """Whether frames are being left out until a keyframe comes."""

    def push(self, packets: Iterable[Packet]) -> list[Frame]:
        """Take packets in order; return the frames they complete."""

    def push_batch(self, batch: Batch) -> Iterator[list[Frame] | Frames]:
        """Take packets that follow one another, while what comes is taken; as `push`, but sooner done."""

    def restart(self) -> None:
        """A new source begins: its count of packets has nothing to do with the old one."""


class OpusDepacketizer:
    """Every packet is a frame (RFC 7587 section 4.2)."""

    picture = None
    wants_keyframe = False

    def __init__(self) -> None:
        self.lost = 0
        self.dropped = 0
        self._expected: int | None = None

    def push(self, packets: Iterable[Packet]) -> list[Frame]:
        frames: list[Frame] = []
        expected = self._expected
        for sequence, timestamp, _, payload, arrival in packets:
            if sequence != expected and expected is not None:
                self.lost += sequence - expected
            expected = sequence + 1
            if payload:
                frames.append(Frame(timestamp, arrival, True, payload, self.lost, 0))
                self.lost = 0
        self._expected = expected
        return frames

    def push_batch(self, batch: Batch) -> Iterator[list[Frame] | Frames]:
        if batch.first != self._expected or self.lost:
            yield self.push(batch.packets())
            return
        self._expected += len(batch.raw)
        start = batch.start
        yield Frames(batch.timestamps, batch.arrivals, True, [packet[start:] for packet in batch.raw])

    def restart(self) -> None:
        self._expected = None


class VideoDepacketizer(ABC):
    """Collects the packets of a picture up to the marker, and lets only pictures through that can be seen whole.

    A picture with a missing packet is left out, and so are those after it until a keyframe.
    """

    clock_rate = 90_000

    def __init__(self) -> None:
        self.lost = 0
        self.dropped = 0
        self.picture: Picture | None = None
        self.wants_keyframe = True
        self._expected: int | None = None
        self._timestamp: int | None = None
        self._arrival = 0.0
        self._payloads: list[bytes] = []
        self._whole = False
        self._broken_at: int | None = None

    def push(self, packets: Iterable[Packet]) -> list[Frame]:
        frames: list[Frame] = []
        for sequence, timestamp, marker, payload, arrival in packets:
            follows = sequence == self._expected
            if not follows:
                self._miss(sequence)
            self._expected = sequence + 1
            if not payload:  # padding, sent to probe the line
                continue
            if timestamp != self._timestamp:
                self._close(frames)
                self._open(timestamp, arrival, self._begins(payload, follows))
            self._payloads.append(payload)
            if marker:
                self._close(frames)
        if len(self._payloads) > PICTURE_PACKETS:
            self._payloads, self._whole = [], False
        return frames

    def push_batch(self, batch: Batch) -> Iterator[list[Frame] | Frames]:
        yield self.push(batch.packets())

    def restart(self) -> None:
        self._whole = False
        self._break()
        self._expected = None

    def _miss(self, sequence: int) -> None:
        if self._expected is not None:
            self.lost += sequence - self._expected
        self._whole = False
        self._break()

    def _break(self) -> None:
        if not self.wants_keyframe:
            self.wants_keyframe = True
            self._broken_at = None

    def _open(self, timestamp: int, arrival: float, whole: bool) -> None:
        self._timestamp, self._arrival, self._whole = timestamp, arrival, whole
        self._payloads = []

    def _close(self, frames: list[Frame]) -> None:
        """End the picture that was being collected, if any, and keep it when it can be shown."""
        timestamp, self._timestamp = self._timestamp, None
        if timestamp is None:
            return
        data, keyframe = self._build(self._payloads) if self._whole else (b"", False)
        self._payloads = []
        if not data:
            self._break()
        if not data or not self._can_be_shown(timestamp, keyframe):
            self.dropped += 1
            return
        frames.append(Frame(timestamp, self._arrival, keyframe, data, self.lost, self.dropped))
        self.lost = self.dropped = 0

    def _can_be_shown(self, timestamp: int, keyframe: bool) -> bool:
        if keyframe and self.picture is not None:
            self.wants_keyframe = False
        if not self.wants_keyframe:
            return True
        if self._broken_at is None:
            self._broken_at = timestamp
        waited = (timestamp - self._broken_at) & 0xFFFFFFFF
        return self.picture is not None and waited > PATIENCE_SECONDS * self.clock_rate

    @abstractmethod
    def _begins(self, payload: bytes, follows: bool) -> bool:
        """Whether this packet, the first seen of its picture, is surely its first.

        `follows`: it came right after the last packet of another picture, with nothing missing between.
        """

    @abstractmethod
    def _build(self, payloads: list[bytes]) -> tuple[bytes, bool]:
        """The picture as the file wants it (empty: no picture), and whether it is a keyframe.

        A keyframe also sets `picture`.
        """
