"""One file of a recording: all tracks, at their times, as they were."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import pytest

from consult.recording import RoomRecorder
from consult.recording.commands import main
from consult.recording.errors import KeyMissing, NotExported
from consult.recording.export import export
from consult.recording.keys import RecordingKey
from tests.consult.recording.rooms import begin, read_manifest, send
from tests.consult.recording.streams import audio, video
from tests.consult.recording.test_crash import lines, recording_child

KEY = RecordingKey(bytes(range(32)))


def recorded(folder: Path, key: RecordingKey | None) -> Path:
    """Sound at once, the picture 1.5 s later, and a second file of sound after a reconnect."""
    recorder = RoomRecorder(folder, "room", "node", key=key)
    begun = time.monotonic()
    send(begin(recorder, "audio/opus"), audio(100), begun)
    send(begin(recorder, "video/VP8"), video(), begun + 1.5)
    send(begin(recorder, "audio/opus"), audio(50), begun + 6)
    recorder.close()
    return folder / "room"


def packets(path: Path) -> Iterator[tuple[str, float, bytes]]:
    with av.open(str(path)) as container:
        for packet in container.demux():
            if packet.pts is not None and packet.time_base is not None:
                yield packet.stream.type, float(packet.pts * packet.time_base), bytes(packet)


def apart(path: Path, kind: str) -> list[tuple[float, bytes]]:
    return [(moment, data) for found, moment, data in packets(path) if found == kind]


@pytest.mark.parametrize("key", [None, KEY], ids=["plain", "sealed"])
def test_all_tracks_stand_at_their_times(tmp_path: Path, key: RecordingKey | None) -> None:
    room, target = recorded(tmp_path, key), tmp_path / "whole.mkv"
    shares: list[float] = []
    assert export(room, target, key, progress=shares.append) == 2
    sound, picture = apart(target, "audio"), apart(target, "video")
    assert [data for _, data in sound[:100]] == [packet.payload for packet in audio(100)]
    assert (len(sound), len(picture)) == (150, 50)
    assert picture[0][0] - sound[0][0] == pytest.approx(1.5, abs=0.003)
    assert sound[100][0] - sound[0][0] == pytest.approx(6, abs=0.003)
    assert shares[-1] == 1.0
    with av.open(str(target)) as container:
        assert sum(1 for _ in container.decode(video=0)) == 50


def test_parts_follow_each_other_as_they_did(tmp_path: Path) -> None:
    room = recorded(tmp_path, None)
    recorded(tmp_path, None)
    manifests: list[dict[str, Any]] = [read_manifest(room / part) for part in "12"]
    assert export(room, tmp_path / "both.mkv") == 2
    assert export(room, tmp_path / "second.mkv", part=2) == 2
    both, second = apart(tmp_path / "both.mkv", "audio"), apart(tmp_path / "second.mkv", "audio")
    assert (len(both), len(second)) == (300, 150)
    assert manifests[0]["started_at"] < manifests[1]["started_at"]


def test_a_part_killed_by_a_crash_is_exported_as_far_as_it_goes(tmp_path: Path) -> None:
    with recording_child(tmp_path) as child:
        told = next(line for line in lines(child) if line.get("frames", 0) > 70)
        child.kill()
        child.wait()
    assert export(tmp_path / "room", tmp_path / "torn.mkv") == 2
    assert len(apart(tmp_path / "torn.mkv", "video")) >= told["frames"]


def test_what_cannot_be_exported_leaves_nothing_behind(tmp_path: Path) -> None:
    room = recorded(tmp_path, KEY)
    target = tmp_path / "whole.mkv"
    with pytest.raises(KeyMissing):
        export(room, target)
    (tmp_path / "empty").mkdir()
    with pytest.raises(NotExported):
        export(tmp_path / "empty", target)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty", "room"]
    target.write_bytes(b"something else")
    with pytest.raises(FileExistsError):
        export(room, target, KEY)
    assert target.read_bytes() == b"something else"


def test_the_command_shows_progress(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    room, target = recorded(tmp_path, None), tmp_path / "whole.mkv"
    capsys.readouterr()
    assert main(["export", str(room), "--out", str(target)]) == 0
    shown = capsys.readouterr()
    assert "100 %" in shown.err
    assert "2 tracks" in shown.err
    assert shown.out == ""
    assert main(["export", str(room), "--out", str(target)]) == 2
