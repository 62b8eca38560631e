"""Brings one file into the bucket, whole or not at all, and believes it only once the store says what it holds."""

from __future__ import annotations

import contextlib
import hashlib
import threading
from collections.abc import Iterator
from pathlib import Path

from consult.store.bucket import Bucket, Kept
from consult.store.errors import NotKept, StoreError

PIECE = 8 * 1024 * 1024
"""Bytes in one request; what is larger goes up in pieces. At most 10,000 of them: 80 GB, weeks of one camera."""


class Stopped(Exception):
    """Whoever asked for an upload does not want it any more."""


def upload(bucket: Bucket, key: str, path: Path, stop: threading.Event) -> int:
    """Put a file there unless it is there already; return how many bytes were sent.

    Returns only when the store has confirmed size and checksum. Raises StoreError, OSError, and Stopped soon after
    `stop` is set; no half-done upload stays.
    """
    expected = measure(path)
    if bucket.kept(key) == expected:
        return 0
    if expected.size <= PIECE:
        bucket.put(key, path.read_bytes())
    else:
        _send_pieces(bucket, key, path, stop)
    told = bucket.kept(key)
    if told is None or told.size != expected.size or told.mark not in (None, expected.mark):
        raise NotKept(f"{key} has {expected.size} bytes here and is {told} in the store")
    return expected.size


def measure(path: Path) -> Kept:
    """Size and entity tag that a store will tell of this file, sent as `upload` sends it."""
    size, digests = 0, []
    for data in _pieces(path):
        size += len(data)
        digests.append(hashlib.md5(data, usedforsecurity=False))
    if len(digests) == 1:
        return Kept(size, digests[0].hexdigest())
    whole = b"".join(digest.digest() for digest in digests)
    return Kept(size, f"{hashlib.md5(whole, usedforsecurity=False).hexdigest()}-{len(digests)}")


def abort_unfinished(bucket: Bucket, prefix: str) -> None:
    """Throw away what an upload left behind whose process was killed."""
    for left in bucket.unfinished(prefix):
        bucket.abort(left.key, left.upload)


def _send_pieces(bucket: Bucket, key: str, path: Path, stop: threading.Event) -> None:
    abort_unfinished(bucket, key)
    began = bucket.begin(key)
    try:
        marks = []
        for number, data in enumerate(_pieces(path), 1):
            if stop.is_set():
                raise Stopped
            marks.append(bucket.piece(key, began, number, data))
        bucket.finish(key, began, marks)
    except BaseException:
        with contextlib.suppress(StoreError):  # what cannot be aborted now is before the next try
            bucket.abort(key, began)
        raise


def _pieces(path: Path) -> Iterator[bytes]:
    """The file in pieces; one empty piece for an empty file."""
    with path.open("rb") as file:
        yield file.read(PIECE)
        while data := file.read(PIECE):
            yield data
