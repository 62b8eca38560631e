"""The centre as a process: it says in one line why it cannot start, bounds what it is sent, and stops cleanly."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import requests
import websocket

from branch.content.catalogue import HERE
from tests.waiting import until
from tests.web.house import LINK_KEY
from tools.ports import free_port
from tools.processes import Plan, ProcessSet

SECRET = "a-secret-for-tests-of-at-least-32-characters"


def settings(database_file: Path, **changes: str) -> dict[str, str]:
    values = {
        "DATABASE_URL": f"sqlite:///{database_file}",
        "SECRET_KEY": SECRET,
        "MEDIA_SECRET": SECRET,
        "MEDIA_NODES": f'["http://127.0.0.1:{free_port()}"]',
        "LINK_KEYS": f'{{"seongsu": "{LINK_KEY}"}}',
        "HUB_URL": "http://127.0.0.1:8100",
        "PORT": str(free_port()),
    }
    return {f"MARU_CENTRE_{name}": value for name, value in {**values, **changes}.items()}


def refusal(values: dict[str, str]) -> str:
    """The one line of a centre that does not start."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith("MARU_")}
    ended = subprocess.run(
        [sys.executable, "-m", "web"],
        env={**clean, **values},
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 1, ended.stderr
    lines = ended.stderr.strip().splitlines()
    assert len(lines) == 1, ended.stderr
    return lines[0]


def test_an_unknown_setting_is_named(database_file: Path) -> None:
    assert "MARU_CENTRE_COLOUR" in refusal(settings(database_file, COLOUR="blue"))


def test_a_missing_setting_is_named(database_file: Path) -> None:
    values = settings(database_file)
    del values["MARU_CENTRE_MEDIA_SECRET"]
    assert "MARU_CENTRE_MEDIA_SECRET" in refusal(values)


def test_a_taken_port_is_named(database_file: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        assert f"127.0.0.1:{port}" in refusal(settings(database_file, PORT=port))


def test_a_database_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    assert "nowhere/centre.db" in refusal(settings(tmp_path / "nowhere" / "centre.db"))


def test_an_empty_database_says_what_to_run(tmp_path: Path) -> None:
    assert "migrate" in refusal(settings(tmp_path / "empty.db"))


def test_broken_content_is_named_with_file_and_line(database_file: Path, tmp_path: Path) -> None:
    for file in HERE.glob("*.yaml"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    topics = tmp_path / "topics.yaml"
    broken = topics.read_text().replace("- slug: tax", "- slug: TAX!", 1)
    topics.write_text(broken)
    line = broken[: broken.index("TAX!")].count("\n") + 1
    assert f"{topics}:{line}:" in refusal(settings(database_file, CONTENT_DIR=str(tmp_path)))


def test_a_redis_that_does_not_answer_is_named(database_file: Path) -> None:
    url = f"redis://127.0.0.1:{free_port()}/0"
    assert "MARU_CENTRE_REDIS_URL" in refusal(settings(database_file, REDIS_URL=url))


@pytest.fixture
def centre(database_file: Path, tmp_path: Path) -> Iterator[tuple[str, ProcessSet]]:
    values = settings(database_file)
    url = f"http://127.0.0.1:{values['MARU_CENTRE_PORT']}"
    with ProcessSet(tmp_path / "logs") as processes:
        processes.start([Plan("centre", (sys.executable, "-m", "web"), values, f"{url}/healthz")])
        processes.wait_ready()
        yield url, processes


def test_it_bounds_messages_and_stops_cleanly(centre: tuple[str, ProcessSet]) -> None:
    url, processes = centre
    address = url.replace("http", "ws") + "/socket.io/?EIO=4&transport=websocket"
    with closing(websocket.create_connection(address, timeout=10, origin=url)) as line:
        assert str(line.recv()).startswith("0")
        until(lambda: is_closed_by(line, "4" + "2" * (10 * 1024 * 1024)), "the socket to be closed")
    assert requests.get(f"{url}/healthz", timeout=10).json()["status"] == "ok"
    running = processes["centre"]
    os.kill(running.pid, signal.SIGTERM)
    until(lambda: running.exit_code() is not None, "the process to end")
    assert running.exit_code() == 0, running.last_lines()


def is_closed_by(line: websocket.WebSocket, message: str) -> bool:
    """Whether the other end closes instead of taking the message."""
    try:
        line.send(message)
        return not line.recv()
    except (websocket.WebSocketException, OSError):
        return True


def test_another_origin_gets_no_socket(centre: tuple[str, ProcessSet]) -> None:
    url, _processes = centre
    answer = requests.get(
        f"{url}/socket.io/?EIO=4&transport=polling", headers={"Origin": "http://evil.example"}, timeout=10
    )
    assert answer.status_code == 400
    assert requests.get(f"{url}/socket.io/?EIO=4&transport=polling", headers={"Origin": url}, timeout=10).ok
