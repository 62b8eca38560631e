"""The chain of a track: for every piece of its file a line with its hash, each line tied to the one before.

Lines are JSON objects that end in "link": SHA-256 over the link before and the text of the line without its own.
The first line says whose track it is, each further one covers the next bytes of the file and states the gaps
before them, and the last one says how the file ended and what its head became. A line is written before the bytes
it covers, so that after a crash no byte in the file is without its line.
"""

import errno
import hashlib
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from consult.recording.errors import ChainBroken
from consult.recording.links import ENCODER, FIRST_LINK, tie_text, untie
from consult.recording.manifest import Gap
from consult.recording.place import Place

SUFFIX = ".chain"
VERSION = 1


class Chain:
    """Writes the chain of one file. Methods may raise OSError."""

    def __init__(self, path: Path, heading: dict[str, Any]) -> None:
        self.segments = 0
        self.size = 0
        """Bytes of the file that have a line."""
        self.link = FIRST_LINK
        self._path = path
        self._heading = heading
        self._gaps: list[Gap] = []
        self._descriptor: int | None = None
        self._length = 0
        self._before = (0, self.link)

    def begin(self) -> None:
        """Make the chain's own file; one that exists is never written over."""
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        self._descriptor = os.open(self._path, flags, 0o640)
        self._write({"chain": VERSION, **self._heading})

    def state(self, gap: Gap) -> None:
        """Keep a gap for the next line."""
        self._gaps.append(gap)

    def add(self, data: bytes, begin: float | None, end: float | None) -> None:
        """Cover the next bytes; `begin` and `end` are seconds on the room's time, None where there are no blocks."""
        digest = hashlib.sha256(data).hexdigest()
        covered = f'"at":{self.size},"bytes":{len(data)},"sha256":"{digest}"'
        times = "" if begin is None else f',"from":{begin!r},"to":{end!r}'
        gaps = f",{ENCODER.encode(self._stated())[1:-1]}" if self._gaps else ""
        self._write_text(f"{{{covered}{times}{gaps}}}")
        self.segments += 1
        self.size += len(data)

    def take_back(self, length: int) -> None:
        """The bytes of the last line, so many, could not be written: the line goes too."""
        self._length, self.link = self._before
        self.segments -= 1
        self.size -= length
        if self._descriptor is not None:
            os.ftruncate(self._descriptor, self._length)

    def finish(self, end: str, head: bytes | None) -> None:
        """Say how the file ended, and what its first bytes are now if they change; then let go."""
        digest = None if head is None else hashlib.sha256(head).hexdigest()
        try:
            self._write({"end": end, "bytes": self.size, "head": digest} | self._stated())
        finally:
            self.abandon()

    def abandon(self) -> None:
        """Let go of the chain as it is."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.close(descriptor)

    def document(self) -> dict[str, Any]:
        """What the manifest says of the chain."""
        return {"segments": self.segments, "bytes": self.size, "link": self.link}

    def _stated(self) -> dict[str, Any]:
        gaps, self._gaps = self._gaps, []
        return {"gaps": [gap.document() for gap in gaps]} if gaps else {}

    def _write(self, fields: dict[str, Any]) -> None:
        self._write_text(ENCODER.encode(fields))

    def _write_text(self, fields: str) -> None:
        if self._descriptor is None:
            return
        line, link = tie_text(fields, self.link)
        data = f"{line}\n".encode()
        try:
            if os.write(self._descriptor, data) != len(data):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        except OSError:
            os.ftruncate(self._descriptor, self._length)
            raise
        self._before = self._length, self.link
        self._length += len(data)
        self.link = link


@dataclass(frozen=True)
class Segment:
    """A piece of the file as the chain knows it; `begin` and `end` in seconds on the room's time."""

    at: int
    length: int
    sha256: str
    begin: float | None
    end: float | None


@dataclass
class ChainFacts:
    """What a chain says. `end` is None when the file was never closed; `torn` when its last line is cut off."""

    heading: dict[str, Any] = field(default_factory=dict)
    segments: list[Segment] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    """Link of the heading, of each segment, and of the end."""
    gaps: list[dict[str, Any]] = field(default_factory=list)
    end: str | None = None
    head: str | None = None
    torn: bool = False

    @property
    def size(self) -> int:
        """Bytes that have a line."""
        last = self.segments[-1] if self.segments else None
        return last.at + last.length if last else 0


def read(path: Place) -> ChainFacts:
    """Read a chain and check every link. Raises OSError; ChainBroken says which line does not hold."""
    facts = ChainFacts()
    *whole, rest = path.read_bytes().split(b"\n")
    facts.torn = bool(rest)
    link = FIRST_LINK
    for number, line in enumerate(whole, 1):
        try:
            fields, link = untie(line.decode(), link)
            _take(facts, fields)
        except (ChainBroken, ValueError, KeyError, TypeError) as error:
            raise ChainBroken(f"line {number}: {error}") from None
        facts.links.append(link)
    if not facts.heading:
        raise ChainBroken("the first line is missing")
    return facts


def _take(facts: ChainFacts, fields: dict[str, Any]) -> None:
    if facts.end is not None:
        raise ChainBroken("something follows the end")
    facts.gaps += fields.get("gaps", [])
    if not facts.heading:
        if fields.get("chain") != VERSION:
            raise ChainBroken("this is no heading of a chain")
        facts.heading = fields
    elif "end" in fields:
        facts.end, facts.head = fields["end"], fields["head"]
    else:
        if fields["at"] != facts.size:
            raise ChainBroken("it does not follow the piece before")
        times = fields.get("from"), fields.get("to")
        facts.segments.append(Segment(fields["at"], fields["bytes"], fields["sha256"], *times))


def stated(gaps: list[dict[str, Any]], begin: float, end: float, slack: float) -> bool:
    """Whether the gaps, taken together, cover this time but for `slack` seconds at each seam."""
    covered = begin
    for gap in sorted(gaps, key=lambda gap: float(gap["from"])):
        if gap["from"] <= covered + slack:
            covered = max(covered, float(gap["to"]))
    return covered >= end - slack
