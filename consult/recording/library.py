"""What lies in the recordings folder, for whoever plays or downloads it: parts by their manifests, tracks as bytes.

Nothing here joins a name that somebody sent to a path: rooms are safe names, and a track is one that the manifest of
its part lists.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any, BinaryIO

from consult.recording import manifest, parts
from consult.recording.deletion import delete
from consult.recording.errors import RecordingError
from consult.recording.keys import RecordingKey
from consult.recording.names import SAFE_NAME
from consult.recording.reading import open_track


class NotRecorded(RecordingError):
    """There is no such recording, part or track."""

    code = "recording.not_found"


class Library:
    """All recordings of one node. Every method reads the disk: call it off the event loop."""

    def __init__(self, folder: Path, key: RecordingKey | None) -> None:
        self._folder = folder
        self._key = key

    def folder(self, room: str) -> Path:
        """Where the parts of a room are. Raises NotRecorded."""
        if SAFE_NAME.fullmatch(room) is None or not (self._folder / room).is_dir():
            raise NotRecorded(f"nothing is recorded of {room[:80]!r}")
        return self._folder / room

    def parts(self, room: str) -> list[dict[str, Any]]:
        """The manifests of a room's parts, oldest first; those that cannot be read are left to the verifier."""
        folder = self.folder(room)
        found = (_manifest(folder / str(number)) for number in parts.numbers(folder))
        return [document for document in found if document is not None]

    def open(self, room: str, part: str, file: str) -> tuple[BinaryIO, int]:
        """One track as the Matroska file inside, seekable, and its size in bytes.

        Raises NotRecorded, KeyMissing, WrongKey.
        """
        folder = self.folder(room)
        for document in self.parts(room):
            if str(document.get("part")) == part and file in _files(document):
                return self._open(folder / part / file)
        raise NotRecorded(f"part {part[:20]!r} of {room} has no track {file[:80]!r}")

    def delete(self, room: str) -> dict[str, Any]:
        """Delete a recording for good and return the proof. Raises NotRecorded and OSError."""
        return delete(self.folder(room), self._key)

    def _open(self, path: Path) -> tuple[BinaryIO, int]:
        try:
            track = open_track(path, self._key)
        except FileNotFoundError:
            raise NotRecorded(f"{path.name} is gone") from None
        size = track.seek(0, io.SEEK_END)
        track.seek(0)
        return track, size


def _manifest(folder: Path) -> dict[str, Any] | None:
    try:
        return manifest.read(folder)
    except (OSError, ValueError):
        return None


def _files(document: dict[str, Any]) -> set[str]:
    return {track["file"] for track in document.get("tracks", []) if track.get("file")}
