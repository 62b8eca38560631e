"""One file of a whole recording, made by a process of its own so that the calls of this node do not notice."""

from __future__ import annotations

import asyncio
import os
import re
import sys
import tempfile
import time
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

import structlog

from consult.errors import ExportBusy
from consult.store.stores import Chore

log = structlog.get_logger(__name__)

AT_ONCE = 2
"""More would take the disk from recordings under way."""
KEPT_SECONDS = 30 * 60.0
"""An opened recording lies in plain only as long as somebody may fetch it."""
NICENESS = 15
PERCENT = re.compile(r"(\d{1,3}) %")
CODE = re.compile(r"^consult: \[([a-z_.]+)\]", re.MULTILINE)


class State(StrEnum):
    MAKING = "making"
    READY = "ready"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass
class Export:
    """One file that is being made; `progress` from 0 to 1, `failure` a code of consult.recording.errors."""

    path: Path
    state: State = State.MAKING
    progress: float = 0.0
    failure: str | None = None
    done_at: float | None = None
    process: asyncio.subprocess.Process | None = None
    task: asyncio.Task[None] | None = field(default=None, repr=False)

    def document(self) -> dict[str, object]:
        """How far it is, as `GET /recordings/{room}/file` tells it."""
        size = self.path.stat().st_size if self.state is State.READY and self.path.exists() else None
        return {"state": self.state, "progress": self.progress, "failure": self.failure, "bytes": size}


class Exports:
    """The files of one node: one a room, kept in a folder that goes with the node."""

    def __init__(self, key: str | None) -> None:
        self._key = key
        self._folder = tempfile.TemporaryDirectory(prefix="maru-export-")
        self._exports: dict[str, Export] = {}

    def get(self, room: str) -> Export | None:
        """The file of a room that is being made or was; None when there is none (any more)."""
        self._forget_old()
        return self._exports.get(room)

    def begin(self, room: str, source: Chore) -> Export:
        """Make the file of a room, unless it is there or under way. Raises ExportBusy when too many are."""
        known = self.get(room)
        if known is not None and known.state in {State.MAKING, State.READY}:
            return known
        if sum(export.state is State.MAKING for export in self._exports.values()) >= AT_ONCE:
            raise ExportBusy("other files are being made; try again when one is done")
        export = self._exports[room] = Export(Path(self._folder.name) / f"{room}.mkv")
        export.path.unlink(missing_ok=True)
        export.task = asyncio.create_task(self._make(room, export, source))
        return export

    async def cancel(self, room: str) -> None:
        """Stop making a file, or throw it away; no file is no error."""
        export = self._exports.pop(room, None)
        if export is None:
            return
        if export.state is State.MAKING:
            export.state = State.CANCELLED
            if export.process is not None and export.process.returncode is None:
                export.process.terminate()
        if export.task is not None:
            await export.task
        for path in (export.path, export.path.with_name(export.path.name + ".part")):
            path.unlink(missing_ok=True)

    async def close(self) -> None:
        """Stop everything and throw all files away."""
        for room in list(self._exports):
            await self.cancel(room)
        self._folder.cleanup()

    async def _make(self, room: str, export: Export, source: Chore) -> None:
        said = ""
        try:
            command = [sys.executable, "-m", "consult", "export", source.room, "--out", str(export.path)]
            export.process = await start(command, self._key, source)
            if export.state is State.CANCELLED:
                export.process.terminate()
            assert export.process.stderr is not None
            while piece := await export.process.stderr.read(4096):
                said = (said + piece.decode(errors="replace"))[-8192:]
                for percent in PERCENT.findall(said)[-1:]:
                    export.progress = min(int(percent), 100) / 100
            ended = await export.process.wait()
        except OSError as error:
            said, ended = str(error), -1
        self._end(room, export, ended, said)

    def _end(self, room: str, export: Export, ended: int, said: str) -> None:
        export.done_at = time.monotonic()
        if export.state is State.CANCELLED:
            return
        if ended == 0:
            export.state, export.progress = State.READY, 1.0
            log.info("export.ready", consult=room)
            return
        code = CODE.search(said)
        export.state, export.failure = State.FAILED, code[1] if code else "recording.not_exported"
        log.warning("export.failed", consult=room, code=export.failure, why=said[-300:])

    def _forget_old(self) -> None:
        now = time.monotonic()
        for room, export in list(self._exports.items()):
            if export.done_at is not None and now - export.done_at > KEPT_SECONDS:
                export.path.unlink(missing_ok=True)
                del self._exports[room]


async def start(command: list[str], key: str | None, chore: Chore) -> asyncio.subprocess.Process:
    """Start a chore of ours beside the node, less important than calls; keys travel in its environment alone."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MARU_")}
    environment |= chore.environment
    if key is not None:
        environment["MARU_MEDIA_RECORDING_KEY"] = key
    pipe = asyncio.subprocess.PIPE
    nobody = asyncio.subprocess.DEVNULL
    return await asyncio.create_subprocess_exec(
        "nice", "-n", str(NICENESS), *command, env=environment, stdin=nobody, stdout=pipe, stderr=pipe
    )
