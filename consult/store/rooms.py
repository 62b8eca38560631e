"""A recording as one place, wherever its parts lie: in the bucket, and those that have not moved yet on this node."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal, NoReturn

from consult.recording import manifest, parts
from consult.recording.errors import NotRecorded
from consult.recording.place import Place, Sized
from consult.store.bucket import Bucket
from consult.store.objects import ObjectPlace
from consult.store.settings import Address, StoreSettings, load_store
from consult.store.spool import Spool, hold_all, name_of

SCHEME = "s3://"


@dataclass(frozen=True)
class Gathered:
    """A folder that was put together of entries from several places."""

    name: str
    entries: Sequence[Place]

    def iterdir(self) -> Iterator[Place]:
        return iter(self.entries)

    def is_dir(self) -> bool:
        return True

    def is_file(self) -> bool:
        return False

    def __truediv__(self, name: str, /) -> Place:
        for entry in self.entries:
            if entry.name == name:
                return entry
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), name)

    def stat(self) -> Sized:
        self._refuse()

    def open(self, mode: Literal["rb"]) -> BinaryIO:
        self._refuse()

    def read_bytes(self) -> bytes:
        self._refuse()

    def _refuse(self) -> NoReturn:
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), self.name)


@contextmanager
def opened(room: str) -> Iterator[Place]:
    """A recording as chores name it: a folder, or s3://bucket/prefix/consult; the store comes from the environment.

    A folder is seen together with what the store has of its room. Nothing is taken away from there meanwhile. Raises
    NotRecorded, StoreError, and ValueError for settings that are wrong.
    """
    settings = load_store()
    if room.startswith(SCHEME):
        yield _in_store(room, settings)
        return
    folder = Path(room)
    with hold_all(folder):
        yield folder if settings.store is None else gather(Bucket(settings), folder)


def gather(bucket: Bucket, folder: Path) -> Place:
    """All parts of a room: those that the bucket has whole, and of this folder those that it has not. Raises NotRecorded."""
    there = stored(bucket, folder.name)
    known = {part.name for part in there}
    here = [part for part in Spool(folder.parent).parts(folder.name) if _name(part) not in known]
    if not there and not here:
        raise NotRecorded(f"nothing is recorded of {folder.name}")
    return Gathered(folder.name, [*there, *here])


def stored(bucket: Bucket, room: str) -> list[ObjectPlace]:
    """The parts of a room that the bucket has whole, in order: one whose manifest is there."""
    listing = bucket.listing(f"{room}/")
    folders = sorted({"/".join(key.split("/")[:2]) for key in listing if key.endswith(f"/{manifest.NAME}")})
    found = [ObjectPlace(bucket, folder, listing) for folder in folders]
    return [part for part in found if parts.FOLDER.fullmatch(part.name)]


def _in_store(room: str, settings: StoreSettings) -> Place:
    told = Address.parse(room)
    prefix, _, name = told.prefix.rstrip("/").rpartition("/")
    if settings.address is None or settings.address.bucket != told.bucket or not name:
        raise ValueError(f"{room} is in another bucket than MARU_MEDIA_STORE, or names no recording")
    entries = stored(Bucket(settings, f"{prefix}/" if prefix else ""), name)
    if not entries:
        raise NotRecorded(f"nothing is recorded of {name}")
    return Gathered(name, entries)


def _name(part: Path) -> str:
    try:
        return name_of(part)
    except (OSError, ValueError):
        return part.name
