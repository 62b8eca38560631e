"""What a player needs of a recording: every track on one time line through all parts, and what is missing where.

Times are seconds from the beginning of the first part. Inside a file times are those of its part, so a player that
stands at `at` on the line stands at `at - shift` in the file.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

SMALLEST_GAP = 0.5
"""Seconds; what is shorter is a hiccup of the line and no gap somebody asks about."""
HOSTS = ("customer", "advisor")
"""They come first; whoever joined them follows."""
SCREEN = "screen"
SAME_GAP = 1.0
"""Seconds; picture and voice of one person go and come back nearly together, and that is told once."""
MISSING_OF_A_SCREEN = frozenset({"lost", "no_keyframe", "overload", "failed", "restart"})
"""A screen is shown for a while and may stand still; an absence is told of the camera already."""


@dataclass(frozen=True)
class FoundPart:
    """One part as a node holds it: which of our nodes, and the manifest."""

    node: int
    manifest: dict[str, Any]

    @property
    def name(self) -> str:
        """What the node knows it by: a number can come twice, from nodes that count for themselves."""
        return str(self.manifest.get("id", self.manifest["part"]))


@dataclass(frozen=True)
class Clip:
    """One file on the line; `part` and `file` name it to the node."""

    node: int
    part: str
    file: str
    kind: str
    begin: float
    end: float
    shift: float


@dataclass
class Lane:
    """One person's files."""

    participant: str
    role: str
    clips: list[Clip] = field(default_factory=list)


@dataclass(frozen=True)
class Hole:
    """Where something is missing of everybody (`participant` None) or of one person, and why.

    `screen`: of what this person showed, not of themselves.
    """

    begin: float
    end: float
    reason: str
    participant: str | None = None
    screen: bool = False


@dataclass(frozen=True)
class Playlist:
    """The whole recording on one line."""

    started_at: str
    seconds: float
    lanes: list[Lane]
    gaps: list[Hole]

    @property
    def gap_seconds(self) -> float:
        """How long nothing at all was recorded between beginning and end."""
        return round(sum(gap.end - gap.begin for gap in self.gaps if gap.participant is None), 3)

    def document(self) -> dict[str, Any]:
        """For the page's script."""
        return asdict(self)


def playlist(parts: Sequence[FoundPart]) -> Playlist:
    """Put the parts of one recording on one line; `parts` has at least one, oldest first."""
    first = parts[0].manifest["started_at"]
    shifts = {id(part): _seconds(first, part.manifest["started_at"]) for part in parts}
    lanes: dict[str, Lane] = {}
    gaps: list[Hole] = []
    end = 0.0
    for part in parts:
        shift = shifts[id(part)]
        if part is not parts[0]:
            gaps += _hole(end, shift, _between(part.manifest), None)
        for clip, track in _clips(part, shift):
            lane = lanes.setdefault(track["participant"], Lane(track["participant"], track["role"]))
            lane.clips.append(clip)
            gaps += _track_gaps(track, shift)
            end = max(end, clip.end)
        for pause in part.manifest["pauses"]:
            gaps.append(_as_asked(shift, pause))
        if part.manifest["ended_at"]:
            end = max(end, _seconds(first, part.manifest["ended_at"]))
    in_order = sorted(
        lanes.values(), key=lambda lane: HOSTS.index(lane.role) if lane.role in HOSTS else len(HOSTS)
    )
    return Playlist(first, round(end, 3), in_order, _told_once(gaps))


def _clips(part: FoundPart, shift: float) -> Iterable[tuple[Clip, dict[str, Any]]]:
    for track in part.manifest["tracks"]:
        if not track["file"] or track["offset"] is None:
            continue
        begin = shift + track["offset"]
        end = begin + track["duration"]
        yield (
            Clip(part.node, part.name, track["file"], track["kind"], round(begin, 3), round(end, 3), shift),
            track,
        )


def _track_gaps(track: dict[str, Any], shift: float) -> list[Hole]:
    """What is missing of one person; pauses are everybody's and are told once."""
    holes: list[Hole] = []
    screen = track["kind"] == SCREEN
    for gap in track["gaps"]:
        if gap["reason"] in MISSING_OF_A_SCREEN if screen else gap["reason"] != "paused":
            whose = track["participant"], screen
            holes += _hole(shift + gap["from"], shift + gap["to"], gap["reason"], *whose)
    return holes


def _told_once(gaps: Iterable[Hole]) -> list[Hole]:
    """The same gap of one person's picture and voice as one, in order of time."""
    told: list[Hole] = []
    newest: dict[tuple[str | None, str, bool], int] = {}
    for gap in sorted(gaps, key=lambda gap: (gap.begin, gap.end)):
        same = gap.participant, gap.reason, gap.screen
        place = newest.get(same)
        if place is not None and gap.participant and gap.begin - told[place].end < SAME_GAP:
            told[place] = replace(told[place], end=max(gap.end, told[place].end))
            continue
        newest[same] = len(told)
        told.append(gap)
    return told


def _as_asked(shift: float, pause: dict[str, Any]) -> Hole:
    """A pause is told however short it was: somebody asked for it."""
    begin, end = (round(shift + pause[edge], 3) for edge in ("from", "to"))
    return Hole(begin, end, pause["reason"], None)


def _hole(begin: float, end: float, reason: str, participant: str | None, screen: bool = False) -> list[Hole]:
    if end - begin < SMALLEST_GAP:
        return []
    return [Hole(round(begin, 3), round(end, 3), reason, participant, screen)]


def _between(manifest: dict[str, Any]) -> str:
    previous = manifest.get("previous")
    return str(previous["gap"]["reason"]) if previous else "not_closed"


def _seconds(begin: str, end: str) -> float:
    return (datetime.fromisoformat(end) - datetime.fromisoformat(begin)).total_seconds()
