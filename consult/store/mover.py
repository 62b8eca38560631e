"""Moves finished parts of recordings from the node's disk into the bucket, in a thread of its own.

A part is taken file by file, its manifest last, so that nobody ever finds half of one there. The local copy goes only
after the store has confirmed size and checksum of every file. Everything can be done again: what is there stays.
"""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog

from consult.recording import holds, manifest
from consult.store.bucket import Bucket
from consult.store.errors import NotKept, StoreError
from consult.store.moving import Moving
from consult.store.spool import Spool, name_of
from consult.store.upload import Stopped, upload

log = structlog.get_logger(__name__)

LOOK_SECONDS = 2.0
LONGEST_PAUSE = 60.0
"""A store that stays away is asked again after 2, 4, 8 seconds, and in the end once a minute."""
FORGOTTEN = timedelta(days=1)
"""Nobody uploads one file for so long: what is still unfinished belonged to a node that is gone."""
CLOSE_SECONDS = 5.0
UNREADABLE = "recording.write_failed"


class Mover:
    """`state` may be read from any thread; `busy` is held while a part is on its way."""

    def __init__(self, spool: Spool, bucket: Bucket) -> None:
        self.state = Moving()
        self.busy = threading.Lock()
        self._spool = spool
        self._bucket = bucket
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="store", daemon=True)

    def start(self) -> None:
        """Begin with what an earlier run has left."""
        self._thread.start()

    def close(self) -> None:
        """Stop soon; what is not there yet moves at the next start."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(CLOSE_SECONDS)

    def _run(self) -> None:
        swept, pause = False, 0.0
        while not self._stop.wait(pause):
            try:
                if not swept:
                    self._abort_forgotten()
                    swept = True
                self._move_all()
            except Stopped:
                return
            except (StoreError, OSError, ValueError) as error:
                self._fail(getattr(error, "code", UNREADABLE), str(error))
                pause = min(max(pause * 2, LOOK_SECONDS), LONGEST_PAUSE)
            except Exception as error:
                log.exception("store.mover_broken")
                self._fail(UNREADABLE, repr(error))
                pause = LONGEST_PAUSE
            else:
                pause = LOOK_SECONDS

    def _move_all(self) -> None:
        """Take every finished part; one that cannot be read does not keep the others."""
        self._count()
        failure: Exception | None = None
        for part in self._spool.finished():
            try:
                with self.busy:
                    self._move(part)
            except (NotKept, OSError, ValueError) as error:
                failure = error
        if failure is not None:
            raise failure
        self._recover()

    def _move(self, part: Path) -> None:
        if not part.is_dir():
            return  # another node of this spool was faster
        began, sent = time.monotonic(), 0
        if not self._spool.has_moved(part):
            with holds.share(part):
                sent = self._send(part)
            self._spool.note_moved(part)
        if self._spool.remove(part):
            seconds = round(time.monotonic() - began, 1)
            log.info("store.moved", consult=part.parent.name, part=part.name, bytes=sent, seconds=seconds)
            state = self.state
            self.state = replace(
                state, moved_parts=state.moved_parts + 1, moved_bytes=state.moved_bytes + sent
            )
        self._count()

    def _send(self, part: Path) -> int:
        target = f"{part.parent.name}/{name_of(part)}"
        files = sorted(part.iterdir(), key=lambda file: (file.name == manifest.NAME, file.name))
        whole = [file for file in files if file.suffix != ".tmp"]
        return sum(upload(self._bucket, f"{target}/{file.name}", file, self._stop) for file in whole)

    def _count(self) -> None:
        waiting = list(self._spool.finished())
        size = sum(_size(part) for part in waiting)
        self.state = replace(self.state, waiting_parts=len(waiting), waiting_bytes=size)

    def _fail(self, code: str, why: str) -> None:
        """Say what keeps parts here, once for as long as it does."""
        if code != self.state.failure:
            log.warning("store.keeps_failing", code=code, why=why, waiting=self.state.waiting_parts)
            since = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
            self.state = replace(self.state, failure=code, since=self.state.since or since)
        self._count()

    def _recover(self) -> None:
        if self.state.failure is not None:
            log.info("store.answers_again", code=self.state.failure, since=self.state.since)
            self.state = replace(self.state, failure=None, since=None)

    def _abort_forgotten(self) -> None:
        for left in self._bucket.unfinished(""):
            if datetime.now(UTC) - left.begun > FORGOTTEN:
                self._bucket.abort(left.key, left.upload)
                log.info("store.upload_aborted", key=left.key)


def _size(part: Path) -> int:
    try:
        return sum(file.stat().st_size for file in part.iterdir())
    except FileNotFoundError:
        return 0
