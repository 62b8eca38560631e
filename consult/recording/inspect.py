"""Opens recorded files as a player would and says what is really in them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from consult.recording.errors import RecordingError
from consult.recording.keys import RecordingKey
from consult.recording.reading import open_track


@dataclass(frozen=True)
class TrackReport:
    """What a player finds in one file.

    `offset` is the time of the first block and `duration` the time from there to the end of the last one, in
    seconds on the room's time. `frames` counts blocks, `decoded` what a decoder made of them (None: not asked).
    `error` says why a file could not be read.
    """

    file: str
    kind: str = ""
    codec: str = ""
    offset: float = 0.0
    duration: float = 0.0
    frames: int = 0
    decoded: int | None = None
    width: int = 0
    height: int = 0
    error: str | None = None


def read_tracks(folder: Path, decode: bool = True, key: RecordingKey | None = None) -> list[TrackReport]:
    """Report on every Matroska file of a part. Without `decode` only blocks are read: cheap enough for a page."""
    return [read_track(path, decode, key) for path in sorted(folder.glob("*.mkv"))]


def read_track(path: Path, decode: bool = True, key: RecordingKey | None = None) -> TrackReport:
    """Report on one file, plain or sealed, finished or torn off by a crash."""
    import av

    try:
        with open_track(path, key) as file, av.open(file) as container:
            return _read(path.name, container, decode)
    except (av.FFmpegError, IndexError, OSError, RecordingError) as error:
        return TrackReport(path.name, error=str(error))


def _read(file: str, container: Any, decode: bool) -> TrackReport:
    stream = container.streams[0]
    times: list[float] = []
    decoded = 0
    for packet in container.demux(stream):
        if packet.pts is not None:
            times.append(float(packet.pts * packet.time_base))
        if decode:
            decoded += len(packet.decode())
    offset, last = (times[0], times[-1]) if times else (0.0, 0.0)
    step = last - times[-2] if len(times) > 1 else 0.0
    return TrackReport(
        file=file,
        kind=stream.type,
        codec=stream.codec_context.name,
        offset=offset,
        duration=last - offset + step,
        frames=len(times),
        decoded=decoded if decode else None,
        width=getattr(stream.codec_context, "width", 0) or 0,
        height=getattr(stream.codec_context, "height", 0) or 0,
    )
