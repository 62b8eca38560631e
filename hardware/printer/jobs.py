"""The record of printed jobs on disk: what keeps a slip from being printed twice, also after a restart."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from hardware.storage import write_whole


@dataclass(frozen=True)
class PrintedJob:
    """A job that reached the printer; `bytes` counts what was sent."""

    job: str
    state: str
    simulated: bool
    bytes: int

    def as_json(self) -> dict[str, object]:
        return asdict(self)


_STORED = TypeAdapter(PrintedJob)


class JobRecord:
    """One small file a printed job, `<spool>/<job>.json`.

    A job is recorded after it was sent: when the power fails in between, the hub asks again and the
    customer holds two equal slips, which is better than none.
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

    def add(self, printed: PrintedJob) -> None:
        self._spool.mkdir(parents=True, exist_ok=True)
        write_whole(self._path(printed.job), _STORED.dump_json(printed))
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
            for suffix in (".png", ".escpos", ".json"):
                (self._spool / f"{path.stem}{suffix}").unlink(missing_ok=True)
        return len(ours)

    def _path(self, job: str) -> Path:
        return self._spool / f"{job}.json"
