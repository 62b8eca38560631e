"""Files that a player reads: whole, torn off anywhere, and seekable once closed."""

from datetime import UTC, datetime
from pathlib import Path

import av
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consult.recording import ebml
from consult.recording.inspect import read_track
from consult.recording.matroska import MatroskaFile, TrackEntry
from consult.recording.spool import Spool
from consult.recording.track_file import OPUS_HEAD, OPUS_SOUND
from consult.recording.vp8 import Vp8Depacketizer
from tests.consult.recording.streams import FRAME_RATE, audio, video
from tests.consult.recording.test_depacketize import push

STARTED = datetime(2026, 11, 21, 1, 2, 3, tzinfo=UTC)
SOUND = TrackEntry("A_OPUS", OPUS_HEAD, sound=OPUS_SOUND)
OFFSET = 1_500


def write_sound(path: Path, packets: int) -> MatroskaFile:
    file = MatroskaFile(Spool(path), SOUND, STARTED)
    for place, packet in enumerate(audio(packets)):
        file.add(OFFSET + place * 20, True, packet.payload)
        if place % 25 == 24:
            file.flush()
    return file


def write_video(path: Path, seconds: int) -> None:
    frames = push(Vp8Depacketizer(), video(frames=seconds * FRAME_RATE, key_every=FRAME_RATE * 2))
    file = MatroskaFile(Spool(path), TrackEntry("V_VP8", width=320, height=180), STARTED)
    for place, frame in enumerate(frames):
        file.add(place * 1000 // FRAME_RATE, frame.keyframe, frame.data)
    file.close()


def test_a_closed_file_tells_its_length_and_start(tmp_path: Path) -> None:
    write_sound(tmp_path / "a.mkv", 100).close()
    report = read_track(tmp_path / "a.mkv")
    assert (report.codec, report.frames, report.decoded) == ("opus", 100, 100)
    assert [report.offset, report.duration] == pytest.approx([1.5, 2.0])
    with av.open(str(tmp_path / "a.mkv")) as container:
        assert container.duration == 3_500_000
        assert container.metadata["creation_time"].startswith("2026-11-21T01:02:03")


def test_a_closed_video_can_be_sought(tmp_path: Path) -> None:
    write_video(tmp_path / "v.mkv", 10)
    with av.open(str(tmp_path / "v.mkv")) as container:
        container.seek(7_000_000)
        first = next(container.demux(video=0))
        assert first.is_keyframe
        assert first.pts is not None
        assert first.time_base is not None
        assert float(first.pts * first.time_base) == 6.0
        assert [picture.width for picture in first.decode()] == [320]


def test_an_open_file_is_already_readable(tmp_path: Path) -> None:
    file = write_sound(tmp_path / "a.mkv", 110)
    report = read_track(tmp_path / "a.mkv")
    assert (report.frames, report.decoded, report.error) == (100, 100, None)
    file.close()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(kept=st.integers(300, 30_000))
def test_a_file_torn_off_anywhere_keeps_every_whole_cluster(tmp_path: Path, kept: int) -> None:
    path = tmp_path / "torn.mkv"
    path.unlink(missing_ok=True)
    ends = []
    file = MatroskaFile(Spool(path), SOUND, STARTED)
    for place, packet in enumerate(audio(100)):
        file.add(OFFSET + place * 20, True, packet.payload)
        if place % 25 == 24:
            file.flush()
            ends.append(file.bytes_written)
    path.write_bytes(path.read_bytes()[:kept])
    whole = sum(25 for end in ends if end <= kept)
    report = read_track(path)
    assert report.error is None
    assert report.frames >= whole
    assert (report.decoded or 0) >= whole


def test_an_abandoned_file_ends_with_its_last_whole_cluster(tmp_path: Path) -> None:
    file = write_sound(tmp_path / "a.mkv", 60)
    file.abandon()
    with av.open(str(tmp_path / "a.mkv")) as container:
        assert sum(1 for packet in container.demux(audio=0) if packet.size) == 50
        assert container.duration is not None


def test_a_file_that_exists_is_never_written_over(tmp_path: Path) -> None:
    (tmp_path / "a.mkv").write_bytes(b"evidence")
    with pytest.raises(FileExistsError):
        MatroskaFile(Spool(tmp_path / "a.mkv"), SOUND, STARTED)
    assert (tmp_path / "a.mkv").read_bytes() == b"evidence"


@pytest.mark.parametrize("length", [0, 1, 126, 127, 128, 16_382, 16_383, 70_000])
def test_sizes_are_told_in_the_shortest_form(length: int) -> None:
    encoded = ebml.element(0xEC, bytes(length))
    width = len(encoded) - 1 - length
    mark = encoded[1] >> (8 - width)
    assert mark == 1, "the first bit set tells the width"
    told = int.from_bytes(encoded[1 : 1 + width]) - (1 << 7 * width)
    assert told == length
    assert told != (1 << 7 * width) - 1, "all ones means unknown"
