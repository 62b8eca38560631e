"""The agent's side of the vision child: starts it, watches it, kills it when it hangs, starts it again."""

from __future__ import annotations

import asyncio
import enum
import json
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import structlog

from hardware.errors import NoModel, VisionFailed
from hardware.models import FACE_LANDMARKER
from hardware.vision.child import HEADER

log = structlog.get_logger()

READY_SECONDS: Final = 30.0
FIRST_PAUSE: Final = 0.5
LONGEST_PAUSE: Final = 30.0
# A JPEG of 256 KiB can unfold to gigabytes; the decoder refuses more pixels than this.
MOST_PIXELS: Final = 4_000_000
# Where the child cannot leave the network, what asks for a way out finds nobody at the end of it (curl(1), environment).
PROXIES: Final = ("http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")
NOWHERE: Final = "http://127.0.0.1:9"


class VisionState(enum.Enum):
    """Where reading faces stands; only READY answers frames."""

    NO_MODEL = "no-model"
    STARTING = "starting"
    READY = "ready"
    RESTARTING = "restarting"
    STOPPED = "stopped"


class FaceReader:
    """Reads frames in a child process with a watchdog; frames are passed on and forgotten."""

    def __init__(self, models_dir: Path, frame_seconds: float) -> None:
        self._models_dir = models_dir
        self._frame_seconds = frame_seconds
        self._state = VisionState.STARTING
        self._child: asyncio.subprocess.Process | None = None
        self._keeper: asyncio.Task[None] | None = None
        self._turn = asyncio.Lock()
        self._wanted = asyncio.Event()
        self._pause = FIRST_PAUSE

    @property
    def state(self) -> VisionState:
        return self._state

    def start(self) -> None:
        """Begin keeping a child alive; say at once whether there is a model to run."""
        if not FACE_LANDMARKER.is_installed(self._models_dir):
            self._move(VisionState.NO_MODEL)
        self._keeper = asyncio.create_task(self._keep_child())

    async def stop(self) -> None:
        """Kill the child and end keeping it."""
        if self._keeper:
            self._keeper.cancel()
            with suppress(asyncio.CancelledError):
                await self._keeper
        self._move(VisionState.STOPPED)

    def check(self) -> None:
        """Raise NoModel or VisionFailed when a frame would not be answered now."""
        if self._state is VisionState.NO_MODEL:
            self._wanted.set()  # the model may have been installed since
            raise NoModel
        if self._state is not VisionState.READY:
            raise VisionFailed

    async def read(self, jpeg: bytes) -> dict[str, Any]:
        """One frame in, the child's answer out. Raises NoModel or VisionFailed, never hangs."""
        # Shielded: a page that leaves in mid-frame must not leave its answer lying for the next page.
        return await asyncio.shield(asyncio.ensure_future(self._read_in_turn(jpeg)))

    async def _read_in_turn(self, jpeg: bytes) -> dict[str, Any]:
        async with self._turn:
            self.check()
            child = self._child
            assert child is not None
            try:
                answer = await asyncio.wait_for(_exchange(child, jpeg), self._frame_seconds)
            except (TimeoutError, OSError, ValueError, asyncio.IncompleteReadError) as error:
                self._condemn(child, type(error).__name__)
                raise VisionFailed from error
            if answer["type"] == "broken":
                self._condemn(child, str(answer.get("reason")))
                raise VisionFailed
            self._pause = FIRST_PAUSE
            return answer

    def _condemn(self, child: asyncio.subprocess.Process, reason: str) -> None:
        log.warning("vision.child_failed", reason=reason)
        self._move(VisionState.RESTARTING)
        _kill(child)

    async def _keep_child(self) -> None:
        while True:
            if not FACE_LANDMARKER.is_installed(self._models_dir):
                self._move(VisionState.NO_MODEL)
                self._wanted.clear()
                await self._wanted.wait()
                continue
            await self._run_child()
            self._move(VisionState.RESTARTING)
            await asyncio.sleep(self._pause)
            self._pause = min(self._pause * 2, LONGEST_PAUSE)

    async def _run_child(self) -> None:
        try:
            child = await _spawn(self._models_dir / FACE_LANDMARKER.name)
        except OSError as error:
            log.warning("vision.child_failed", reason=str(error))
            return
        self._child = child
        try:
            await asyncio.wait_for(_first_word(child), READY_SECONDS)
            self._move(VisionState.READY)
            await child.wait()
        except (TimeoutError, OSError, ValueError) as error:
            log.warning("vision.child_failed", reason=str(error) or type(error).__name__)
        finally:
            _kill(child)
            await child.wait()
            self._child = None

    def _move(self, state: VisionState) -> None:
        if state is not self._state:
            log.info("vision.state", old=self._state.value, new=state.value)
            self._state = state


async def _spawn(model: Path) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "hardware.vision.child",
        str(model),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        cwd=Path(__file__).parents[2],
        env={
            **{name: value for name, value in os.environ.items() if not name.startswith("MARU_")},
            "OPENCV_IO_MAX_IMAGE_PIXELS": str(MOST_PIXELS),
            **dict.fromkeys(PROXIES, NOWHERE),
        },
    )


async def _first_word(child: asyncio.subprocess.Process) -> None:
    word = await _answer(child)
    if word["type"] != "ready":
        raise ValueError(word.get("reason", "the child did not say ready"))


async def _exchange(child: asyncio.subprocess.Process, jpeg: bytes) -> dict[str, Any]:
    assert child.stdin is not None
    child.stdin.write(HEADER.pack(len(jpeg)) + jpeg)
    await child.stdin.drain()
    return await _answer(child)


async def _answer(child: asyncio.subprocess.Process) -> dict[str, Any]:
    assert child.stdout is not None
    line = await child.stdout.readline()
    if not line:
        raise ValueError("the child closed its output")
    answer: dict[str, Any] = json.loads(line)
    return answer


def _kill(child: asyncio.subprocess.Process) -> None:
    if child.returncode is None:
        with suppress(ProcessLookupError):
            child.kill()
