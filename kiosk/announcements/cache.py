"""Spoken sentences as files: each is made once, and the oldest go when they take too much room."""

import hashlib
import os
import secrets
from collections.abc import Callable
from pathlib import Path

SUFFIX = ".wav"


class Cache:
    """A folder of sound files named by what they say; it holds at most `most_bytes`, give or take one sentence."""

    def __init__(self, folder: Path, most_bytes: int) -> None:
        self._folder = folder
        self._most = most_bytes
        folder.mkdir(parents=True, exist_ok=True)
        self._size = self._trim()

    def file(self, *what: object, make: Callable[[Path], None]) -> Path:
        """The file for `what`, made with `make` when it is not there; nobody ever sees half of one."""
        name = hashlib.sha256("\n".join(map(str, what)).encode()).hexdigest()[:32]
        kept = self._folder / f"{name}{SUFFIX}"
        if kept.exists():
            os.utime(kept)
            return kept
        fresh = self._folder / f"{name}.{secrets.token_hex(4)}.part"
        try:
            make(fresh)
            fresh.replace(kept)
        finally:
            fresh.unlink(missing_ok=True)
        self._grown(kept.stat().st_size)
        return kept

    def _grown(self, by: int) -> None:
        self._size += by
        if self._size > self._most:
            self._size = self._trim()

    def _trim(self) -> int:
        """Remove what was used longest ago until a tenth of the room is free; returns what is left, in bytes."""
        files = sorted(self._folder.glob(f"*{SUFFIX}"), key=lambda file: file.stat().st_mtime)
        sizes = {file: file.stat().st_size for file in files}
        left = sum(sizes.values())
        if left <= self._most:
            return left
        for file in files:
            if left <= self._most * 0.9:
                break
            file.unlink(missing_ok=True)
            left -= sizes[file]
        return left
