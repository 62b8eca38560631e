"""The folder that nodes record into, as a store sees it: which parts are finished, and what stays of one that has moved.

It must not lie on a share without locks: whether somebody still records into a part or reads it is known by its hold.
"""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from consult.recording import holds, manifest, parts
from consult.recording.holds import Hold


class SpoolWithoutLocks(OSError):
    """The file system of the spool knows no locks."""


class Spool:
    """One folder of recordings; rooms are folders in it, and parts are numbered folders in those."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def check(self) -> None:
        """Raise SpoolWithoutLocks where nobody could tell whether a part is still being recorded."""
        with tempfile.TemporaryDirectory(dir=self.folder, prefix=".locks-") as made:
            try:
                hold = holds.alone(Path(made))
            except OSError as error:
                raise SpoolWithoutLocks(f"{self.folder} is on a file system without locks") from error
            if hold is not None:
                hold.release()

    def finished(self) -> Iterator[Path]:
        """The parts that nobody records into any more, closed or torn off; empty leftovers are none."""
        rooms = (room for room in sorted(self.folder.iterdir()) if room.is_dir() and room.name[0] != ".")
        for room in rooms:
            for part in self.parts(room.name):
                if (part / manifest.NAME).is_file() and _is_free(part):
                    yield part

    def parts(self, room: str) -> list[Path]:
        """The parts of a room that lie here, oldest first."""
        with contextlib.suppress(FileNotFoundError):
            return [self.folder / room / place.name for _, place in parts.listed(self.folder / room)]
        return []

    def moved(self, room: str) -> list[Path]:
        """What stays of the parts of a room that have moved from here: folders with nothing but their manifests."""
        folder = self.folder / parts.MOVED / room
        return [folder / place.name for _, place in parts.listed(folder)] if folder.is_dir() else []

    def has_moved(self, part: Path) -> bool:
        """Whether the store has confirmed all of this part."""
        return (self._stub(part) / manifest.NAME).is_file()

    def note_moved(self, part: Path) -> None:
        """Keep its manifest: the next part of the room goes on from there."""
        stub = self._stub(part)
        stub.mkdir(parents=True, exist_ok=True, mode=0o750)
        copied = stub / (manifest.NAME + ".tmp")
        shutil.copyfile(part / manifest.NAME, copied)
        copied.replace(stub / manifest.NAME)

    def remove(self, part: Path) -> bool:
        """Delete a part that has moved, its manifest last; false when somebody reads it just now."""
        hold = holds.alone(part)
        if hold is None:
            return False
        with hold:
            for file in [file for file in part.iterdir() if file.name != manifest.NAME]:
                file.unlink()
            (part / manifest.NAME).unlink()
            part.rmdir()
        with contextlib.suppress(OSError):  # other parts lie in it
            part.parent.rmdir()
        return True

    def forget(self, room: str) -> None:
        """Delete what stays of the parts of a room that have moved."""
        shutil.rmtree(self.folder / parts.MOVED / room, ignore_errors=True)

    def _stub(self, part: Path) -> Path:
        return self.folder / parts.MOVED / part.parent.name / part.name


def hold_all(room: Path) -> contextlib.ExitStack:
    """Hold every part in the folder of a room for reading, until the stack is closed."""
    stack = contextlib.ExitStack()
    for _, part in parts.listed(room) if room.is_dir() else []:
        stack.enter_context(holds.share(room / part.name))
    return stack


def name_of(part: Path) -> str:
    """The name of a part in a store. Raises OSError, and ValueError for a manifest that tells none."""
    document: dict[str, Any] = manifest.read(part)
    try:
        return parts.name(document)
    except (KeyError, TypeError) as error:
        raise ValueError(f"the manifest of {part} has no opening") from error


def _is_free(part: Path) -> bool:
    hold: Hold | None = None
    with contextlib.suppress(FileNotFoundError):  # another node of this spool has just taken it away
        hold = holds.alone(part)
    if hold is None:
        return False
    hold.release()
    return True
