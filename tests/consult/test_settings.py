"""Settings and surroundings: a node that cannot work says why in one line and does not start."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.consult.node import environment, running_node
from tools.ports import free_port


def refusal(folder: Path, port: int | None = None, drop: str = "", **settings: str) -> str:
    """Start a node that must refuse; return what it said."""
    variables = environment(port or free_port(), folder, **settings)
    variables.pop(drop, None)
    done = subprocess.run(
        [sys.executable, "-m", "consult"],
        env=variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2, done
    assert done.stderr.count("\n") == 1, f"not one line: {done.stderr}"
    return done.stderr


def test_a_missing_secret_is_named(tmp_path: Path) -> None:
    assert "MARU_MEDIA_SECRET is missing" in refusal(tmp_path, drop="MARU_MEDIA_SECRET")


@pytest.mark.parametrize(
    ("setting", "value", "told"),
    [
        ("colour", "blue", "MARU_MEDIA_COLOUR is not a setting"),
        ("max_rooms", "none", "MARU_MEDIA_MAX_ROOMS"),
        ("secret", "short", "MARU_MEDIA_SECRET"),
        ("port_min", "40000", "MARU_MEDIA_PORT_MAX belong together"),
        ("ice_servers", '[{"urls": ["http://example.org"]}]', "MARU_MEDIA_ICE_SERVERS"),
        ("ice_servers", "not json", "MARU_MEDIA_ICE_SERVERS must be JSON"),
        ("srtp_profiles", '["ROT13"]', "MARU_MEDIA_SRTP_PROFILES"),
        ("recording_key", "c2hvcnQ=", "MARU_MEDIA_RECORDING_KEY"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, setting: str, value: str, told: str) -> None:
    assert told in refusal(tmp_path, None, "", **{setting: value})


def test_a_port_in_use_says_what_to_do(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        told = refusal(tmp_path, port=port)
    assert f"port {port} is in use: stop the other process or set MARU_MEDIA_PORT" in told


def test_a_recordings_folder_that_cannot_be_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    told = refusal(tmp_path, recordings_dir=str(tmp_path / "file" / "recordings"))
    assert "set MARU_MEDIA_RECORDINGS_DIR" in told


def test_a_node_starts_and_stops_when_it_is_told(tmp_path: Path) -> None:
    with running_node(tmp_path) as node:
        assert node.client.place("any") == node.url
        assert node.metric("maru_media_rooms") == 0
        code = node.stop()
        assert code == 0
        assert "media.stopping" in node.output


def test_a_node_is_emptied_from_the_command_line(tmp_path: Path) -> None:
    with running_node(tmp_path) as node:
        for argument, expected in (("", (True, False)), ("--move", (True, True)), ("--end", (False, False))):
            done = chore(tmp_path, node.port, "drain", *filter(None, [argument]))
            assert (done.returncode, done.stdout) == (0, f"0 participants are on {socket.gethostname()}\n")
            health = node.client.health(node.url)
            assert (health.draining, health.moving) == expected
    gone = chore(tmp_path, node.port, "drain")
    assert gone.returncode == 1
    assert "does not answer" in gone.stderr
    unknown = chore(tmp_path, node.port, "dance")
    assert (unknown.returncode, unknown.stdout) == (2, "")
    assert "no chore is called dance" in unknown.stderr


def chore(folder: Path, port: int, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `python -m consult` with these arguments and the settings of the node on this port."""
    return subprocess.run(
        [sys.executable, "-m", "consult", *arguments],
        env=environment(port, folder),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
