"""Starting a real device agent, talking to it, and reading what a printer would print."""

from __future__ import annotations

import os
import signal
import socket
import struct
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import requests
from PIL import Image

from hardware.client import DeviceAgent, Slip
from tests.waiting import until
from tools.ports import free_port

ROOT: Final = Path(__file__).parents[2]
KEY: Final = "a-key-for-this-test-only"
ORIGIN: Final = "http://kiosk.test:8100"


def agent_environment(**settings: object) -> dict[str, str]:
    """The environment of an agent: this process's own, without any MARU_ key, and the settings given."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("MARU_")}
    return own | {f"MARU_AGENT_{name.upper()}": str(value) for name, value in settings.items()}


@dataclass
class AgentProcess:
    """`python -m hardware` on a free port of this machine."""

    settings: dict[str, object]
    output: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def spool(self) -> Path:
        return Path(str(self.settings["spool_dir"]))

    def start(self) -> None:
        with self.output.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "hardware"],
                cwd=ROOT,
                env=agent_environment(port=self.port, **self.settings),
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        until(self._answers, "the agent does not answer /healthz")

    def stop(self) -> int:
        """Ask the agent to stop as a supervisor does; returns its exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(20)

    def client(self, key: str = KEY) -> DeviceAgent:
        return DeviceAgent(self.url, key)

    def vision_state(self) -> str:
        state: str = requests.get(f"{self.url}/status", timeout=5).json()["vision"]["state"]
        return state

    def wait_for_vision(self) -> None:
        until(lambda: self.vision_state() == "ready", f"vision is not ready: {self.output.read_text()}")

    def children(self) -> list[int]:
        assert self.process is not None
        pid = self.process.pid
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    def _answers(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, f"the agent died: {self.output.read_text()}"
        try:
            return bool(requests.get(f"{self.url}/healthz", timeout=2).json()["status"] == "ok")
        except requests.ConnectionError:
            return False


def korean_slip(job: str = "job-1") -> Slip:
    return Slip(
        job=job,
        language="ko",
        branch="마루은행 성수지점",
        number="A-012",
        service="입출금",
        ahead=3,
        wait=(5, 10),
        issued_at="2026-11-21T10:00:00+09:00",
        url="http://192.168.0.20:8000/v/AB12CD34",
    )


@dataclass(frozen=True)
class Paper:
    """What came out of a printer: the picture on it, lines fed after it, and whether it was cut."""

    picture: Image.Image
    fed: int
    cut: bool


def print_on_paper(stream: bytes) -> Paper:
    """Read ESC/POS bytes as a printer does: ESC @, GS v 0, ESC d and GS V; anything else is a failure."""
    strips: list[Image.Image] = []
    fed, cut, at = 0, False, 0
    while at < len(stream):
        command = stream[at : at + 2]
        if command == b"\x1b@":
            at += 2
        elif command == b"\x10\x04":
            at += 3  # a question about paper or cover prints nothing
        elif command == b"\x1bd":
            fed, at = fed + stream[at + 2], at + 3
        elif command == b"\x1dV":
            cut, at = True, at + 3
        elif stream[at : at + 4] == b"\x1dv0\x00":
            strip, at = _raster(stream, at)
            strips.append(strip)
        else:
            raise AssertionError(f"byte {at}: a printer would print rubbish: {stream[at : at + 16]!r}")
    return Paper(_join(strips), fed, cut)


class RawPrinter:
    """A printer on the network: takes whatever comes over TCP, and tells its paper and cover where it has a sensor.

    `roll` and `cause` are the bytes it answers to DLE EOT 4 and 2 (None: it is mute); `closes_after` pulls its plug when
    so many bytes of a slip have come.
    """

    def __init__(self, port: int = 0, *, roll: int | None = None, cause: int = 0x12) -> None:
        self.received = b""
        self.connections = 0
        self.roll, self.cause = roll, cause
        self.closes_after: int | None = None
        self._server = socket.create_server(("127.0.0.1", port))
        self.port: int = self._server.getsockname()[1]
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def slips(self) -> int:
        """How many slips came to their end, which is the cut."""
        return self.received.count(b"\x1dV")

    def _listen(self) -> None:
        while True:
            connection, _ = self._server.accept()
            self.connections += 1
            with connection:
                self._take(connection)

    def _take(self, connection: socket.socket) -> None:
        begun = len(self.received)
        while piece := connection.recv(65536):
            if piece in (b"\x10\x04\x02", b"\x10\x04\x04"):
                if self.roll is not None:
                    connection.sendall(bytes([self.roll if piece[2] == 4 else self.cause]))
                continue
            self.received += piece
            if self.closes_after is not None and len(self.received) - begun >= self.closes_after:
                # An immediate reset, as a plug that is pulled.
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                return


def _raster(stream: bytes, at: int) -> tuple[Image.Image, int]:
    across = int.from_bytes(stream[at + 4 : at + 6], "little")
    down = int.from_bytes(stream[at + 6 : at + 8], "little")
    end = at + 8 + across * down
    assert end <= len(stream), "the raster is shorter than it says"
    # In GS v 0 a set bit is a printed dot; in a picture it is white.
    dots = bytes(byte ^ 0xFF for byte in stream[at + 8 : end])
    return Image.frombytes("1", (across * 8, down), dots), end


def _join(strips: list[Image.Image]) -> Image.Image:
    paper = Image.new("1", (strips[0].width, sum(strip.height for strip in strips)), 1)
    top = 0
    for strip in strips:
        paper.paste(strip, (0, top))
        top += strip.height
    return paper
