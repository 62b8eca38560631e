"""`make run`: what it prints, and the one line it ends with when something is in its way."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tools.logs import ErrorWatch
from tools.places import ROOT
from tools.ports import free_port
from tools.table import table


def run(state: Path, *options: str, **settings: str) -> subprocess.CompletedProcess[str]:
    ports = {f"MARU_{name}_PORT": str(free_port()) for name in ("CENTRE", "HUB", "MEDIA", "AGENT")}
    command = [sys.executable, "-m", "tools.run", "--state", str(state), *options]
    environment = {**os.environ, **ports, **settings}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def only_line(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 1, done.stdout + done.stderr
    lines = done.stderr.splitlines()
    assert len(lines) == 1, done.stderr
    return lines[0]


def test_a_port_in_use_is_named_with_its_setting(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as holder:
        port = str(holder.getsockname()[1])
        line = only_line(run(tmp_path, MARU_HUB_PORT=port))
    assert f"port {port} is in use" in line
    assert "MARU_HUB_PORT" in line


def test_a_port_that_is_none_is_named(tmp_path: Path) -> None:
    assert "MARU_MEDIA_PORT" in only_line(run(tmp_path, MARU_MEDIA_PORT="eighty"))


def test_an_unknown_setting_is_named(tmp_path: Path) -> None:
    assert "unknown setting MARU_CENTER_PORT" in only_line(run(tmp_path, MARU_CENTER_PORT="8000"))


def test_a_database_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    line = only_line(run(tmp_path, MARU_HUB_DATABASE_URL=f"sqlite:///{tmp_path}/file/hub.db"))
    assert "cannot open the database" in line
    assert "MARU_HUB_DATABASE_URL" in line


def test_columns_stand_under_each_other_in_korean_too() -> None:
    lines = table([("창구", "A", "x"), ("desk no. 1", "BB", "")]).splitlines()
    assert lines == ["창구         A    x", "desk no. 1   BB"]


@pytest.mark.parametrize(
    "line",
    [
        "2026-11-21 10:00 [error    ] printer gone",
        '{"event": "x", "level": "critical"}',
    ],
)
def test_errors_are_told_once(tmp_path: Path, line: str) -> None:
    watch = ErrorWatch(tmp_path)
    log = tmp_path / "hub.log"
    log.write_text(f"[info ] no error here\n{line}\n[error ] half a li")
    assert watch.news() == [f"hub: {line}"]
    assert watch.news() == []


def test_of_a_traceback_the_line_that_names_the_error_is_told(tmp_path: Path) -> None:
    (tmp_path / "hub.log").write_text(
        'Traceback (most recent call last):\n  File "a.py", line 1, in b\n    c()\nValueError: no\n[info ] on we go\n'
    )
    assert ErrorWatch(tmp_path).news() == ["hub: ValueError: no"]
