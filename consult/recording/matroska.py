"""A Matroska file with one track (RFC 9559), readable up to its last whole cluster whenever writing stops.

The segment has no size until it is closed, and every cluster goes to the disk in one write: after a crash there
is nothing to repair. Closing adds duration, cues and seek head in places kept free for them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from struct import Struct

from consult.recording import ebml
from consult.recording.spool import Spool

EBML_HEADER, SEGMENT, SEEK_HEAD, INFO, TRACKS, CUES = (
    0x1A45DFA3,
    0x18538067,
    0x114D9B74,
    0x1549A966,
    0x1654AE6B,
    0x1C53BB6B,
)
CLUSTER = 0x1F43B675
CLUSTER_HEAD = Struct("!IIBBQ")
"""Cluster ID, its size in four bytes, Timestamp ID and size, timestamp in milliseconds."""
BLOCK_HEAD = Struct("!BIBhB")
"""SimpleBlock ID, its size in four bytes, track number, time against the cluster, flags."""
FOUR_BYTES = 0x10000000
KEYFRAME = 0x80
NANOSECONDS_PER_TICK = 1_000_000
SEEK_HEAD_SPACE = 96
DURATION_SPACE = 11
CLUSTER_SPAN = 5_000
CUE_DISTANCE = 2_000
HOLE = 2_000
"""After so long without a block the next one begins a cluster, so that the hole shows in the chain."""
EPOCH = datetime(2001, 1, 1, tzinfo=UTC)
WRITER = "Maru"


@dataclass(frozen=True)
class Sound:
    channels: int
    sample_rate: int
    seek_preroll: int
    """Nanoseconds a decoder has to hear before a place it jumped to."""


@dataclass(frozen=True)
class TrackEntry:
    """What the file says of its track. `sound` is None for video, `width` and `height` (pixels) 0 for sound."""

    codec: str
    private: bytes = b""
    sound: Sound | None = None
    width: int = 0
    height: int = 0

    def encode(self) -> bytes:
        """The TrackEntry element (RFC 9559 section 5.1.4.1)."""
        parts = [ebml.unsigned(0xD7, 1), ebml.unsigned(0x73C5, 1), ebml.unsigned(0x9C, 0)]
        parts.append(ebml.text(0x86, self.codec))
        if self.private:
            parts.append(ebml.element(0x63A2, self.private))
        if self.sound is None:
            size = ebml.element(0xE0, ebml.unsigned(0xB0, self.width), ebml.unsigned(0xBA, self.height))
            parts += [ebml.unsigned(0x83, 1), size]
        else:
            rate = ebml.floating(0xB5, float(self.sound.sample_rate))
            parts += [ebml.unsigned(0x83, 2), ebml.unsigned(0x56BB, self.sound.seek_preroll)]
            parts.append(ebml.element(0xE1, rate, ebml.unsigned(0x9F, self.sound.channels)))
        return ebml.element(0xAE, *parts)


def _header() -> bytes:
    numbers = [(0x4286, 1), (0x42F7, 1), (0x42F2, 4), (0x42F3, 8), (0x4287, 4), (0x4285, 2)]
    fields = [ebml.unsigned(number, value) for number, value in numbers]
    return ebml.element(EBML_HEADER, *fields, ebml.text(0x4282, "matroska"))


class MatroskaFile:
    """One track going to one file. Times are whole milliseconds since the room opened and never go back.

    Every method may raise OSError; the file is then best left to `abandon`.
    """

    def __init__(self, spool: Spool, track: TrackEntry, started_at: datetime) -> None:
        self.bytes_written = 0
        self._spool = spool
        self._blocks: list[bytes] = []
        self._cluster_time = 0
        self._last_time = 0
        self._step = 0
        self._cues: list[tuple[int, int]] = []
        self._cue_time: int | None = None
        self._begins_with_cue = False
        self._head = bytearray()
        try:
            self._write_head(track, started_at)
        except OSError:
            self._spool.close()
            raise

    @property
    def end(self) -> int:
        """Where the last block ends, as far as is known before another one comes."""
        return self._last_time + self._step

    def add(self, time: int, keyframe: bool, data: bytes) -> None:
        """Take a block; it reaches the disk with the next `flush`."""
        blocks = self._blocks
        if blocks and self._ends_cluster(time, keyframe):
            self.flush()
            blocks = self._blocks
        if not blocks:
            self._cluster_time = time
            self._begins_with_cue = keyframe and self._cue_is_due(time)
            self._cue_time = time if self._begins_with_cue else self._cue_time
        if time > self._last_time:
            self._step, self._last_time = time - self._last_time, time
        flags = KEYFRAME if keyframe else 0
        blocks.append(
            BLOCK_HEAD.pack(0xA3, FOUR_BYTES | len(data) + 4, 0x81, time - self._cluster_time, flags)
        )
        blocks.append(data)

    def add_all(self, times: Sequence[int], keyframes: bool, data: Sequence[bytes]) -> None:
        """Take blocks, each later than the one before; as `add`, but those of a sound stay in one cluster."""
        if times[-1] - times[0] > CUE_DISTANCE:
            for time, block in zip(times, data, strict=True):
                self.add(time, keyframes, block)
            return
        self.add(times[0], keyframes, data[0])
        append, begun, flags = self._blocks.append, self._cluster_time, KEYFRAME if keyframes else 0
        for time, block in zip(times[1:], data[1:], strict=True):
            append(BLOCK_HEAD.pack(0xA3, FOUR_BYTES | len(block) + 4, 0x81, time - begun, flags))
            append(block)
        if len(times) > 1:
            self._step, self._last_time = times[-1] - times[-2], times[-1]

    def flush(self) -> None:
        """Write what was added as one cluster."""
        if not self._blocks:
            return
        blocks, self._blocks = self._blocks, []
        length = sum(map(len, blocks))
        head = CLUSTER_HEAD.pack(CLUSTER, FOUR_BYTES | length + 10, 0xE7, 0x88, self._cluster_time)
        position = self.bytes_written - self._segment
        self._append(b"".join((head, *blocks)), self._cluster_time / 1000, self._last_time / 1000)
        if self._begins_with_cue:
            self._cues.append((self._cluster_time, position))

    def close(self) -> None:
        """Write the rest and make the file seekable; nothing already written moves."""
        self.flush()
        cues = self.bytes_written - self._segment
        if self._cues:
            self._append(ebml.element(CUES, *(self._cue(*cue) for cue in self._cues)))
            self._finish("closed", {INFO: self._info, TRACKS: self._tracks, CUES: cues})
        else:
            self._finish("closed", {INFO: self._info, TRACKS: self._tracks})
        self._spool.close()

    def abandon(self) -> None:
        """Cut a torn cluster off a file that could not be written any more, and close it as well as it goes."""
        self._blocks = []
        try:
            self._spool.cut_off()
            self._finish("failed", {INFO: self._info, TRACKS: self._tracks})
        finally:
            self._spool.close()

    def _write_head(self, track: TrackEntry, started_at: datetime) -> None:
        head = _header() + ebml.identifier(SEGMENT)
        self._segment = len(head) + len(ebml.UNKNOWN_SIZE)
        nanoseconds = int((started_at - EPOCH).total_seconds() * 1000) * NANOSECONDS_PER_TICK
        fields = [ebml.unsigned(0x2AD7B1, NANOSECONDS_PER_TICK), ebml.text(0x4D80, WRITER)]
        fields += [ebml.text(0x5741, WRITER), ebml.signed(0x4461, nanoseconds)]
        info = ebml.element(INFO, *fields, ebml.void(DURATION_SPACE))
        self._info = SEEK_HEAD_SPACE
        self._tracks = self._info + len(info)
        self._duration = self._segment + self._tracks - DURATION_SPACE
        tracks = ebml.element(TRACKS, track.encode())
        self._head += head + ebml.UNKNOWN_SIZE + ebml.void(SEEK_HEAD_SPACE) + info + tracks
        self._append(bytes(self._head))

    def _append(self, data: bytes, begin: float | None = None, end: float | None = None) -> None:
        """Write all of it; `bytes_written` moves only when it is whole."""
        self._spool.append(data, begin, end)
        self.bytes_written += len(data)

    def _finish(self, end: str, places: dict[int, int]) -> None:
        self._put(ebml.floating(0x4489, float(self.end)), self._duration)
        seeks = [
            ebml.element(0x4DBB, ebml.element(0x53AB, ebml.identifier(number)), ebml.unsigned(0x53AC, place))
            for number, place in places.items()
        ]
        head = ebml.element(SEEK_HEAD, *seeks)
        head += ebml.void(SEEK_HEAD_SPACE - len(head))
        self._put(head, self._segment)
        size = ebml.size(self.bytes_written - self._segment)
        self._put(size, self._segment - len(size))
        self._spool.finish(end, bytes(self._head))

    def _put(self, data: bytes, place: int) -> None:
        self._head[place : place + len(data)] = data

    def _ends_cluster(self, time: int, keyframe: bool) -> bool:
        """Whether a block of this time begins the next cluster."""
        long = time - self._cluster_time > CLUSTER_SPAN or time - self._last_time > HOLE
        return long or (keyframe and self._cue_is_due(time))

    def _cue_is_due(self, time: int) -> bool:
        return self._cue_time is None or time - self._cue_time >= CUE_DISTANCE

    @staticmethod
    def _cue(time: int, position: int) -> bytes:
        place = ebml.element(0xB7, ebml.unsigned(0xF7, 1), ebml.unsigned(0xF1, position))
        return ebml.element(0xBB, ebml.unsigned(0xB3, time), place)
