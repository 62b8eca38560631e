"""A real object store for all tests here, and recordings as a node leaves them on its disk."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from consult.recording import RoomRecorder
from consult.recording.keys import RecordingKey
from consult.recording.library import Library
from consult.store.bucket_store import BucketStore
from consult.store.settings import StoreSettings
from tests.consult.recording.rooms import begin, read_manifest, send
from tests.consult.recording.streams import video
from tests.objects import ObjectStore, object_store
from tests.waiting import until

KEY_TEXT = base64.b64encode(bytes(range(32))).decode()
KEY = RecordingKey.parse(KEY_TEXT)


@pytest.fixture(scope="session")
def objects() -> Iterator[ObjectStore]:
    """One object store; each test takes rooms of its own."""
    with object_store() as store:
        yield store


@dataclass
class Node:
    """What a node has of its store, without its calls."""

    folder: Path
    store: BucketStore
    library: Library

    @property
    def waiting(self) -> list[Path]:
        """Files that are still on its disk."""
        rooms = (room for room in self.folder.iterdir() if room.name[0] != ".")
        return [file for room in rooms for file in room.rglob("*") if file.is_file()]

    def moves_all(self) -> None:
        """Wait until nothing is left here."""
        until(lambda: not self.waiting, "everything to move into the store", 30)


def make_node(folder: Path, objects: ObjectStore) -> Node:
    folder.mkdir(exist_ok=True)
    store = BucketStore(folder, StoreSettings.model_validate(objects.settings))
    return Node(folder, store, Library(store, KEY))


@pytest.fixture
def node(tmp_path: Path, objects: ObjectStore) -> Iterator[Node]:
    """A node that does not move anything before its store is started."""
    made = make_node(tmp_path / "spool", objects)
    yield made
    made.store.close()


def record(node: Node, room: str, frames: int = 20) -> dict[str, Any]:
    """Record a sealed part of a room and close it; returns its manifest."""
    recorder = RoomRecorder(node.folder, room, node.folder.name, key=KEY)
    send(begin(recorder, "video/VP8", "customer"), video("video/VP8", frames))
    recorder.close()
    return read_manifest(recorder.path)
