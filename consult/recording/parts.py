"""The folder of one part of a recording, and how a part is tied to the one before it.

A part's opening is a hash of what never changes about it and of the opening before, so that parts of several nodes
make one chain; when the part before was closed already, its seal is kept too.
"""

import contextlib
import hashlib
import json
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from consult.recording import manifest
from consult.recording.keys import RecordingKey
from consult.recording.manifest import State
from consult.recording.place import Place

MOVED = ".moved"
"""Beside the rooms: the manifests of parts that an object store has taken over, so that numbers go on from there."""
FOLDER = re.compile(r"(\d+)(?:-[0-9a-f]{12})?")
ENDINGS = {State.CLOSED: "stopped", State.FAILED: "failed", State.RECORDING: "not_closed"}
"""Why nothing was recorded between two parts, by what the earlier one says of itself."""


@dataclass(frozen=True)
class Part:
    """One opening of a room on one node; `started_at` in UTC."""

    path: Path
    room: str
    node: str
    number: int
    started_at: str
    previous: dict[str, Any] | None = None
    key: RecordingKey | None = None

    def document(self) -> dict[str, Any]:
        """What the manifest and every chain of the part say of it."""
        return {"room": self.room, "node": self.node, "part": self.number, "started_at": self.started_at}

    @property
    def opening(self) -> str:
        """Hash that ties this part to the one before."""
        return opening(self.document() | {"previous": self.previous})


def opening(document: dict[str, Any]) -> str:
    """Return the opening of the part that this manifest describes."""
    previous = document.get("previous") or {}
    fixed = [document.get(name) for name in ("room", "node", "part", "started_at")]
    text = json.dumps([*fixed, previous.get("part"), previous.get("opening")], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def make(folder: Path, room: str, node: str, started: float, key: RecordingKey | None) -> Part:
    """Make the next free part; two nodes that open the same room at once get one each. Raises OSError."""
    path = folder / room
    path.mkdir(parents=True, exist_ok=True, mode=0o750)
    here = _folders(path)
    known = here | _folders(
        folder / MOVED / room
    )  # read last: a part that is moved meanwhile is in one of both
    number = 1 + max(known, default=0)
    while True:
        try:
            (path / str(number)).mkdir(parents=True, mode=0o750)
        except FileExistsError:
            known[number] = path / str(number)
            number += 1
        else:
            break
    held = [before for before, at in known.items() if (at / manifest.NAME).exists()]
    previous = _look_back(known[max(held)], max(held), started) if held else None
    return Part(path / str(number), room, node, number, manifest.iso(started), previous, key)


def unmake(part: Part) -> None:
    """Take the folder of a part away again into which nothing could be written."""
    if part.number:
        with contextlib.suppress(OSError):  # what is in it stays, and so does the folder
            part.path.rmdir()


def name(document: dict[str, Any]) -> str:
    """The name of a part that no other part of its room has, whichever node recorded it: its folder in an object store."""
    return f"{document['part']}-{document['opening'][:12]}"


def listed(room: Place) -> list[tuple[int, Place]]:
    """The parts that lie in the folder of a room with their numbers, in order. Raises OSError."""
    found = ((FOLDER.fullmatch(entry.name), entry) for entry in room.iterdir())
    numbered = ((int(match[1]), entry) for match, entry in found if match and entry.is_dir())
    return sorted(numbered, key=lambda each: (each[0], each[1].name))


def _folders(room: Path) -> dict[int, Path]:
    if not room.is_dir():
        return {}
    return {int(entry.name): entry for entry in room.iterdir() if entry.name.isdigit() and entry.is_dir()}


def _look_back(folder: Path, number: int, started: float) -> dict[str, Any]:
    """Say of the part before what is certain now: one that is not closed may still change."""
    try:
        before = manifest.read(folder)
        state = State(before["state"])
        ended, known = before.get("ended_at"), before.get("opening")
        seal = before.get("seal") if ended else None
    except (OSError, ValueError, KeyError):
        state, seal, known, ended = State.RECORDING, None, None, None
    gap = {"from": ended or _last_written(folder), "to": manifest.iso(started), "reason": ENDINGS[state]}
    return {"part": number, "opening": known, "seal": seal, "gap": gap}


def _last_written(folder: Path) -> str:
    times = [entry.stat().st_mtime for entry in (folder, *folder.iterdir())]
    return manifest.iso(max(times))


def seconds_between(begin: str, end: str) -> float:
    """Seconds from one moment in UTC to another."""
    return (datetime.fromisoformat(end) - datetime.fromisoformat(begin)).total_seconds()
