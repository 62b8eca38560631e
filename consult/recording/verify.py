"""Says whether a recording is as it was written: every byte, every segment, every gap, every part.

Nothing here trusts the manifest alone: files are hashed against their chains, chains against the manifest, and each
part against the one before. A part whose process was killed is not broken; it ended without closing, and all that
was written until then is verified.
"""

from dataclasses import dataclass, field
from typing import Any

from consult.recording import manifest, parts
from consult.recording.chain import SUFFIX
from consult.recording.errors import ChainBroken
from consult.recording.keys import RecordingKey
from consult.recording.place import Place
from consult.recording.verify_track import TrackResult, verify_track

CLOCK_SLACK_SECONDS = 0.002
TOGETHER_SECONDS = 1.0


@dataclass
class PartResult:
    """What was found out about one part; it holds when neither it nor any track has a problem."""

    part: int
    node: str = ""
    state: str = ""
    started_at: str = ""
    ended_at: str | None = None
    opening: str = ""
    seal: str = ""
    participants: list[dict[str, str]] = field(default_factory=list)
    pauses: list[dict[str, Any]] = field(default_factory=list)
    before: dict[str, Any] | None = None
    """The gap between the part before and this one."""
    tracks: list[TrackResult] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass
class RoomResult:
    """What was found out about all parts of a room."""

    room: str
    parts: list[PartResult] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many problems there are altogether."""
        inner = sum(
            len(part.problems) + sum(len(track.problems) for track in part.tracks) for part in self.parts
        )
        return len(self.problems) + inner

    @property
    def holds(self) -> bool:
        """Whether everything is as it was written."""
        return self.count == 0


def verify_room(room: Place, key: RecordingKey | None = None) -> RoomResult:
    """Verify every part in the folder of a room. Without the key sealed files are verified but not opened.

    Raises OSError when the folder cannot be read.
    """
    result = RoomResult(room.name)
    read: list[tuple[PartResult, dict[str, Any]]] = []
    for number, folder in parts.listed(room):
        part, document = _verify_part(folder, number, key)
        result.parts.append(part)
        if document is not None:
            read.append((part, document))
            if document.get("room") != room.name:
                part.problems.append(f"the manifest is of room {document.get('room')}")
    if not read:
        result.problems.append("there is no recording in this folder")
    for part, document in read:
        part.problems += _check_previous(document, [other for _, other in read])
    return result


def _verify_part(
    folder: Place, number: int, key: RecordingKey | None
) -> tuple[PartResult, dict[str, Any] | None]:
    result = PartResult(number)
    try:
        document = manifest.read_sealed(folder)
        _describe(result, document)
        _check_manifest(result, document, key)
        _verify_tracks(result, folder, document, key)
    except FileNotFoundError:
        what = result.problems if any(folder.iterdir()) else result.notes
        what.append("there is no manifest" if what is result.problems else "nothing was recorded")
    except (OSError, ChainBroken, ValueError, KeyError, TypeError, AttributeError) as error:
        result.problems.append(f"the manifest does not hold: {error}")
    else:
        return result, document
    return result, None


def _describe(result: PartResult, document: dict[str, Any]) -> None:
    result.node, result.state = document["node"], document["state"]
    result.opening, result.seal = document["opening"], document["seal"]
    result.started_at, result.ended_at = document["started_at"], document["ended_at"]
    result.participants, result.pauses = document["participants"], document["pauses"]
    result.before = (document["previous"] or {}).get("gap")
    if document["ended_at"] is None:
        result.state = "ended without closing"
    if document["error"]:
        result.notes.append(f"the recording failed: {document['error']}")


def _check_manifest(result: PartResult, document: dict[str, Any], key: RecordingKey | None) -> None:
    if document["opening"] != parts.opening(document):
        result.problems.append("the manifest's opening does not fit what it says")
    if document["part"] != result.part:
        result.problems.append(f"the manifest is of part {document['part']}")
    if document["sealed"] and key is None:
        result.notes.append("sealed; without the key signature and contents were not checked")
    elif key is not None and not manifest.is_signed_by(document, key):
        result.problems.append("the manifest is not signed with this key")


def _verify_tracks(
    result: PartResult, folder: Place, document: dict[str, Any], key: RecordingKey | None
) -> None:
    whose = {name: document[name] for name in ("room", "node", "part", "started_at")}
    listed = {track["file"]: track for track in document["tracks"] if track["file"]}
    for facts in listed.values():
        result.tracks.append(verify_track(folder, facts["file"], whose, facts, document, key))
    known = {manifest.NAME, *listed, *(name + SUFFIX for name in listed)}
    others = sorted(entry.name for entry in folder.iterdir() if entry.name not in known)
    open_yet = document["ended_at"] is None
    for name in others:
        if open_yet and name.endswith(".mkv"):
            result.tracks.append(verify_track(folder, name, whose, None, document, key))
        elif not (open_yet and _is_left_by_a_crash(name, others)):
            result.problems.append(f"{name} is not in the manifest")


def _is_left_by_a_crash(name: str, others: list[str]) -> bool:
    return name == manifest.NAME + ".tmp" or name.removesuffix(SUFFIX) in others


def _check_previous(document: dict[str, Any], documents: list[dict[str, Any]]) -> list[str]:
    """What does not fit between a part and the one it says came before."""
    previous = document["previous"]
    if previous is None:
        return ["the manifest names no part before this one"] if _has_earlier(document, documents) else []
    numbered = [other for other in documents if other["part"] == previous["part"]]
    if not numbered:
        return [f"part {previous['part']}, which came before, is missing or does not hold"]
    problems = []
    # Nodes with folders of their own count for themselves, so a number may come twice.
    before = next((other for other in numbered if other["opening"] == previous["opening"]), numbered[0])
    if previous["opening"] != before["opening"]:
        problems.append(f"part {previous['part']} is not the one that came before")
    if previous["seal"] not in (None, before["seal"]):
        problems.append(f"part {previous['part']} was changed after this one began")
    if previous["gap"]["to"] != document["started_at"]:
        problems.append("the gap before this part is not stated to its end")
    return problems + _check_gap_before(previous, before)


def _has_earlier(document: dict[str, Any], documents: list[dict[str, Any]]) -> bool:
    """Whether a lower part was there already when this one began; two nodes may open a room at the same moment."""
    lower = [other for other in documents if other["part"] < document["part"]]
    ages = [parts.seconds_between(other["started_at"], document["started_at"]) for other in lower]
    return max(ages, default=0.0) > TOGETHER_SECONDS


def _check_gap_before(previous: dict[str, Any], before: dict[str, Any]) -> list[str]:
    if before["ended_at"] is None or previous["seal"] is None:
        return []
    missing = parts.seconds_between(before["ended_at"], previous["gap"]["from"])
    return (
        ["the gap before this part is not stated from its beginning"] if missing > CLOCK_SLACK_SECONDS else []
    )
