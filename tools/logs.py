"""Reading the processes' logs while they run, to bring their errors to the terminal."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

# Development logs are read by people, production logs are JSON; both say their level.
ERROR = re.compile(r'\[(error|critical)\s*\]|"level": ?"(error|critical)"')
TRACEBACK = "Traceback (most recent call last):"
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


class ErrorWatch:
    """New error lines of a folder of logs, each told once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read: dict[Path, int] = {}

    def news(self) -> list[str]:
        """Error lines written since the last call, each with its process's name before it."""
        found = []
        for log in sorted(self._folder.glob("*.log")):
            found += [f"{log.stem}: {line}" for line in _errors(self._fresh_lines(log))]
        return found

    def _fresh_lines(self, log: Path) -> list[str]:
        """Whole lines only: half a line is left for the next look."""
        with log.open("rb") as handle:
            handle.seek(self._read.get(log, 0))
            fresh = handle.read()
        whole = fresh[: fresh.rfind(b"\n") + 1]
        self._read[log] = self._read.get(log, 0) + len(whole)
        return COLOUR.sub("", whole.decode(errors="replace")).splitlines()


def _errors(lines: Iterable[str]) -> Iterator[str]:
    """Lines that say of themselves that they are errors, and of a traceback the line that names what went wrong."""
    inside = False
    for line in lines:
        if line == TRACEBACK:
            inside = True
        elif (inside and line and not line[0].isspace()) or ERROR.search(line):
            inside = False
            yield line
