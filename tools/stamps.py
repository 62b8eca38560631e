"""Stamps: small files that remember from which sources something was made, so that it is made once.

They hold a fingerprint of contents and not a time, because a fresh clone gives every file a new time.
"""

from __future__ import annotations

import fcntl
import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tools.errors import say


def fingerprint(files: Iterable[Path], *words: str) -> str:
    """A SHA-256 over the names and contents of `files`, in order of name, and over `words`."""
    digest = hashlib.sha256()
    for word in words:
        digest.update(word.encode() + b"\0")
    for file in sorted(files):
        digest.update(str(file).encode() + b"\0")
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def is_fresh(stamp: Path, print_of_sources: str) -> bool:
    """Whether what the stamp stands for was made from these very sources."""
    return stamp.is_file() and stamp.read_text().strip() == print_of_sources


def put(stamp: Path, print_of_sources: str) -> None:
    """Remember that it was made, in one step: a half-written stamp is never seen."""
    stamp.parent.mkdir(parents=True, exist_ok=True)
    fresh = stamp.with_suffix(".new")
    fresh.write_text(print_of_sources + "\n")
    fresh.replace(stamp)


def files_under(folder: Path, *, without: frozenset[str] = frozenset()) -> list[Path]:
    """Every file below `folder`, leaving out the folders directly in it that are named in `without`."""
    found = []
    for entry in folder.iterdir():
        if entry.name in without:
            continue
        found += [file for file in entry.rglob("*") if file.is_file()] if entry.is_dir() else [entry]
    return found


@contextmanager
def one_at_a_time(lock: Path) -> Iterator[None]:
    """Hold `lock` while the block runs; a second process waits and says so."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another install is at work here, waiting for it")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
