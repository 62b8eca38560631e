"""A process set starts, reports and stops real processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.waiting import until
from tools.places import ROOT
from tools.ports import free_port
from tools.processes import NotReady, Plan, ProcessDied, ProcessSet

SERVER = """
import http.server, os, subprocess, sys
class Healthy(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers()
        self.wfile.write(os.environ.get("MARU_TOLD", "").encode())
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print("child", child.pid, flush=True)
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Healthy).serve_forever()
"""


def server_plan(name: str = "server") -> Plan:
    port = free_port()
    command = (sys.executable, "-c", SERVER, str(port))
    return Plan(name, command, {"MARU_TOLD": "yes"}, f"http://127.0.0.1:{port}/healthz")


def words_plan(code: str) -> Plan:
    return Plan("words", (sys.executable, "-c", code), {}, f"http://127.0.0.1:{free_port()}/healthz")


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


@pytest.fixture
def processes(tmp_path: Path) -> Iterator[ProcessSet]:
    with ProcessSet(tmp_path / "logs") as running:
        yield running


def child_of(processes: ProcessSet, name: str) -> int:
    return int(processes[name].log.read_text().split()[1])


def test_ready_when_it_answers_and_gone_when_stopped(processes: ProcessSet) -> None:
    processes.start([server_plan("one"), server_plan("two")])
    processes.wait_ready()
    pids = [processes[name].pid for name in ("one", "two")]
    processes.stop()
    assert not [pid for pid in pids if is_alive(pid)]


def test_children_of_a_process_do_not_outlive_it(processes: ProcessSet) -> None:
    processes.start([server_plan()])
    processes.wait_ready()
    child = child_of(processes, "server")
    assert is_alive(child)
    processes.stop()
    until(lambda: not is_alive(child), f"end of grandchild {child}")


def test_a_killed_one_can_be_started_again(processes: ProcessSet) -> None:
    plan = server_plan()
    processes.start([plan])
    processes.wait_ready()
    first = processes["server"].pid
    processes.kill("server")
    processes.start([plan])
    processes.wait_ready()
    assert processes["server"].pid != first


def test_death_is_told_with_the_last_words(processes: ProcessSet) -> None:
    processes.start([words_plan("print('the printer is on fire'); raise SystemExit(3)")])
    with pytest.raises(ProcessDied, match=r"words ended with 3(.|\n)*the printer is on fire"):
        processes.wait_ready()


def test_silence_is_told_too(processes: ProcessSet) -> None:
    plan = words_plan("import time; print('thinking', flush=True); time.sleep(600)")
    processes.start([plan])
    until(lambda: "thinking" in processes["words"].log.read_text(), "its first word")
    with pytest.raises(NotReady, match=r"does not answer(.|\n)*thinking"):
        processes.wait_ready(patience=0.2)


def test_settings_of_the_shell_do_not_reach_it(
    processes: ProcessSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MARU_STRAY", "1")
    monkeypatch.setenv("VIRTUAL_ENV", "/somewhere/else")
    code = "import os; print([k for k in os.environ if k.startswith('MARU_') or k == 'VIRTUAL_ENV'])"
    processes.start([words_plan(code)])
    with pytest.raises(ProcessDied, match=r"\[\]"):
        processes.wait_ready()


def test_processes_end_when_their_starter_is_killed(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from tools.processes import ProcessSet;"
        "from tests.tools.test_processes import server_plan;"
        "processes = ProcessSet(Path(sys.argv[1])); processes.start([server_plan()]); processes.wait_ready();"
        "print(processes['server'].pid, flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as starter:
        assert starter.stdout is not None
        server = int(starter.stdout.readline())
        os.kill(starter.pid, signal.SIGKILL)
    until(lambda: not is_alive(server), f"end of {server}")
    os.killpg(server, signal.SIGKILL)  # what the server itself had started
