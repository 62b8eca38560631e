"""Says whether the file of one track is as it was written: bytes against chain, chain against manifest."""

import hashlib
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any, BinaryIO

from consult.recording import chain
from consult.recording.chain import SUFFIX, ChainFacts, Segment
from consult.recording.errors import ChainBroken, RecordingError
from consult.recording.keys import RecordingKey
from consult.recording.manifest import State
from consult.recording.matroska import HOLE
from consult.recording.place import Place
from consult.recording.seal import HEADER_BYTES, SealedFile, is_sealed

SLACK_SECONDS = 0.002
BLOCK = 1 << 20
WHOSE = ("participant", "role", "kind", "codec", "file")


@dataclass
class TrackResult:
    """What was found out about one file; `seconds` on the room's time from its first to its last block."""

    file: str
    segments: int = 0
    bytes: int = 0
    begin: float | None = None
    end: float | None = None
    gaps: list[dict[str, Any]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def verify_track(
    folder: Place,
    name: str,
    whose: dict[str, Any],
    facts: dict[str, Any] | None,
    document: dict[str, Any],
    key: RecordingKey | None,
) -> TrackResult:
    """Verify a file and its chain; `facts` is what the manifest says of it, None when it came after the manifest."""
    result = TrackResult(name)
    if facts is None and (folder / name).stat().st_size == 0:
        result.notes.append("it was being made; nothing was written yet")
        return result
    try:
        links = chain.read(folder / (name + SUFFIX))
        _describe(result, links)
        closed = facts is not None and facts["state"] == State.CLOSED
        _check_heading(result, links, whose, facts)
        _check_end(result, links, facts)
        _check_gaps(result, links, facts)
        with (folder / name).open("rb") as file:
            _check_bytes(result, file, links, closed)
            if file.read(1) and not _has_grown(folder / (name + SUFFIX), links):
                result.problems.append(f"bytes after {links.size} belong to no segment")
        _check_seal(result, folder / name, document, key, closed, links)
    except ChainBroken as error:
        result.problems.append(f"the chain does not hold: {error}")
    except FileNotFoundError as error:
        result.problems.append(f"{Path(error.filename).name} is missing")
    except OSError as error:
        result.problems.append(f"it cannot be read: {error.strerror}")
    return result


def _describe(result: TrackResult, links: ChainFacts) -> None:
    result.segments, result.bytes, result.gaps = len(links.segments), links.size, links.gaps
    timed = [segment for segment in links.segments if segment.begin is not None]
    if timed:
        result.begin, result.end = timed[0].begin, timed[-1].end


def _check_heading(
    result: TrackResult, links: ChainFacts, whose: dict[str, Any], facts: dict[str, Any] | None
) -> None:
    expected = {**whose, "file": result.file}
    if facts is None:
        result.notes.append("it began after the last manifest was written")
    else:
        expected |= {name: facts[name] for name in WHOSE} | {"track_part": facts["part"]}
    for name, value in expected.items():
        if links.heading.get(name) != value:
            result.problems.append(f"its chain says {name} {links.heading.get(name)}, not {value}")


def _check_end(result: TrackResult, links: ChainFacts, facts: dict[str, Any] | None) -> None:
    """Chain and manifest must tell of the same end, or the manifest of an earlier moment."""
    if links.torn and (links.end is not None or (facts and facts["state"] == State.CLOSED)):
        result.problems.append("something follows the end of its chain")
    told = facts["chain"] if facts else None
    if facts is None or told is None:
        return
    if facts["state"] == State.CLOSED and links.end != "closed":
        result.problems.append("the manifest says it was closed; its chain does not end")
    place = -1 if facts["state"] == State.CLOSED else told["segments"]
    known = len(links.links) > told["segments"] and told["link"] in (links.links[place], links.links[-1])
    if not known or (place == -1 and (told["segments"], told["bytes"]) != (len(links.segments), links.size)):
        result.problems.append(
            f"segments are missing: the manifest knows of {told['segments']}, the chain of {len(links.segments)}"
        )


def _check_gaps(result: TrackResult, links: ChainFacts, facts: dict[str, Any] | None) -> None:
    """What the writer stated must stand in the manifest, and every hole must have been stated."""
    manifest_gaps = facts["gaps"] if facts else []
    if facts is not None and facts["state"] != State.RECORDING:
        for gap in links.gaps:
            if not chain.stated(manifest_gaps, gap["from"], gap["to"], SLACK_SECONDS):
                result.problems.append(f"the manifest leaves out a gap from {gap['from']} to {gap['to']} s")
    timed = [segment for segment in links.segments if segment.begin is not None and segment.end is not None]
    for earlier, later in pairwise(timed):
        begin, end = earlier.end or 0.0, later.begin or 0.0
        if end - begin > HOLE / 1000 and not chain.stated(links.gaps, begin, end, SLACK_SECONDS):
            result.problems.append(f"nothing is there from {begin} to {end} s, and no gap says so")


def _check_bytes(result: TrackResult, file: BinaryIO, links: ChainFacts, closed: bool) -> None:
    for number, segment in enumerate(links.segments):
        found, digest = _hash(file, segment.length)
        if found < segment.length:
            _tell_missing(result, number, segment, found, links)
            return
        expected = {segment.sha256} if number or not closed else set()
        if number == 0 and links.head is not None:
            expected.add(links.head)
        if digest not in expected:
            end = segment.at + segment.length - 1
            result.problems.append(f"segment {number} (bytes {segment.at} to {end}) was changed")


def _has_grown(path: Place, links: ChainFacts) -> bool:
    """Whether the recording went on while it was being looked at."""
    return links.end is None and chain.read(path).size > links.size


def _tell_missing(result: TrackResult, number: int, segment: Segment, found: int, links: ChainFacts) -> None:
    if links.end is None and number == len(links.segments) - 1:
        result.notes.append(
            f"the last segment was being written: {found} of {segment.length} bytes are there"
        )
    else:
        result.problems.append(
            f"it ends at byte {segment.at + found} of {links.size}, within segment {number}"
        )


def _hash(file: BinaryIO, length: int) -> tuple[int, str]:
    digest, left = hashlib.sha256(), length
    while left:
        data = file.read(min(left, BLOCK))
        if not data:
            break
        digest.update(data)
        left -= len(data)
    return length - left, digest.hexdigest()


def _check_seal(
    result: TrackResult,
    path: Place,
    document: dict[str, Any],
    key: RecordingKey | None,
    closed: bool,
    links: ChainFacts,
) -> None:
    """With the key: every frame opens, and the last one of a closed file is there."""
    if path.stat().st_size < HEADER_BYTES and not closed:
        return  # killed in its first moment
    if is_sealed(path) != bool(document["sealed"]):
        result.problems.append("it is sealed and the manifest says it is not, or the other way round")
    if not is_sealed(path) or key is None:
        return
    try:
        file = SealedFile(path, key, [segment.length for segment in links.segments])
        for number in range(len(file.frames)):
            file.read(number)
        if closed and not file.whole:
            result.problems.append("its last frame is missing")
        file.close()
    except RecordingError as error:
        result.problems.append(str(error))
