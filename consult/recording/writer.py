"""The one thread of a process that turns collected packets into files, a little at a time."""

import threading
import time
from collections import deque
from collections.abc import Iterator
from typing import Protocol

import structlog

log = structlog.get_logger()

TICK_SECONDS = 0.5
"""Each tick makes one cluster a track, so this is also about what a killed process loses."""
CLOSEST_TURNS = 0.7
"""Turns that are due together are taken so far apart, as a share of the distance that makes them fill the tick."""
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
    """Pumps recordings, each once a tick, from a thread that lives as long as there are any.

    Their turns are spread over the tick: all at once would keep the interpreter from media for as long as they take.
    """

    def __init__(self, tick: float = TICK_SECONDS) -> None:
        self._tick = tick
        self._lock = threading.Lock()
        self._turns: deque[tuple[float, Recording]] = deque()
        """Recordings and when each is due, the next first: a turn is always one tick after the last."""
        self._urgent: deque[Recording] = deque()
        self._thread: threading.Thread | None = None
        self._wake = threading.Event()
        self._rested = self._pumped_at = time.monotonic()

    def add(self, recording: Recording) -> None:
        """Pump this recording from now on, until it says that it is finished."""
        with self._lock:
            self._turns.append((time.monotonic() + self._tick, recording))
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="recording", daemon=True)
                self._thread.start()

    def wake(self, recording: Recording) -> None:
        """Do not wait for its turn: someone waits for this recording to close."""
        self._urgent.append(recording)
        self._wake.set()

    def _run(self) -> None:
        while self._has_work():
            self._wake.clear()
            if self._urgent:
                self._pump(self._urgent.popleft())
            elif not self._wake.wait(self._pause()):
                self._pump(self._take_turn())

    def _has_work(self) -> bool:
        with self._lock:
            if not self._turns:
                self._thread = None
            return bool(self._turns)

    def _pause(self) -> float:
        """Seconds until the next turn, which is not due before others have had theirs and media its own."""
        apart = self._tick / len(self._turns) * CLOSEST_TURNS
        return max(0.0, max(self._turns[0][0], self._pumped_at + apart) - time.monotonic())

    def _take_turn(self) -> Recording:
        with self._lock:
            _, recording = self._turns.popleft()
            self._turns.append((time.monotonic() + self._tick, recording))
        return recording

    def _pump(self, recording: Recording) -> None:
        try:
            if not recording.finished:
                self._work(recording)
        except Exception as error:
            log.exception("recording.writer_broken")
            recording.give_up(error)
        if recording.finished:
            self._forget(recording)
        self._pumped_at = time.monotonic()

    def _forget(self, recording: Recording) -> None:
        with self._lock:
            self._turns = deque(turn for turn in self._turns if turn[1] is not recording)

    def _work(self, recording: Recording) -> None:
        for _ in recording.pump():
            if time.perf_counter() - self._rested > SLICE_SECONDS:
                time.sleep(REST_SECONDS)
                self._rested = time.perf_counter()


shared = Writer()
