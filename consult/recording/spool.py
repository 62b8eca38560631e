"""A recorded file on the disk: only ever appended to, sealed if there is a key, and covered by a chain.

The one exception is its head, which is written again at closing, when length and places are known.
"""

import errno
import os
from pathlib import Path

from consult.recording.chain import Chain
from consult.recording.keys import RecordingKey
from consult.recording.seal import Flag, Sealer


class Spool:
    """Every method may raise OSError; after one only `cut_off` and `finish` make sense."""

    def __init__(self, path: Path, chain: Chain | None = None, key: RecordingKey | None = None) -> None:
        self._descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o640)
        self._size = 0
        self._broken = False
        self._finished = False
        self._sealer = None if key is None else Sealer(key)
        self._chain = chain
        if chain is not None:
            try:
                chain.begin()
            except OSError:
                self.close()
                raise

    def append(self, data: bytes, begin: float | None = None, end: float | None = None) -> None:
        """Write all of it; `begin` and `end` are the times of the blocks in it, in seconds on the room's time."""
        if self._broken:  # what was sealed for a failed write must not be followed by anything
            raise OSError(errno.EIO, "the file could not be written before")
        self._broken = True
        self._write(data if self._sealer is None else self._sealer.seal(data), begin, end)
        self._broken = False

    def cut_off(self) -> None:
        """Cut off what a failed write left behind."""
        os.ftruncate(self._descriptor, self._size)

    def finish(self, end: str, head: bytes) -> None:
        """Say how the file ended and write its head again; the chain is told before, so that both always agree.

        Only the first call does anything.
        """
        if self._finished:
            return
        self._finished = True
        if self._sealer is not None:
            if not self._broken:
                self._write(self._sealer.seal(b"", Flag.LAST), None, None)
            head = self._sealer.seal_head_again(head)
        if self._chain is not None:
            self._chain.finish(end, head)
        os.pwrite(self._descriptor, head, 0)

    def close(self) -> None:
        """Let go of the file."""
        if self._chain is not None:
            self._chain.abandon()
        os.close(self._descriptor)

    def _write(self, data: bytes, begin: float | None, end: float | None) -> None:
        if self._chain is not None:
            self._chain.add(data, begin, end)
        try:
            view = memoryview(data)
            while view:
                view = view[os.write(self._descriptor, view) :]
        except OSError:
            if self._chain is not None:
                self._chain.take_back(len(data))
            raise
        self._size += len(data)
