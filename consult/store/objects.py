"""Objects of a bucket read as if they were files and folders, from one listing and by ranges."""

from __future__ import annotations

import errno
import io
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO, Literal, cast

from consult.store.bucket import Bucket

READ_AHEAD = 1024 * 1024
"""Bytes fetched at once: a few seconds of a recording."""


@dataclass(frozen=True)
class Size:
    """What `stat` tells of an object."""

    st_size: int


@dataclass(frozen=True)
class ObjectPlace:
    """A key, or what keys have in common up to a slash; `listing` has every key below the room and its size."""

    bucket: Bucket
    key: str
    listing: Mapping[str, int]

    @property
    def name(self) -> str:
        return self.key.rpartition("/")[2]

    def __truediv__(self, name: str, /) -> ObjectPlace:
        return ObjectPlace(self.bucket, f"{self.key}/{name}", self.listing)

    def iterdir(self) -> Iterator[ObjectPlace]:
        """Everything directly below."""
        below = [key[len(self.key) + 1 :] for key in self.listing if key.startswith(self.key + "/")]
        return (self / name for name in sorted({rest.partition("/")[0] for rest in below}))

    def is_dir(self) -> bool:
        return any(key.startswith(self.key + "/") for key in self.listing)

    def is_file(self) -> bool:
        return self.key in self.listing

    def stat(self) -> Size:
        """The size in bytes. Raises FileNotFoundError."""
        return Size(self._size())

    def open(self, mode: Literal["rb"]) -> BinaryIO:
        """A seekable file. Raises FileNotFoundError; reading raises StoreError."""
        file = ObjectFile(self.bucket, self.key, self._size())
        return cast(BinaryIO, io.BufferedReader(file, READ_AHEAD))

    def read_bytes(self) -> bytes:
        """All of it. Raises FileNotFoundError and StoreError."""
        return self.bucket.read(self.key) if self._size() else b""

    def _size(self) -> int:
        size = self.listing.get(self.key)
        if size is None:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), self.key)
        return size


class ObjectFile(io.RawIOBase):
    """An object as a raw file: each read is one request for a range."""

    def __init__(self, bucket: Bucket, key: str, size: int) -> None:
        super().__init__()
        self._bucket = bucket
        self._key = key
        self._size = size
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move as files do; before the beginning is no place."""
        place = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence] + offset
        if place < 0:
            raise ValueError(f"no place before the beginning: {place}")
        self._position = place
        return place

    def readall(self) -> bytes:
        """The rest in one request. Raises StoreError."""
        begin, self._position = self._position, max(self._position, self._size)
        return self._bucket.read(self._key, begin, self._size) if begin < self._size else b""

    def readinto(self, buffer: object) -> int:
        """Fill the buffer as far as there is something; 0 at the end. Raises StoreError."""
        target = memoryview(buffer).cast("B")  # type: ignore[arg-type]  # whatever has the buffer protocol
        end = min(self._position + len(target), self._size)
        if self._position >= end:
            return 0
        data = self._bucket.read(self._key, self._position, end)
        target[: len(data)] = data
        self._position += len(data)
        return len(data)
