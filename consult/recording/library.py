"""What is recorded, for whoever plays or downloads it: parts by their manifests, tracks as bytes, wherever they are kept.

Nothing here joins a name that somebody sent to a path: rooms are safe names, and a track is one that the manifest of
its part lists.
"""

from __future__ import annotations

import io
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any, BinaryIO

from consult.recording import chain, manifest, parts
from consult.recording.chain import SUFFIX
from consult.recording.errors import ChainBroken, NotRecorded
from consult.recording.keys import RecordingKey
from consult.recording.names import SAFE_NAME
from consult.recording.place import Place
from consult.recording.reading import open_track
from consult.store.stores import Chore, Store

REMEMBERED = 64
"""So many sealed tracks whose frames need not be looked for again when the next range of them is asked for."""


class Library:
    """All recordings that one node can reach. Every method waits for disk or store: call it off the event loop."""

    def __init__(self, store: Store, key: RecordingKey | None) -> None:
        self._store = store
        self._key = key
        self._frames: OrderedDict[tuple[str, str], Sequence[int]] = OrderedDict()

    def chore(self, room: str) -> Chore:
        """How a chore gets at a recording. Raises NotRecorded."""
        self.parts(room)
        return self._store.chore(room)

    def parts(self, room: str) -> list[dict[str, Any]]:
        """The manifests of a room's parts, oldest first; those that cannot be read are left to the verifier.

        Raises NotRecorded.
        """
        found = self._store.documents(_checked(room))
        if not found:
            raise NotRecorded(f"nothing is recorded of {room}")
        return found

    def open(self, room: str, part: str, file: str) -> tuple[BinaryIO, int]:
        """One track as the Matroska file inside, seekable, and its size in bytes; `part` is an id or a number.

        Raises NotRecorded, KeyMissing, WrongKey.
        """
        for place in self._store.places(_checked(room)):
            document = _manifest(place)
            if part in _names(document) and file in _files(document):
                try:
                    return self._open(place / file, self._lengths(place, document, file))
                except FileNotFoundError:
                    continue  # it is on its way and is found in the store
        raise NotRecorded(f"part {part[:20]!r} of {room} has no track {file[:80]!r}")

    def delete(self, room: str) -> dict[str, Any]:
        """Delete a recording for good and return the proof. Raises NotRecorded and OSError."""
        return self._store.delete(_checked(room), self._key)

    def _open(self, path: Place, lengths: Sequence[int]) -> tuple[BinaryIO, int]:
        track = open_track(path, self._key, lengths)
        size = track.seek(0, io.SEEK_END)
        track.seek(0)
        return track, size

    def _lengths(self, place: Place, document: dict[str, Any], file: str) -> Sequence[int]:
        """The frames of a sealed track that does not grow any more, from its chain."""
        if not document.get("sealed") or document.get("ended_at") is None:
            return ()
        named = document["opening"], file
        if named not in self._frames:
            try:
                links = chain.read(place / (file + SUFFIX))
            except (OSError, ChainBroken):
                return ()
            self._frames[named] = tuple(segment.length for segment in links.segments)
            if len(self._frames) > REMEMBERED:
                self._frames.popitem(last=False)
        return self._frames[named]


def _checked(room: str) -> str:
    if SAFE_NAME.fullmatch(room) is None:
        raise NotRecorded(f"nothing is recorded of {room[:80]!r}")
    return room


def _manifest(folder: Place) -> dict[str, Any]:
    try:
        return manifest.read(folder)
    except (OSError, ValueError):
        return {}


def _names(document: dict[str, Any]) -> tuple[str, ...]:
    return (str(document["part"]), parts.name(document)) if document else ()


def _files(document: dict[str, Any]) -> set[str]:
    return {track["file"] for track in document.get("tracks", []) if track.get("file")}
