"""Finished parts of recordings in a bucket: moved there from the node's disk, read, and deleted with proof."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import structlog

from consult.recording import deletion, manifest
from consult.recording.errors import NotRecorded
from consult.recording.keys import RecordingKey
from consult.recording.place import Place
from consult.store.bucket import Bucket
from consult.store.errors import StoreAway, StoreError
from consult.store.mover import Mover
from consult.store.moving import Moving
from consult.store.rooms import stored
from consult.store.settings import StoreSettings
from consult.store.spool import Spool
from consult.store.stores import NODE, STORE, Chore, in_order, read_all
from consult.store.upload import abort_unfinished

log = structlog.get_logger(__name__)


class BucketStore:
    """Finished parts move into a bucket. What is still on this node can be read while the bucket is away."""

    def __init__(self, folder: Path, settings: StoreSettings) -> None:
        self._settings = settings
        self._spool = Spool(folder)
        self._bucket = Bucket(settings)
        self._mover = Mover(self._spool, self._bucket)

    def check(self) -> None:
        """A store that does not answer now is waited for; everything else wants somebody's hand."""
        self._spool.check()
        try:
            self._bucket.check()
        except StoreAway as error:
            log.warning("store.away_at_start", code=error.code, why=str(error))

    def start(self) -> None:
        self._mover.start()

    def close(self) -> None:
        self._mover.close()

    def moving(self) -> Moving | None:
        return self._mover.state

    def places(self, room: str) -> Iterator[Place]:
        yield from self._spool.parts(room)
        yield from stored(self._bucket, room)

    def documents(self, room: str) -> list[dict[str, Any]]:
        here = read_all(self._spool.parts(room), NODE)
        try:
            there = read_all(stored(self._bucket, room), STORE)
        except StoreAway:
            there = read_all(self._spool.moved(room), STORE)
            if not here and not there:
                raise
        return in_order({document["id"]: document for document in [*here, *there]}.values())

    def chore(self, room: str) -> Chore:
        return Chore(str(self._spool.folder / room), self._settings.as_environment())

    def delete(self, room: str, key: RecordingKey | None) -> dict[str, Any]:
        with self._mover.busy:
            proof = self._proof_begun(room) or self._proof(room)
            if proof is not None:
                self._delete(room, proof)
            self._spool.forget(room)
        if proof is None:
            raise NotRecorded(f"nothing is recorded of {room}")
        return deletion.signed(proof, key)

    def _proof(self, room: str) -> dict[str, Any] | None:
        """What there is to delete; None when there is nothing."""
        listing = self._bucket.listing(f"{room}/")
        here = [file for part in self._spool.parts(room) for file in part.iterdir()]
        if not listing and not here:
            return None
        known = {document["id"]: document for document in self.documents(room)}
        names = ("part", "opening", "seal")
        return {
            "room": room,
            "parts": [{name: document.get(name) for name in names} for document in known.values()],
            "files": len(listing) + len(here),
            "bytes": sum(listing.values()) + sum(file.stat().st_size for file in here),
        }

    def _proof_begun(self, room: str) -> dict[str, Any] | None:
        """The proof of a deletion that came to no end: afterwards nobody could say any more what there had been."""
        if self._bucket.kept(_begun(room)) is None:
            return None
        proof: dict[str, Any] = json.loads(self._bucket.read(_begun(room)))
        return proof

    def _delete(self, room: str, proof: dict[str, Any]) -> None:
        self._bucket.put(_begun(room), json.dumps(proof).encode())
        keys = self._bucket.listing(f"{room}/")
        # Manifests first: without one a part is no recording any more that could look tampered with.
        for key in sorted(keys, key=lambda key: (not key.endswith(manifest.NAME), key)):
            self._bucket.delete(key)
        abort_unfinished(self._bucket, f"{room}/")
        left = self._bucket.listing(f"{room}/")
        if left:
            raise StoreError(f"{len(left)} objects of {room} are still there after they were deleted")
        if (self._spool.folder / room).is_dir():
            deletion.delete(self._spool.folder / room, None)
        self._bucket.delete(_begun(room))


def _begun(room: str) -> str:
    return f".deleting/{room}.json"
