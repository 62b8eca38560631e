"""A real media node in a process of its own, on a free port, for tests."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from consult.client import MediaClient, RoomState
from tests.waiting import until
from tools.ports import free_port

SECRET = "a secret of the tests and of nothing else"
START_SECONDS = 60.0


class RunningNode:
    """A media node that answers, and how to speak to it."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, recordings: Path, output: Path) -> None:
        self.process = process
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self.recordings = recordings
        self.client = MediaClient([self.url], SECRET)
        self.stopped = False
        self._output = output

    @property
    def output(self) -> str:
        """Everything the node has said."""
        return self._output.read_text()

    def room(self, room: str) -> RoomState:
        """The room as the node tells it."""
        return self.client.room(self.url, room)

    def metrics(self) -> str:
        """All of /metrics."""
        return requests.get(f"{self.url}/metrics", timeout=5).text

    def metric(self, name: str) -> float:
        """One number of /metrics."""
        text = self.metrics()
        found = re.search(rf"^{re.escape(name)} (\S+)$", text, re.MULTILINE)
        assert found is not None, f"no metric {name} in\n{text}"
        return float(found[1])

    def kill(self) -> None:
        """End it as a crash would."""
        self.stopped = True
        self.process.kill()
        self.process.wait(timeout=20)

    def stop(self) -> int:
        """Ask it to stop as an operator would; return its exit code."""
        self.stopped = True
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=20)


def environment(port: int, folder: Path, **settings: str) -> dict[str, str]:
    """The environment of a node: nothing of ours but what is given."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("MARU_")}
    chosen = {"secret": SECRET, "port": str(port), "recordings_dir": str(folder / "recordings"), **settings}
    return inherited | {f"MARU_MEDIA_{name.upper()}": value for name, value in chosen.items()}


@contextmanager
def running_node(folder: Path, **settings: str) -> Iterator[RunningNode]:
    """Start a node, wait until it answers, stop it afterwards; its output is shown when it dies."""
    port, output = free_port(), folder / "node.log"
    with output.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "consult"],
            env=environment(port, folder, **settings),
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    node = RunningNode(process, port, folder / "recordings", output)
    try:
        until(lambda: _answers(node), "the media node answers", START_SECONDS)
        yield node
        assert node.stopped or process.poll() is None, f"the media node died:\n{node.output}"
    finally:
        if process.poll() is None:
            node.stop()


def _answers(node: RunningNode) -> bool:
    assert node.process.poll() is None, f"the media node did not start:\n{node.output}"
    try:
        return requests.get(f"{node.url}/healthz", timeout=1).ok
    except requests.ConnectionError:
        return False
