"""What is left when the process is killed or the disk is full: everything up to that moment."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from consult.recording import RoomRecorder
from consult.recording.inspect import read_tracks
from tests.consult.recording.rooms import read_manifest

ROOT = Path(__file__).parents[3]


@contextmanager
def recording_child(folder: Path, *limits: str) -> Iterator[subprocess.Popen[str]]:
    """A process that records into the folder; it is gone when the block ends."""
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.consult.recording.child", str(folder), *limits],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    try:
        yield child
    finally:
        child.kill()
        child.communicate()


def lines(child: subprocess.Popen[str]) -> Iterator[dict[str, Any]]:
    assert child.stdout is not None
    for line in child.stdout:
        if line.startswith("{"):
            yield json.loads(line)
    raise AssertionError(f"the recording process ended early with {child.wait()}")


def test_a_killed_recorder_leaves_files_that_decode_to_the_end(tmp_path: Path) -> None:
    with recording_child(tmp_path) as child:
        told = next(line for line in lines(child) if line.get("frames", 0) > 100)
        child.kill()
        child.wait()
    sound, picture = read_tracks(tmp_path / "room" / "1")
    assert (sound.error, picture.error) == (None, None)
    assert (picture.decoded or 0) >= told["frames"]
    assert (sound.decoded or 0) >= told["sounds"]
    assert read_manifest(tmp_path / "room" / "1")["state"] == "recording"


def test_a_room_reopened_after_a_crash_touches_nothing_of_the_first_part(tmp_path: Path) -> None:
    with recording_child(tmp_path) as child:
        next(lines(child))
        child.kill()
        child.wait()
    before = {path.name: path.read_bytes() for path in (tmp_path / "room" / "1").iterdir()}
    recorder = RoomRecorder(tmp_path, "room", "node")
    recorder.close()
    assert recorder.path.name == "2"
    assert {path.name: path.read_bytes() for path in (tmp_path / "room" / "1").iterdir()} == before


def test_a_disk_that_is_full_from_the_beginning_leaves_nothing_half_made(tmp_path: Path) -> None:
    with recording_child(tmp_path, "1") as child:
        told = next(line for line in lines(child) if "failure" in line)
        assert child.wait() == 0
    assert (told["failure"], told["live"], told["sound"]) == ("recording.disk_full", False, "failed")
    assert list((tmp_path / "room").iterdir()) == []


def test_a_full_disk_fails_the_recording_and_nothing_else(tmp_path: Path) -> None:
    limit = 400_000
    with recording_child(tmp_path, str(limit)) as child:
        told = next(line for line in lines(child) if "failure" in line)
        assert child.wait() == 0
    assert (told["failure"], told["error"], told["live"]) == (
        "recording.disk_full",
        "recording.disk_full",
        False,
    )
    assert told["sound"] == "recording", "the track that still fits goes on"
    _, picture = read_tracks(tmp_path / "room" / "1")
    assert picture.error is None
    assert (tmp_path / "room" / "1" / picture.file).stat().st_size <= limit
    manifest = read_manifest(tmp_path / "room" / "1")
    facts = next(track for track in manifest["tracks"] if track["kind"] == "video")
    assert (manifest["state"], manifest["error"]) == ("failed", "recording.disk_full")
    assert (facts["state"], facts["gaps"][-1]["reason"]) == ("failed", "failed")
    assert 0 < facts["frames"] <= picture.frames
    assert picture.decoded == picture.frames
