"""Makes one Matroska file of a recording: every track of every part, opened and put together, nothing encoded anew.

A participant's camera, or voice, is one track of the file through all parts and reconnects, as far as a player can
go on with the same decoder settings. Time 0 is the beginning of the first part.
"""

import heapq
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from consult.recording import manifest, parts
from consult.recording.errors import NotExported
from consult.recording.keys import RecordingKey
from consult.recording.place import Place
from consult.recording.reading import open_track

MILLISECOND = Fraction(1, 1000)

Progress = Callable[[float], None]
"""Told from time to time how much is done, 0 to 1."""


@dataclass
class _Input:
    """One recorded file and where its time lies in the whole, in seconds."""

    name: str
    container: Any
    facts: dict[str, Any]
    shift: float

    @property
    def stream(self) -> Any:
        return self.container.streams[0]

    @property
    def same(self) -> tuple[object, ...]:
        """Files for which this is equal become one track."""
        settings = bytes(self.stream.codec_context.extradata or b"")
        return self.facts["participant"], self.facts["kind"], self.facts["codec"], settings

    def packets(self) -> Iterator[tuple[float, str, Any]]:
        """Packets with their time in the whole; the name keeps those of one moment in order."""
        for packet in self.container.demux(self.stream):
            if packet.size and packet.pts is not None:
                yield self.shift + float(packet.pts * packet.time_base), self.name, packet


def export(
    room: Place,
    target: Path,
    key: RecordingKey | None = None,
    part: int | None = None,
    progress: Progress | None = None,
) -> int:
    """Write `target` from all parts in the folder of a room, or from one; return how many tracks it has.

    The file appears whole or not at all. Raises NotExported, KeyMissing, WrongKey, SealBroken, OSError, and
    FileExistsError rather than write over anything.
    """
    import av

    if target.exists():
        raise FileExistsError(f"{target} is there already")
    unfinished = target.with_name(target.name + ".part")
    with ExitStack() as stack:
        inputs = list(_open(room, part, key, stack))
        if not inputs:
            raise NotExported(f"nothing was recorded in {room}")
        stack.callback(lambda: unfinished.unlink(missing_ok=True))
        try:
            tracks = _write(inputs, unfinished, progress)
        except av.FFmpegError as error:
            raise NotExported(f"the tracks cannot be put together: {error}") from error
        unfinished.rename(target)
    return tracks


def _open(room: Place, part: int | None, key: RecordingKey | None, stack: ExitStack) -> Iterator[_Input]:
    import av

    first: str | None = None
    for number, folder in parts.listed(room):
        document = _manifest(folder) if part in (None, number) else None
        if document is None:
            continue
        first = first or document["started_at"]
        shift = parts.seconds_between(first, document["started_at"])
        for facts in document["tracks"]:
            if not facts["file"]:
                continue
            try:
                file = stack.enter_context(open_track(folder / facts["file"], key))
                container = stack.enter_context(av.open(file, format="matroska"))
            except av.FFmpegError as error:
                raise NotExported(f"part {number}, {facts['file']}: {error}") from error
            yield _Input(f"{folder.name}/{facts['file']}", container, facts, shift)


def _manifest(folder: Place) -> dict[str, Any] | None:
    try:
        return manifest.read(folder)
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise NotExported(f"the manifest of part {folder.name} cannot be read: {error}") from error


def _write(inputs: list[_Input], target: Path, progress: Progress | None) -> int:
    import av

    with av.open(str(target), "w", format="matroska") as output:
        streams: dict[tuple[object, ...], Any] = {}
        for source in inputs:
            if source.same not in streams:
                streams[source.same] = stream = output.add_stream_from_template(source.stream)
                stream.time_base = MILLISECOND
                stream.metadata["title"] = f"{source.facts['participant']} {source.facts['kind']}"
        chosen = {source.name: streams[source.same] for source in inputs}
        expected = sum(int(source.facts["frames"]) for source in inputs) or 1
        merged = heapq.merge(*(source.packets() for source in inputs), key=lambda entry: entry[:2])
        for done, (moment, name, packet) in enumerate(merged, 1):
            _place(packet, moment, chosen[name])
            output.mux(packet)
            if progress is not None and done % 500 == 0:
                progress(min(done / expected, 1.0))
    if progress is not None:
        progress(1.0)
    return len(streams)


def _place(packet: Any, moment: float, stream: Any) -> None:
    packet.stream = stream
    packet.time_base = MILLISECOND
    packet.pts = packet.dts = round(moment * 1000)
