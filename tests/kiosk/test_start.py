"""`python -m kiosk`: what stops its start says so in one line, and what tells it to stop stops it."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.waiting import until
from tools.ports import free_port

ROOT = Path(__file__).parents[2]


@pytest.fixture
def environment(seeded: Path, tmp_path: Path) -> dict[str, str]:
    shutil.copy(seeded, tmp_path / "hub.db")
    own = {name: value for name, value in os.environ.items() if not name.startswith("MARU_")}
    return own | {
        "MARU_HUB_PORT": str(free_port()),
        "MARU_HUB_DATABASE_URL": f"sqlite:///{tmp_path / 'hub.db'}",
        "MARU_HUB_SECRET_KEY": "a secret that is only for this test run",
        "MARU_HUB_LINK_KEY": "a key for this test",
        "MARU_HUB_AGENT_KEY": "an agent's key for this test",
        "MARU_HUB_AGENT_URL": f"http://127.0.0.1:{free_port()}",
        "MARU_HUB_CENTRE_URL": f"http://127.0.0.1:{free_port()}",
    }


def refusal(environment: dict[str, str]) -> str:
    """Start a hub that cannot start; its one line on standard error."""
    ended = subprocess.run(
        [sys.executable, "-m", "kiosk"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        check=False,
        text=True,
        timeout=60,
    )
    assert ended.returncode == 2, ended.stderr
    (line,) = ended.stderr.strip().splitlines()
    return line


@contextmanager
def running(environment: dict[str, str], output: Path) -> Iterator[subprocess.Popen[bytes]]:
    with output.open("wb") as log:
        hub = subprocess.Popen(
            [sys.executable, "-m", "kiosk"], cwd=ROOT, env=environment, stdout=log, stderr=log
        )
    try:
        until(
            lambda: hub.poll() is None and answers(environment),
            f"the hub to answer: {output.read_text()}",
            40,
        )
        yield hub
    finally:
        hub.kill()
        hub.wait()


def answers(environment: dict[str, str]) -> bool:
    try:
        with urllib.request.urlopen(
            f"http://127.0.0.1:{environment['MARU_HUB_PORT']}/healthz", timeout=2
        ) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def test_a_missing_secret_is_named(environment: dict[str, str]) -> None:
    del environment["MARU_HUB_SECRET_KEY"]
    assert "MARU_HUB_SECRET_KEY" in refusal(environment)


def test_an_unknown_setting_is_named(environment: dict[str, str]) -> None:
    assert "MARU_HUB_COLOUR" in refusal(environment | {"MARU_HUB_COLOUR": "blue"})


def test_a_database_that_cannot_be_opened_is_named(environment: dict[str, str]) -> None:
    line = refusal(environment | {"MARU_HUB_DATABASE_URL": "sqlite:////nowhere/hub.db"})
    assert "cannot open the database sqlite:////nowhere/hub.db" in line


def test_an_empty_database_says_what_to_run(environment: dict[str, str], tmp_path: Path) -> None:
    line = refusal(environment | {"MARU_HUB_DATABASE_URL": f"sqlite:///{tmp_path / 'empty.db'}"})
    assert "python -m branch" in line


def test_a_branch_that_is_not_there_is_named(environment: dict[str, str]) -> None:
    assert "jeju" in refusal(environment | {"MARU_HUB_BRANCH_ID": "jeju"})


def test_a_mistake_in_the_content_names_file_and_line(environment: dict[str, str], tmp_path: Path) -> None:
    content = tmp_path / "content"
    shutil.copytree(ROOT / "branch" / "content", content)
    lines = (content / "services.yaml").read_text(encoding="utf-8").splitlines()
    wrong = next(number for number, line in enumerate(lines) if line.strip().startswith("letter:"))
    lines[wrong] = "  letter: lower"
    (content / "services.yaml").write_text("\n".join(lines), encoding="utf-8")
    assert f"services.yaml:{wrong + 1}:" in refusal(environment | {"MARU_HUB_CONTENT_DIR": str(content)})


def test_a_port_in_use_says_what_to_do(environment: dict[str, str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", int(environment["MARU_HUB_PORT"])))
        taken.listen()
        assert "MARU_HUB_PORT" in refusal(environment)


def test_it_says_what_it_found_and_stops_when_told(environment: dict[str, str], tmp_path: Path) -> None:
    with running(environment, tmp_path / "hub.log") as hub:
        hub.send_signal(signal.SIGTERM)
        assert hub.wait(timeout=20) == 0
    said = (tmp_path / "hub.log").read_text()
    for line in ("database open", "content read", "printing is off", "hub listening", "stopping"):
        assert line in said
    assert "Traceback" not in said
