"""The record of jobs on disk: what keeps a slip from being printed twice unmarked, also after a restart."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from hardware.storage import write_whole

BEGUN = ".begun"
PIECES = (".png", ".escpos", ".torn", BEGUN, ".json")


@dataclass(frozen=True)
class PrintedJob:
    """A job that reached the printer; `bytes` counts what was sent, `reprint` is the number on its mark."""

    job: str
    state: str
    simulated: bool
    bytes: int
    reprint: int = 0

    def as_json(self) -> dict[str, object]:
        return asdict(self)


_STORED = TypeAdapter(PrintedJob)


class JobRecord:
    """One small file a printed job, `<spool>/<job>.json`, and one for a job that was begun, `<spool>/<job>.begun`.

    A job is noted before it is sent and recorded after it. Where the power fails or the plug comes out in between, nobody
    knows how much of it is on paper: the hub asks again, and the second slip carries a mark.
    """

    def __init__(self, spool: Path, keep_days: int) -> None:
        self._spool = spool
        self._keep_seconds = keep_days * 86_400
        self._swept: date | None = None

    def find(self, job: str) -> PrintedJob | None:
        try:
            return _STORED.validate_json(self._path(job).read_bytes())
        except (FileNotFoundError, ValidationError):
            return None

    def begin(self, job: str) -> bool:
        """Note that a job is about to be sent; true when it was begun before, and its end is not known."""
        self._spool.mkdir(parents=True, exist_ok=True)
        note = self._begun(job)
        if note.exists():
            return True
        write_whole(note, b"")
        return False

    def withdraw(self, job: str) -> None:
        """Nothing of the job was sent after all."""
        self._begun(job).unlink(missing_ok=True)

    def add(self, printed: PrintedJob) -> None:
        write_whole(self._path(printed.job), _STORED.dump_json(printed))
        self.withdraw(printed.job)
        if self._swept != date.today():
            self.forget_old()

    def forget_old(self) -> int:
        """Remove records older than the days to keep, with their simulated slips; returns how many."""
        self._swept = date.today()
        oldest = time.time() - self._keep_seconds
        # Only what is told to be ours goes, whatever folder the settings name.
        old = [path for path in self._spool.glob("*.json") if path.stat().st_mtime < oldest]
        ours = [path for path in old if self.find(path.stem) is not None]
        for path in ours:
            for suffix in PIECES:
                (self._spool / f"{path.stem}{suffix}").unlink(missing_ok=True)
        return len(ours)

    def _path(self, job: str) -> Path:
        return self._spool / f"{job}.json"

    def _begun(self, job: str) -> Path:
        return self._spool / f"{job}{BEGUN}"
