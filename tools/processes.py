"""A set of running processes: started in groups of their own, watched until they answer, stopped without orphans.

`make run` and the scenario tests start Maru through the same class, so what the tests prove is what runs.
"""

from __future__ import annotations

import contextlib
import functools
import os
import shutil
import signal
import ssl
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from tools.commands import clean_environment
from tools.errors import ChoreError
from tools.places import ROOT

PATIENCE_TO_STOP = 10.0
POLL_SECONDS = 0.05
LAST_LINES = 20


@dataclass(frozen=True)
class Plan:
    """What to start: a name for people and logs, the command, its settings, and the address that says it is up."""

    name: str
    command: tuple[str, ...]
    settings: Mapping[str, str] = field(repr=False)
    health: str


class ProcessDied(ChoreError):
    """A process ended by itself; the text holds its last lines."""


class NotReady(ChoreError):
    """A process runs and does not answer."""


class Running:
    """One started process and its log file."""

    def __init__(self, plan: Plan, log: Path) -> None:
        self.plan = plan
        self.log = log
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                [*_dying_with_parent(), *plan.command],
                cwd=ROOT,
                env=_environment(plan.settings),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        """The process id, which is also the id of its group."""
        return self._process.pid

    def exit_code(self) -> int | None:
        """None while it runs."""
        return self._process.poll()

    def last_lines(self) -> str:
        """The end of its log."""
        lines = self.log.read_text(errors="replace").splitlines()
        return "\n".join(f"    {line}" for line in lines[-LAST_LINES:])

    def check(self) -> None:
        """Raise ProcessDied with its last lines when it has ended."""
        code = self.exit_code()
        if code is not None:
            raise ProcessDied(f"{self.plan.name} ended with {code}; its last lines:\n{self.last_lines()}")

    def is_healthy(self) -> bool:
        """Whether its /healthz answers 200."""
        try:
            with urllib.request.urlopen(self.plan.health, timeout=2, context=_any_certificate()) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def ask_to_stop(self) -> None:
        """SIGTERM to the process; its children are its own to stop."""
        with contextlib.suppress(ProcessLookupError):
            if self.exit_code() is None:
                self._process.terminate()

    def wait_until(self, deadline: float) -> None:
        """Wait for its end until `deadline` (monotonic seconds), then kill what is left of its group."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(max(deadline - time.monotonic(), 0.1))
        self.kill()

    def kill(self) -> None:
        """End it and everything it started, at once."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        self._process.wait()


class ProcessSet:
    """Processes that live and die together. Use as a context manager: leaving it stops all of them."""

    def __init__(self, logs: Path) -> None:
        self._logs = logs
        self._running: dict[str, Running] = {}
        logs.mkdir(parents=True, exist_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def __getitem__(self, name: str) -> Running:
        return self._running[name]

    def is_running(self, name: str) -> bool:
        """Whether a process of this name was started and has not ended."""
        return name in self._running and self._running[name].exit_code() is None

    def start(self, plans: Sequence[Plan]) -> None:
        """Start each plan; none is waited for."""
        for plan in plans:
            self._running[plan.name] = Running(plan, self._logs / f"{plan.name}.log")

    def wait_ready(self, patience: float = 60.0, stop: threading.Event | None = None) -> None:
        """Return when every process answers its health address, or when `stop` is set.

        Raises ProcessDied when one ends meanwhile, NotReady when `patience` seconds are over.
        """
        deadline = time.monotonic() + patience
        stop = stop or threading.Event()
        waiting = list(self._running.values())
        while waiting and not stop.wait(POLL_SECONDS):
            self.check()
            waiting = [process for process in waiting if not process.is_healthy()]
            if waiting and time.monotonic() > deadline:
                late = waiting[0]
                raise NotReady(f"{late.plan.name} does not answer {late.plan.health}:\n{late.last_lines()}")

    def check(self) -> None:
        """Raise ProcessDied when any of them has ended."""
        for process in self._running.values():
            process.check()

    def stop(self, *names: str) -> None:
        """Stop the named ones, or all: the last started is asked first, and none is left behind."""
        leaving = [process for name, process in self._running.items() if not names or name in names]
        deadline = time.monotonic() + PATIENCE_TO_STOP
        for process in reversed(leaving):
            process.ask_to_stop()
        for process in reversed(leaving):
            process.wait_until(deadline)
            del self._running[process.plan.name]

    def kill(self, name: str) -> None:
        """End one at once and without a word, as a power cut would; for tests."""
        self._running.pop(name).kill()


def _environment(settings: Mapping[str, str]) -> dict[str, str]:
    """Settings come from the plan alone: a MARU_ variable of the caller's shell is the plan maker's business."""
    inherited = {key: value for key, value in clean_environment().items() if not key.startswith("MARU_")}
    return {**inherited, "PYTHONUNBUFFERED": "1", **settings}


def _dying_with_parent() -> list[str]:
    """Where util-linux is there, the kernel ends a process whose starter was killed without a chance to clean up."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "TERM"] if setpriv else []


@functools.cache
def _any_certificate() -> ssl.SSLContext:
    """The health address is our own, on this machine, under a certificate that we made ourselves."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
