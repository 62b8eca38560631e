"""`make run` as a person meets it: it starts, says where everything is, and leaves nothing behind."""

from __future__ import annotations

import os
import re
import signal
import ssl
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.tools.test_processes import is_alive
from tests.waiting import until
from tools.places import ROOT
from tools.ports import free_port

pytestmark = pytest.mark.scenario

ADDRESS = re.compile(r"https?://\S+")


class Started:
    """`python -m tools.run`, its output read until it is ready."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.said = self._read_until_ready()

    def _read_until_ready(self) -> str:
        assert self.process.stdout is not None
        said = ""
        for line in self.process.stdout:
            said += line
            if "Ctrl-C stops everything" in line:
                return said
        raise AssertionError(f"it ended before it was ready:\n{said}")

    def children(self) -> list[int]:
        """The ids of the processes it started."""
        words = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [int(word) for word in words]

    def address_of(self, surface: str) -> str:
        row = next(line for line in self.said.splitlines() if line.startswith(surface))
        found = ADDRESS.search(row)
        assert found, row
        return found.group()

    def stop(self, signal_number: signal.Signals = signal.SIGINT) -> tuple[int, str]:
        """Its exit code, and what it said at the end."""
        self.process.send_signal(signal_number)
        said, _ = self.process.communicate(timeout=60)
        return self.process.returncode, said


@contextmanager
def started(state: Path, *options: str) -> Iterator[Started]:
    ports = {f"MARU_{name}_PORT": str(free_port()) for name in ("CENTRE", "HUB", "MEDIA", "AGENT")}
    command = [sys.executable, "-m", "tools.run", "--state", str(state), *options]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, **ports},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            yield Started(process)
        finally:
            process.kill()


def fetch(address: str) -> tuple[int, str]:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with urllib.request.urlopen(address, timeout=20, context=context) as answer:
        return answer.status, answer.read().decode()


def test_every_address_opens_and_ctrl_c_leaves_nothing(tmp_path: Path) -> None:
    with started(tmp_path / "state") as maru:
        first_row = next(line for line in maru.said.splitlines() if ADDRESS.search(line))
        assert first_row.startswith("kiosk")
        pages = [fetch(address) for address in ADDRESS.findall(maru.said)]
        assert {status for status, _ in pages} == {200}
        children = maru.children()
        assert len(children) == 4
        code, _said = maru.stop()
        assert code == 0
        assert [pid for pid in children if is_alive(pid)] == []


def test_a_second_start_keeps_the_keys_and_the_data(tmp_path: Path) -> None:
    state = tmp_path / "state"
    with started(state) as maru:
        fetch(maru.address_of("kiosk"))
        assert maru.stop(signal.SIGTERM)[0] == 0
    keys, hub = (state / "keys.json").read_bytes(), (state / "hub.db").stat().st_ino
    with started(state):
        assert (state / "keys.json").read_bytes() == keys
        assert (state / "hub.db").stat().st_ino == hub


def test_when_one_process_dies_all_stop_and_it_is_named(tmp_path: Path) -> None:
    with started(tmp_path / "state") as maru:
        children = maru.children()
        centre = next(pid for pid in children if b"-m\0web" in Path(f"/proc/{pid}/cmdline").read_bytes())
        os.kill(centre, signal.SIGKILL)
        said, _ = maru.process.communicate(timeout=60)
        assert maru.process.returncode == 1
        assert "centre ended with -9" in said
        until(lambda: not [pid for pid in children if is_alive(pid)], "end of the others")


def test_over_https_phones_are_given_the_network_address(tmp_path: Path) -> None:
    with started(tmp_path / "state", "--https", "--address", "127.0.0.1") as maru:
        assert maru.address_of("advisor console").startswith("https://127.0.0.1:")
        assert fetch(maru.address_of("advisor console"))[0] == 200
        health = f"{maru.address_of('kiosk')}healthz"
        until(lambda: '"up"' in fetch(health)[1], "the hub's link to the centre under our certificate")
        with pytest.raises(urllib.error.URLError, match="CERTIFICATE_VERIFY_FAILED"):
            urllib.request.urlopen(maru.address_of("advisor console"), timeout=20)
        assert fetch(maru.address_of("advisor console"))[0] == 200
        assert "Traceback" not in (tmp_path / "state" / "logs" / "centre.log").read_text()
