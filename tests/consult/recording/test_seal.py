"""Sealed files: read back whole, torn off anywhere, never with a wrong key or a changed bit."""

from __future__ import annotations

import base64
import io
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consult.recording import RoomRecorder
from consult.recording.errors import KeyMissing, SealBroken, WrongKey
from consult.recording.inspect import read_tracks
from consult.recording.keys import RecordingKey
from consult.recording.reading import open_track
from consult.recording.seal import HEADER_BYTES, Flag, Sealer
from consult.recording.spool import Spool
from tests.consult.recording.rooms import begin, send
from tests.consult.recording.streams import audio, video
from tests.consult.recording.test_crash import lines, recording_child

SECRET = bytes(range(32))
KEY = RecordingKey(SECRET)
PIECES = [b"head", b"", b"a" * 5_000, os.urandom(100_000), b"end"]
IN_FOLDER = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)


def sealed(path: Path) -> bytes:
    """A closed file of a few frames; returns what it holds."""
    path.unlink(missing_ok=True)
    spool = Spool(path, key=KEY)
    for piece in PIECES:
        spool.append(piece)
    spool.finish("closed", b"HEAD")
    spool.close()
    return b"HEAD" + b"".join(PIECES[1:])


@IN_FOLDER
@given(offset=st.integers(0, 110_000), length=st.integers(0, 120_000))
def test_any_piece_of_a_sealed_file_can_be_read(tmp_path: Path, offset: int, length: int) -> None:
    expected = sealed(tmp_path / "a.mkv")
    with open_track(tmp_path / "a.mkv", KEY) as file:
        file.seek(offset)
        assert file.read(length) == expected[offset : offset + length]
        assert file.seek(0, io.SEEK_END) == len(expected)


@IN_FOLDER
@given(kept=st.integers(HEADER_BYTES, 106_000))
def test_a_sealed_file_torn_off_anywhere_keeps_its_whole_frames(tmp_path: Path, kept: int) -> None:
    path = tmp_path / "a.mkv"
    expected = sealed(path)
    path.write_bytes(path.read_bytes()[:kept])
    with open_track(path, KEY) as file:
        found = file.read()
    assert expected.startswith(found)
    ends = [sum(map(len, PIECES[:count])) for count in range(len(PIECES) + 1)]
    assert len(found) in ends
    following = [end for end in ends if end > len(found)]
    assert not following or kept < following[0] + HEADER_BYTES + 21 * len(PIECES)


@IN_FOLDER
@given(st.data())
def test_a_changed_bit_is_never_read(tmp_path: Path, data: st.DataObject) -> None:
    path = tmp_path / "a.mkv"
    expected = sealed(path)
    whole = bytearray(path.read_bytes())
    whole[data.draw(st.integers(0, len(whole) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    path.write_bytes(whole)
    try:
        with open_track(path, KEY) as file:
            found = file.read()
    except (WrongKey, SealBroken):
        return
    assert found == bytes(whole) or expected.startswith(found), "neither plain now nor torn off"


def test_another_key_and_no_key_are_refused(tmp_path: Path) -> None:
    sealed(tmp_path / "a.mkv")
    with pytest.raises(KeyMissing):
        open_track(tmp_path / "a.mkv")
    with pytest.raises(WrongKey):
        open_track(tmp_path / "a.mkv", RecordingKey(bytes(32)))


def test_frames_that_changed_places_are_refused(tmp_path: Path) -> None:
    sealer = Sealer(KEY)
    frames = [sealer.seal(piece) for piece in (b"one", b"two", b"six")]
    (tmp_path / "a.mkv").write_bytes(frames[0] + frames[2] + frames[1])
    with open_track(tmp_path / "a.mkv", KEY) as file, pytest.raises(SealBroken):
        file.read()


def test_every_file_has_a_key_of_its_own_and_a_head_is_sealed_again_only_once() -> None:
    first, second = Sealer(KEY), Sealer(KEY)
    assert first.seal(b"same", Flag.BODY) != second.seal(b"same", Flag.BODY)
    first.seal_head_again(b"again")
    with pytest.raises(SealBroken):
        first.seal_head_again(b"once more")


def test_a_sealed_room_is_read_like_a_plain_one(tmp_path: Path) -> None:
    recorder = RoomRecorder(tmp_path, "room", "node", key=KEY)
    send(begin(recorder, "audio/opus"), audio(100))
    send(begin(recorder, "video/VP8"), video())
    recorder.close()
    sound, picture = read_tracks(recorder.path, key=KEY)
    assert (sound.codec, sound.decoded, picture.codec, picture.decoded) == ("opus", 100, "vp8", 50)
    assert [report.error for report in read_tracks(recorder.path)] != [None, None]
    for path in recorder.path.glob("*.mkv"):
        assert b"matroska" not in path.read_bytes()
        assert audio(100)[50].payload not in path.read_bytes()


def test_a_killed_recorder_leaves_sealed_files_that_decode_to_the_end(tmp_path: Path) -> None:
    with recording_child(tmp_path, "0", base64.b64encode(SECRET).decode()) as child:
        told = next(line for line in lines(child) if line.get("frames", 0) > 70)
        child.kill()
        child.wait()
    sound, picture = read_tracks(tmp_path / "room" / "1", key=KEY)
    assert (sound.error, picture.error) == (None, None)
    assert (picture.decoded or 0) >= told["frames"]
    assert (sound.decoded or 0) >= told["sounds"]


@pytest.mark.parametrize("text", ["", "short", base64.b64encode(bytes(31)).decode(), "가" * 44])
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        RecordingKey.parse(text)
