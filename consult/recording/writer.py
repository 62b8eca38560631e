"""The one thread of a process that turns collected packets into files, a little at a time."""

import threading
import time
from collections.abc import Iterator
from typing import Protocol

import structlog

log = structlog.get_logger()

TICK_SECONDS = 0.5
"""Each tick makes one cluster a track, so this is also about what a killed process loses."""
SLICE_SECONDS = 0.0005
REST_SECONDS = 0.0001
"""After each slice of work the thread lets go of the interpreter, so that media never waits long for it."""


class Recording(Protocol):
    """Something that has work at every tick until it is finished."""

    finished: bool

    def pump(self) -> Iterator[None]:
        """Do the work of one tick; yields wherever the thread may rest."""

    def give_up(self, error: Exception) -> None:
        """`pump` raised: be finished, and say why."""


class Writer:
    """Pumps recordings from a thread that lives as long as there are any."""

    def __init__(self, tick: float = TICK_SECONDS) -> None:
        self._tick = tick
        self._lock = threading.Lock()
        self._recordings: list[Recording] = []
        self._thread: threading.Thread | None = None
        self._wake = threading.Event()
        self._rested = 0.0

    def add(self, recording: Recording) -> None:
        """Pump this recording from now on, until it says that it is finished."""
        with self._lock:
            self._recordings.append(recording)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="recording", daemon=True)
                self._thread.start()

    def wake(self) -> None:
        """Do not wait for the next tick: someone waits for a recording to close."""
        self._wake.set()

    def _run(self) -> None:
        while self._keep_unfinished():
            self._wake.wait(self._tick)
            self._wake.clear()
            self._pump()

    def _keep_unfinished(self) -> bool:
        with self._lock:
            self._recordings = [recording for recording in self._recordings if not recording.finished]
            if not self._recordings:
                self._thread = None
            return bool(self._recordings)

    def _pump(self) -> None:
        for recording in list(self._recordings):
            try:
                self._work(recording)
            except Exception as error:
                log.exception("recording.writer_broken")
                recording.give_up(error)

    def _work(self, recording: Recording) -> None:
        for _ in recording.pump():
            if time.perf_counter() - self._rested > SLICE_SECONDS:
                time.sleep(REST_SECONDS)
                self._rested = time.perf_counter()


shared = Writer()
