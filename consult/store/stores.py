"""What the node wants of wherever recordings are kept, and the two places there are: its disk, and a bucket.

Recording itself always happens on the disk, where it survives a crash; a store is about parts that are finished.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from consult.recording import deletion, manifest, parts
from consult.recording.errors import NotRecorded
from consult.recording.keys import RecordingKey
from consult.recording.place import Place
from consult.store.moving import Moving
from consult.store.spool import Spool

NODE, STORE = "node", "store"
"""Where a part is kept, as manifests that are handed out tell it in `kept`."""


@dataclass(frozen=True)
class Chore:
    """How a chore of ours in another process names a recording, and what it has to know to reach it."""

    room: str
    environment: dict[str, str] = field(default_factory=dict, repr=False)


class Store(Protocol):
    """Methods wait for the disk or the network: call them off the event loop. They raise StoreError and OSError."""

    def check(self) -> None:
        """Raise StoreError when recordings cannot be kept there and somebody has to do something about it."""

    def start(self) -> None:
        """Begin to take what is finished."""

    def close(self) -> None:
        """Stop; nothing half-done stays."""

    def moving(self) -> Moving | None:
        """What is on its way, None where nothing has to go anywhere. Never waits."""

    def places(self, room: str) -> Iterator[Place]:
        """Every part of a room that can be read, the nearest first."""

    def documents(self, room: str) -> list[dict[str, Any]]:
        """The manifests of a room's parts, oldest first, each with its `id` and where it is `kept`."""

    def chore(self, room: str) -> Chore:
        """How another process gets at a room."""

    def delete(self, room: str, key: RecordingKey | None) -> dict[str, Any]:
        """Delete a recording for good and return the proof. Raises NotRecorded; may be asked again after an error."""


class DiskStore:
    """Finished parts stay where they were recorded."""

    def __init__(self, folder: Path) -> None:
        self._spool = Spool(folder)

    def check(self) -> None:
        """The disk is looked at where the node starts."""

    def start(self) -> None:
        """Nothing has to go anywhere."""

    def close(self) -> None:
        """Nothing is on its way."""

    def moving(self) -> Moving | None:
        return None

    def places(self, room: str) -> Iterator[Place]:
        return iter(self._spool.parts(room))

    def documents(self, room: str) -> list[dict[str, Any]]:
        return in_order(read_all(self._spool.parts(room), NODE))

    def chore(self, room: str) -> Chore:
        return Chore(str(self._spool.folder / room))

    def delete(self, room: str, key: RecordingKey | None) -> dict[str, Any]:
        folder = self._spool.folder / room
        if not folder.is_dir():
            raise NotRecorded(f"nothing is recorded of {room}")
        return deletion.delete(folder, key)


def read_all(places: Iterable[Place], kept: str) -> list[dict[str, Any]]:
    """The manifests that can be read; the others are left to the verifier."""
    found = []
    for place in places:
        try:
            document = manifest.read(place)
            found.append({**document, "id": parts.name(document), "kept": kept})
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return found


def in_order(documents: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Manifests, oldest first."""
    return sorted(documents, key=lambda document: (document["started_at"], document["part"]))
