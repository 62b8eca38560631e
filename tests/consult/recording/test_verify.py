"""The verifier: what was recorded holds, and whatever is done to it afterwards shows."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consult.recording import RoomRecorder, TrackRecorder, manifest
from consult.recording.clock import ParticipantClock
from consult.recording.commands import main, sentences
from consult.recording.intake import Source
from consult.recording.keys import RecordingKey
from consult.recording.manifest import Gap, Reason, RoomTime, TrackFacts
from consult.recording.parts import Part
from consult.recording.track_file import TrackFile
from consult.recording.verify import RoomResult, verify_room
from tests.consult.recording.rooms import begin, read_manifest, send
from tests.consult.recording.streams import OPUS, audio, video
from tests.consult.recording.test_crash import lines, recording_child
from tests.waiting import until

SECRET = bytes(range(32))
KEY = RecordingKey(SECRET)
KEYS = pytest.mark.parametrize("key", [None, KEY], ids=["plain", "sealed"])


def recorded(folder: Path, key: RecordingKey | None = None, lost: int = 0) -> Path:
    """A room with two tracks of two seconds, recorded as one part more in its folder."""
    recorder = RoomRecorder(folder, "room", "node", key=key)
    begun = time.monotonic()
    sound = begin(recorder, "audio/opus")
    send(sound, audio(100)[:40] + audio(100)[40 + lost :], begun)
    send(begin(recorder, "video/VP8"), video(), begun)
    until(lambda: sound.facts.chain, "the first segment is written")
    recorder.close()
    return folder / "room"


@pytest.fixture(scope="module")
def originals(tmp_path_factory: pytest.TempPathFactory) -> dict[bool, Path]:
    """A room of two parts, plain and sealed, that tests copy and harm."""
    folders = {}
    for key in (None, KEY):
        folder = tmp_path_factory.mktemp("originals")
        recorded(folder, key, lost=10)
        folders[key is not None] = recorded(folder, key)
    return folders


def harmed(original: Path, folder: Path, harm: Callable[[Path], object]) -> Path:
    room = folder / "room"
    shutil.rmtree(room, ignore_errors=True)
    shutil.copytree(original, room)
    harm(room)
    return room


def told(result: RoomResult) -> str:
    return "\n".join(sentences(result))


@KEYS
def test_what_was_recorded_holds(originals: dict[bool, Path], key: RecordingKey | None) -> None:
    result = verify_room(originals[key is not None], key)
    assert result.holds, told(result)
    first, second = result.parts
    assert (first.state, second.state) == ("closed", "closed")
    assert {track.file for track in first.tracks} == {"visitor-audio.mkv", "visitor-video.mkv"}
    assert all(track.segments >= 2 and track.bytes > 1000 for track in first.tracks)
    assert [gap["reason"] for gap in first.tracks[0].gaps] == ["lost"]
    assert second.before is not None
    assert second.before["from"] == first.ended_at
    assert second.before["reason"] == "stopped"


def test_a_sealed_recording_holds_without_the_key_and_says_what_was_not_checked(
    originals: dict[bool, Path],
) -> None:
    result = verify_room(originals[True])
    assert result.holds, told(result)
    assert "sealed; without the key" in told(result)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.differing_executors],
    max_examples=60,
)
@given(sealed=st.booleans(), place=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_one_changed_bit_anywhere_shows(
    originals: dict[bool, Path], tmp_path: Path, sealed: bool, place: float, bit: int
) -> None:
    """The place is drawn over all bytes of all files, chains and manifests of the room."""

    def flip(room: Path) -> None:
        files = sorted(path for path in room.rglob("*") if path.is_file())
        position = int(place * sum(path.stat().st_size for path in files))
        for path in files:
            size = path.stat().st_size
            if position < size:
                data = bytearray(path.read_bytes())
                data[position] ^= 1 << bit
                path.write_bytes(data)
                return
            position -= size

    assert not verify_room(harmed(originals[sealed], tmp_path, flip)).holds


@pytest.mark.parametrize("name", ["manifest.json", "visitor-audio.mkv.chain", "visitor-video.mkv.chain"])
def test_every_changed_byte_of_what_is_small_shows(
    originals: dict[bool, Path], tmp_path: Path, name: str
) -> None:
    room = tmp_path / "room"
    shutil.copytree(originals[True], room)
    path = room / "1" / name
    whole = path.read_bytes()
    for position in range(0, len(whole), 7):
        path.write_bytes(whole[:position] + bytes([whole[position] ^ 1]) + whole[position + 1 :])
        assert not verify_room(room).holds, f"byte {position} of {name}"
    path.write_bytes(whole)
    assert verify_room(room).holds


def cut(name: str, kept: float) -> Callable[[Path], object]:
    def harm(room: Path) -> None:
        path = room / "1" / name
        data = path.read_bytes()
        path.write_bytes(data[: int(len(data) * kept)])

    return harm


def append_byte(room: Path) -> None:
    with (room / "1" / "visitor-video.mkv").open("ab") as file:
        file.write(b"x")


def drop_line(number: int) -> Callable[[Path], object]:
    def harm(room: Path) -> None:
        path = room / "1" / "visitor-audio.mkv.chain"
        kept = path.read_text().splitlines(keepends=True)
        del kept[number]
        path.write_text("".join(kept))

    return harm


def drop_gap(room: Path) -> None:
    """Take a gap out of the manifest, and make the manifest's own seal fit again."""
    document = read_manifest(room / "1")
    document.pop("seal")
    for track in document["tracks"]:
        track["gaps"] = []
    manifest.write(room / "1", document)


@pytest.mark.parametrize(
    ("harm", "sentence"),
    [
        (lambda room: (room / "1" / "visitor-audio.mkv").unlink(), "visitor-audio.mkv is missing"),
        (lambda room: (room / "1" / "visitor-audio.mkv.chain").unlink(), "audio.mkv.chain is missing"),
        (lambda room: (room / "1" / "manifest.json").unlink(), "there is no manifest"),
        (lambda room: shutil.rmtree(room / "1"), "part 1, which came before, is missing"),
        (lambda room: (room / "1" / "other.mkv").write_bytes(b"x"), "other.mkv is not in the manifest"),
        (cut("visitor-video.mkv", 0.5), "it ends at byte"),
        (cut("visitor-video.mkv.chain", 0.5), "PROBLEM"),
        (append_byte, "belong to no segment"),
        (drop_line(0), "line 1"),
        (drop_line(1), "line 2"),
        (drop_line(-1), "its chain does not end"),
        (drop_gap, "the manifest leaves out a gap"),
        (drop_gap, "part 1 was changed after this one began"),
    ],
)
def test_what_is_missing_or_changed_is_named(
    originals: dict[bool, Path], tmp_path: Path, harm: Callable[[Path], object], sentence: str
) -> None:
    result = verify_room(harmed(originals[False], tmp_path, harm))
    assert sentence in told(result)
    assert not result.holds


def test_a_manifest_made_anew_without_the_key_is_not_signed(
    originals: dict[bool, Path], tmp_path: Path
) -> None:
    result = verify_room(harmed(originals[True], tmp_path, drop_gap), KEY)
    assert "not signed with this key" in told(result)


def test_a_hole_that_nobody_stated_shows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A recorder that forgets to state a silence is found out by its own chain."""
    silent = [*audio(50), *(audio(100)[50:])]
    spread = [
        packet if place < 50 else type(packet)(**{**vars(packet), "time": packet.time + 5, "ssrc": 9})
        for place, packet in enumerate(silent)
    ]
    recorder = RoomRecorder(tmp_path, "honest", "node")
    send(begin(recorder, "audio/opus"), spread)
    recorder.close()
    result = verify_room(tmp_path / "honest")
    assert result.holds, told(result)
    assert [gap["reason"] for gap in result.parts[0].tracks[0].gaps] == [Reason.RESTART]

    def forget(file: TrackFile, gap: Gap) -> None:
        """State nothing."""

    monkeypatch.setattr("consult.recording.track_file.TrackFile._add_gap", forget)
    recorder = RoomRecorder(tmp_path, "silent", "node")
    send(begin(recorder, "audio/opus"), spread)
    recorder.close()
    assert "and no gap says so" in told(verify_room(tmp_path / "silent"))


def test_a_sender_that_sends_nothing_for_a_while_is_stated(tmp_path: Path) -> None:
    packets = [
        type(packet)(**{**vars(packet), "time": packet.time + 5, "timestamp": packet.timestamp + 240_000})
        if place >= 50
        else packet
        for place, packet in enumerate(audio(100))
    ]
    recorder = RoomRecorder(tmp_path, "room", "node")
    send(begin(recorder, "audio/opus"), packets)
    recorder.close()
    (track,) = read_manifest(recorder.path)["tracks"]
    (gap,) = track["gaps"]
    assert (gap["reason"], gap["packets"]) == ("nothing_sent", 0)
    assert gap["to"] - gap["from"] == pytest.approx(5.02, abs=0.005)
    assert verify_room(tmp_path / "room").holds


@KEYS
def test_a_killed_recorder_leaves_a_chain_over_every_byte(tmp_path: Path, key: RecordingKey | None) -> None:
    options = () if key is None else ("0", base64.b64encode(SECRET).decode())
    with recording_child(tmp_path, *options) as child:
        next(line for line in lines(child) if line.get("frames", 0) > 70)
        child.kill()
        child.wait()
    result = verify_room(tmp_path / "room", key)
    assert result.holds, told(result)
    assert "ended without closing" in told(result)
    for name in ("visitor-audio.mkv", "visitor-video.mkv"):
        path = tmp_path / "room" / "1" / name
        whole = path.read_bytes()
        for position in range(0, len(whole), len(whole) // 20):
            path.write_bytes(whole[:position] + bytes([whole[position] ^ 1]) + whole[position + 1 :])
            assert not verify_room(tmp_path / "room").holds, f"byte {position} of {name}"
        path.write_bytes(whole)


def test_a_track_that_was_just_being_made_when_the_process_died_is_no_finding(tmp_path: Path) -> None:
    with recording_child(tmp_path) as child:
        next(lines(child))
        child.kill()
        child.wait()
    (tmp_path / "room" / "1" / "later-audio.mkv").touch()
    result = verify_room(tmp_path / "room")
    assert result.holds, told(result)
    assert "nothing was written yet" in told(result)


def test_a_silence_at_the_end_of_a_track_is_stated(tmp_path: Path) -> None:
    ago = 10.0
    started = RoomTime(time.monotonic() - ago, time.time() - ago)
    facts = TrackFacts("visitor", "customer", "audio", "audio/opus", 1)
    part = Part(tmp_path, "room", "node", 1, started.iso(0))
    source = Source("audio/opus", 48_000, OPUS)
    track = TrackRecorder("visitor-audio", facts, source, ParticipantClock(), started, part)
    send(track, audio(100), started.monotonic)
    track.close()
    track.pump(ending=True)
    (gap,) = facts.gaps
    assert gap.reason == Reason.NOTHING_SENT
    assert gap.begin == pytest.approx(1.98, abs=0.01)
    assert gap.end >= ago


def test_a_part_after_a_crash_is_tied_to_the_killed_one(tmp_path: Path) -> None:
    with recording_child(tmp_path) as child:
        next(lines(child))
        child.kill()
        child.wait()
    recorded(tmp_path)
    result = verify_room(tmp_path / "room")
    assert result.holds, told(result)
    before = result.parts[1].before
    assert before is not None
    assert before["reason"] == "not_closed"
    assert before["from"] <= before["to"]


def test_a_full_disk_leaves_a_recording_that_holds(tmp_path: Path) -> None:
    with recording_child(tmp_path, "400000") as child:
        next(line for line in lines(child) if "failure" in line)
        assert child.wait() == 0
    result = verify_room(tmp_path / "room")
    assert result.holds, told(result)
    assert "the recording failed: recording.disk_full" in told(result)


def test_an_attempt_that_left_nothing_is_no_part(tmp_path: Path) -> None:
    recorded(tmp_path)
    (tmp_path / "room" / "2").mkdir()
    recorded(tmp_path)
    result = verify_room(tmp_path / "room")
    assert result.holds, told(result)
    assert [part.notes for part in result.parts] == [[], ["nothing was recorded"], []]


def test_a_pause_is_stated_and_nothing_of_it_is_kept(tmp_path: Path) -> None:
    recorder = RoomRecorder(tmp_path, "room", "node")
    begun = time.monotonic()
    send(begin(recorder, "audio/opus"), audio(50), begun)
    recorder.pause()
    recorder.pause()
    recorder.resume()
    send(begin(recorder, "audio/opus"), audio(25), begun + 4)
    recorder.close()
    document = read_manifest(recorder.path)
    (pause,) = document["pauses"]
    assert pause["reason"] == "paused"
    assert 0 <= pause["from"] <= pause["to"] < 4
    first, second = document["tracks"]
    assert (first["frames"], second["frames"]) == (50, 25)
    (gap,) = second["gaps"]
    assert gap["reason"] == "paused"
    assert gap["to"] - gap["from"] == pytest.approx(4 - 0.98, abs=0.01)
    assert verify_room(tmp_path / "room").holds


def test_the_command_tells_people_and_programs(
    originals: dict[bool, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["verify", str(originals[False])]) == 0
    assert capsys.readouterr().out.endswith("Everything holds.\n")
    assert main(["verify", "--json", str(originals[False])]) == 0
    assert json.loads(capsys.readouterr().out)["holds"] is True
    room = harmed(originals[False], tmp_path, lambda room: (room / "1" / "visitor-audio.mkv").unlink())
    assert main(["verify", str(room)]) == 1
    assert main(["verify", str(tmp_path / "nowhere")]) == 2
    assert "nowhere" in capsys.readouterr().err


def test_the_node_has_both_chores(originals: dict[bool, Path], tmp_path: Path) -> None:
    """A process of its own, as a bank's people start it, with the key in its environment."""
    environment = {**os.environ, "MARU_MEDIA_RECORDING_KEY": base64.b64encode(SECRET).decode()}
    for arguments in (["verify"], ["export", "--out", str(tmp_path / "whole.mkv")]):
        command = [sys.executable, "-m", "consult", *arguments, str(originals[True])]
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 0, done
    assert (tmp_path / "whole.mkv").stat().st_size > 10_000
