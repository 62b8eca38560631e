"""manifest.json: what a recording holds and what it misses, always whole on the disk.

Times ending in `_at` are UTC in ISO 8601; `offset`, `duration`, `from` and `to` are seconds on the room's time,
which is also the time inside the files: 0 is `started_at`.
"""

import hmac
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from consult.recording.errors import ChainBroken
from consult.recording.keys import RecordingKey
from consult.recording.links import tie, untie
from consult.recording.place import Place

NAME = "manifest.json"
VERSION = 2
GAP_JOIN_SECONDS = 1.0
GAPS_KEPT = 500
"""A line that loses packets for an hour is told in fewer and longer gaps, not in more memory."""


class State(StrEnum):
    RECORDING = "recording"
    CLOSED = "closed"
    FAILED = "failed"


class Reason(StrEnum):
    """Why something is missing."""

    LOST = "lost"
    """Packets never came, or too late."""
    NO_KEYFRAME = "no_keyframe"
    """A video cannot be shown before its first keyframe."""
    OVERLOAD = "overload"
    """The disk or this machine could not follow, so packets were let go."""
    RECONNECT = "reconnect"
    """The participant was away; the next part of the track begins at the end of the gap."""
    PAUSED = "paused"
    """Someone asked not to be recorded for a while."""
    NOTHING_SENT = "nothing_sent"
    """The sender sent nothing, as with a camera that is switched off; nothing was lost."""
    NOT_SHOWN = "not_shown"
    """No screen was being shown; nothing was lost."""
    RESTART = "restart"
    """The sender began a new source on the same connection."""
    FAILED = "failed"
    """Recording of this track stopped; from here on nothing is kept."""


@dataclass
class Gap:
    begin: float
    end: float
    packets: int
    reason: Reason

    def document(self) -> dict[str, Any]:
        """This gap as it stands in the manifest."""
        begin, end = round(self.begin, 3), round(self.end, 3)
        return {"from": begin, "to": end, "packets": self.packets, "reason": self.reason}


@dataclass
class TrackFacts:
    """Everything the manifest says of one part of one track."""

    participant: str
    role: str
    kind: str
    codec: str
    part: int
    state: State = State.RECORDING
    error: str | None = None
    file: str | None = None
    offset: float | None = None
    duration: float = 0.0
    width: int | None = None
    height: int | None = None
    first_packet_at: float | None = None
    last_packet_at: float | None = None
    """Seconds since 1970."""
    packets: int = 0
    bytes: int = 0
    lost: int = 0
    duplicates: int = 0
    late: int = 0
    refused: int = 0
    malformed: int = 0
    frames: int = 0
    frames_dropped: int = 0
    chain: dict[str, Any] | None = None
    """How far the chain of the file has come: segments, bytes and the latest link."""
    gaps: list[Gap] = field(default_factory=list)

    def add_gap(self, gap: Gap) -> None:
        """State a gap; those that nearly touch become one."""
        last = self.gaps[-1] if self.gaps else None
        near = last is not None and last.reason == gap.reason and gap.begin - last.end < GAP_JOIN_SECONDS
        if last is not None and (near or len(self.gaps) >= GAPS_KEPT):
            last.end = gap.end
            last.packets += gap.packets
        else:
            self.gaps.append(gap)

    def document(self) -> dict[str, Any]:
        """These facts as they stand in the manifest."""
        ends = {name: getattr(self, name) for name in ("first_packet_at", "last_packet_at")}
        told = {name: None if moment is None else iso(moment) for name, moment in ends.items()}
        return {**vars(self), **told, "gaps": [gap.document() for gap in self.gaps]}


def iso(seconds: float) -> str:
    """A moment given in seconds since 1970 as UTC, to the millisecond."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass(frozen=True)
class RoomTime:
    """Where the room's time begins: on the monotonic clock, and since 1970, in seconds."""

    monotonic: float
    wall: float

    def iso(self, seconds: float) -> str:
        """A moment of the room's time as UTC."""
        return iso(self.wall + seconds)


def write(folder: Path, document: dict[str, Any], key: RecordingKey | None = None) -> None:
    """Replace the manifest in one step, so that a reader never sees half of one. Raises OSError.

    It ends in "seal", the hash of everything before; with a key it is signed too.
    """
    if key is not None:
        document = document | {"signature": key.sign(canonical(document))}
    text, _ = tie(document, "", "seal")
    temporary = folder / (NAME + ".tmp")
    try:
        temporary.write_text(text + "\n", encoding="utf-8")
        temporary.replace(folder / NAME)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise


def read(folder: Place) -> dict[str, Any]:
    """Read a manifest back as it stands. Raises OSError or ValueError."""
    document: dict[str, Any] = json.loads((folder / NAME).read_bytes())
    return document


def read_sealed(folder: Place) -> dict[str, Any]:
    """Read a manifest back; raise ChainBroken when one byte is not as it was written, and OSError or ValueError."""
    text = (folder / NAME).read_bytes().decode()
    document, seal = untie(text.removesuffix("\n"), "", "seal")
    if not text.endswith("\n"):
        raise ChainBroken("its end is missing")
    return document | {"seal": seal}


def is_signed_by(document: dict[str, Any], key: RecordingKey) -> bool:
    """Whether the signature of a manifest was made with this key."""
    signed = {name: value for name, value in document.items() if name not in ("signature", "seal")}
    return hmac.compare_digest(str(document.get("signature")), key.sign(canonical(signed)))


def canonical(document: dict[str, Any]) -> bytes:
    """The one spelling of a document that is signed."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
