"""Rooms recorded from real packets: every picture and sound is in the files, every loss in the manifest."""

import random
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Literal

import pytest

from consult.recording import BadRecordingName, RoomRecorder, State
from consult.recording.inspect import read_tracks
from consult.recording.track import INBOX_PACKETS
from consult.recording.writer import Writer
from tests.consult.recording.rooms import begin, read_manifest, record, send
from tests.consult.recording.streams import H264, OPUS, VP8, audio, frames_of, video
from tests.waiting import until


@pytest.mark.parametrize(
    ("codec", "decoder"), [("video/VP8", "vp8"), ("video/H264", "h264"), ("audio/opus", "opus")]
)
def test_a_track_decodes_to_all_that_was_sent(tmp_path: Path, codec: str, decoder: str) -> None:
    sound = codec == "audio/opus"
    packets = audio(100) if sound else video(codec, frames=50, width=320, height=180)
    facts = record(tmp_path, codec, packets)
    (report,) = read_tracks(tmp_path / "room" / "1")
    expected = 100 if sound else 50
    assert (report.codec, report.frames, report.decoded) == (decoder, expected, expected)
    assert report.duration == pytest.approx(2.0, abs=0.003)
    assert (report.width, report.height) == ((0, 0) if sound else (320, 180))
    assert (facts["packets"], facts["frames"], facts["lost"]) == (len(packets), expected, 0)
    assert (facts["state"], facts["gaps"]) == ("closed", [])
    assert facts["bytes"] == sum(len(bytes(packet)) for packet in packets)
    assert facts["duration"] == pytest.approx(report.duration, abs=0.002)
    assert facts["offset"] == pytest.approx(report.offset, abs=0.002)


def test_numbers_that_wrap_around_lose_nothing(tmp_path: Path) -> None:
    packets = video(sequence=65_500, timestamp=2**32 - 90_000)
    facts = record(tmp_path, "video/VP8", packets)
    (report,) = read_tracks(tmp_path / "room" / "1")
    assert packets[-1].sequence > 65_535, "the sequence has to wrap within the test"
    assert (report.decoded, facts["lost"]) == (50, 0)
    assert report.duration == pytest.approx(2.0, abs=0.003)


def test_extensions_and_padding_are_left_out(tmp_path: Path) -> None:
    dressed = [replace(packet, extension=b"\x10\xff\x00\x00", padding=5) for packet in audio(60)]
    record(tmp_path, "audio/opus", dressed)
    record(tmp_path, "audio/opus", audio(60))
    first, second = (read_tracks(tmp_path / "room" / part)[0] for part in "12")
    assert first.decoded == second.decoded == 60
    sizes = [(tmp_path / "room" / part / "visitor-audio.mkv").stat().st_size for part in "12"]
    assert sizes[0] == sizes[1]


def test_disorder_and_duplicates_leave_the_file_whole(tmp_path: Path) -> None:
    dice = random.Random(5)
    packets = video(frames=100)
    shuffled = sorted(packets, key=lambda packet: packet.time + dice.random() * 0.3)
    facts = record(tmp_path, "video/VP8", [*shuffled[:50], *shuffled[40:]])
    (report,) = read_tracks(tmp_path / "room" / "1")
    assert (report.decoded, facts["lost"], facts["duplicates"]) == (100, 0, 10)


def test_retransmissions_fill_the_holes(tmp_path: Path) -> None:
    arriving = [
        replace(packet.as_retransmission(place), time=packet.time + 0.2) if place % 10 == 3 else packet
        for place, packet in enumerate(video(frames=75))
    ]
    facts = record(tmp_path, "video/VP8", sorted(arriving, key=lambda packet: packet.time))
    (report,) = read_tracks(tmp_path / "room" / "1")
    assert (report.decoded, facts["lost"], facts["gaps"]) == (75, 0, [])


def test_a_loss_is_stated_from_the_last_picture_to_the_next_whole_one(tmp_path: Path) -> None:
    packets = video(frames=50, key_every=10)
    broken = frames_of(packets)[13]
    facts = record(tmp_path, "video/VP8", [packet for packet in packets if packet is not broken[0]])
    (report,) = read_tracks(tmp_path / "room" / "1")
    assert (report.decoded, facts["lost"], facts["frames_dropped"]) == (43, 1, 7)
    (gap,) = facts["gaps"]
    assert (gap["packets"], gap["reason"]) == (1, "lost")
    assert gap["from"] - facts["offset"] == pytest.approx(12 / 25, abs=0.002)
    assert gap["to"] - facts["offset"] == pytest.approx(20 / 25, abs=0.002)


def test_a_loss_of_sound_is_stated_and_the_rest_stays_in_its_place(tmp_path: Path) -> None:
    packets = audio(100)
    facts = record(tmp_path, "audio/opus", packets[:40] + packets[60:])
    (report,) = read_tracks(tmp_path / "room" / "1")
    assert (report.frames, facts["lost"]) == (80, 20)
    assert report.duration == pytest.approx(2.0, abs=0.003)
    (gap,) = facts["gaps"]
    assert gap["to"] - gap["from"] == pytest.approx(0.42, abs=0.002)


def test_a_track_that_ends_broken_says_so(tmp_path: Path) -> None:
    packets = video(frames=50)
    facts = record(tmp_path, "video/VP8", packets[:60] + packets[61:])
    (gap,) = facts["gaps"]
    assert gap["packets"] == 1
    assert gap["to"] == pytest.approx(facts["offset"] + packets[-1].time, abs=0.05)


def test_a_video_begins_with_its_first_keyframe(tmp_path: Path) -> None:
    groups = frames_of(video(frames=50, key_every=10))
    facts = record(tmp_path, "video/VP8", [packet for group in groups[4:] for packet in group])
    (report,) = read_tracks(tmp_path / "room" / "1")
    assert (report.decoded, facts["frames_dropped"]) == (40, 6)
    assert [gap["reason"] for gap in facts["gaps"]] == ["no_keyframe"]


def test_a_new_source_on_the_same_track_goes_on_in_the_file(tmp_path: Path) -> None:
    second = [
        replace(packet, ssrc=0x9999, time=packet.time + 2.5) for packet in audio(50, sequence=9, timestamp=77)
    ]
    facts = record(tmp_path, "audio/opus", [*audio(100), *second])
    (report,) = read_tracks(tmp_path / "room" / "1")
    assert (report.decoded, facts["lost"]) == (150, 0)
    assert report.duration == pytest.approx(3.5, abs=0.003)
    assert [gap["reason"] for gap in facts["gaps"]] == ["restart"]


def test_garbage_and_foreign_packets_are_passed_over(tmp_path: Path) -> None:
    foreign = [replace(packet, payload_type=13, ssrc=5) for packet in audio(10)]
    recorder = RoomRecorder(tmp_path, "room", "node")
    track = begin(recorder, "audio/opus")
    for garbage in (b"", b"\x80", bytes(11), bytes(40), b"\x9f" + bytes(14), b"\xa0" + b"\xff" * 20):
        track.write(garbage, time.monotonic())
    send(track, [*foreign, *audio(50)])
    recorder.close()
    facts = read_manifest(recorder.path)["tracks"][0]
    assert (facts["malformed"], facts["packets"], facts["frames"]) == (6, 50, 50)


def test_a_buffer_that_changes_after_writing_does_no_harm(tmp_path: Path) -> None:
    recorder = RoomRecorder(tmp_path, "room", "node")
    track = begin(recorder, "audio/opus")
    begun = time.monotonic()
    for packet in audio(50):
        buffer = bytearray(bytes(packet))
        track.write(memoryview(buffer), begun + packet.time)
        buffer[:] = bytes(len(buffer))
    recorder.close()
    (report,) = read_tracks(recorder.path)
    assert report.decoded == 50


def test_sound_and_picture_of_one_participant_stay_together(tmp_path: Path) -> None:
    """The picture arrives a quarter of a second later than the sound captured with it."""
    recorder = RoomRecorder(tmp_path, "room", "node")
    sound, picture = begin(recorder, "audio/opus"), begin(recorder, "video/VP8")
    ntp = 3_900_000_000 << 32
    sound.rtcp_sender_report(ntp, 5_000)
    picture.rtcp_sender_report(ntp, 5_000)
    begun = time.monotonic()
    send(sound, audio(100), begun + 0.05)
    send(picture, video(), begun + 0.30)
    recorder.close()
    audio_report, video_report = read_tracks(recorder.path)
    assert audio_report.offset == pytest.approx(video_report.offset, abs=0.011)


def test_each_reopening_of_a_room_is_a_part_of_its_own(tmp_path: Path) -> None:
    recorders = [RoomRecorder(tmp_path, "room", node) for node in ("one", "two", "three")]
    assert [recorder.path.name for recorder in recorders] == ["1", "2", "3"]
    for recorder in recorders:
        recorder.close()
    parts = [read_manifest(recorder.path) for recorder in recorders]
    assert [(part["part"], part["node"], part["state"]) for part in parts] == [
        (1, "one", "closed"),
        (2, "two", "closed"),
        (3, "three", "closed"),
    ]


def test_a_participant_who_comes_back_gets_a_new_file_and_the_gap_is_stated(tmp_path: Path) -> None:
    recorder = RoomRecorder(tmp_path, "room", "node")
    begun = time.monotonic()
    first = begin(recorder, "audio/opus")
    send(first, audio(100), begun)
    second = begin(recorder, "audio/opus")
    send(second, [replace(packet, ssrc=7) for packet in audio(50)], begun + 10)
    recorder.close()
    tracks = read_manifest(recorder.path)["tracks"]
    assert [track["file"] for track in tracks] == ["visitor-audio.mkv", "visitor-audio-2.mkv"]
    assert [track["state"] for track in tracks] == ["closed", "closed"]
    (gap,) = tracks[1]["gaps"]
    assert gap["reason"] == "reconnect"
    assert gap["to"] - gap["from"] == pytest.approx(10 - 1.98, abs=0.01)
    assert [report.decoded for report in read_tracks(recorder.path)] == [50, 100]


def test_a_connection_that_brought_nothing_states_no_gap_from_the_beginning(tmp_path: Path) -> None:
    recorder = RoomRecorder(tmp_path, "room", "node")
    begun = time.monotonic()
    send(begin(recorder, "audio/opus"), audio(100), begun)
    begin(recorder, "audio/opus")
    send(begin(recorder, "audio/opus"), [replace(packet, ssrc=7) for packet in audio(50)], begun + 10)
    recorder.close()
    (gap,) = read_manifest(recorder.path)["tracks"][2]["gaps"]
    assert gap["from"] == pytest.approx(1.98, abs=0.05)
    assert gap["to"] - gap["from"] == pytest.approx(10 - 1.98, abs=0.01)


def test_the_manifest_tells_who_and_when(tmp_path: Path) -> None:
    recorder = RoomRecorder(tmp_path, "3f2a-room", "node-a")
    opened = read_manifest(recorder.path)
    assert (opened["state"], opened["ended_at"], opened["tracks"]) == ("recording", None, [])
    customer = recorder.track("visitor", "customer", "video", "video/H264", 90_000, H264)
    advisor = recorder.track("desk", "advisor", "audio", "audio/opus", 48_000, OPUS)
    send(customer, video("video/H264"))
    send(advisor, audio(10))
    recorder.close()
    closed = read_manifest(recorder.path)
    assert (closed["room"], closed["node"], closed["state"]) == ("3f2a-room", "node-a", "closed")
    assert closed["participants"] == [
        {"participant": "visitor", "role": "customer"},
        {"participant": "desk", "role": "advisor"},
    ]
    assert datetime.fromisoformat(closed["started_at"]) <= datetime.fromisoformat(closed["ended_at"])
    video_facts, audio_facts = closed["tracks"]
    assert (video_facts["file"], video_facts["width"], video_facts["height"]) == (
        "visitor-video.mkv",
        320,
        180,
    )
    begun, ended = (datetime.fromisoformat(audio_facts[key]) for key in ("first_packet_at", "last_packet_at"))
    assert (ended - begun).total_seconds() == pytest.approx(0.18, abs=0.002)
    assert sorted(path.name for path in recorder.path.iterdir()) == [
        "desk-audio.mkv",
        "desk-audio.mkv.chain",
        "manifest.json",
        "visitor-video.mkv",
        "visitor-video.mkv.chain",
    ]


def test_the_manifest_follows_while_the_room_is_open(tmp_path: Path) -> None:
    recorder = RoomRecorder(tmp_path, "room", "node")
    track = begin(recorder, "audio/opus")
    send(track, audio(100))
    until(
        lambda: [facts["file"] for facts in read_manifest(recorder.path)["tracks"]] == ["visitor-audio.mkv"],
        "the open file stands in the manifest",
    )
    assert recorder.live
    track.close()
    until(
        lambda: read_manifest(recorder.path)["tracks"][0]["state"] == "closed",
        "the closed track stands in the manifest",
    )
    assert (recorder.live, track.state) == (True, State.CLOSED)
    recorder.close()
    assert not recorder.live


def test_a_track_without_packets_has_no_file(tmp_path: Path) -> None:
    facts = record(tmp_path, "video/VP8", [])
    assert (facts["file"], facts["state"], facts["packets"]) == (None, "closed", 0)
    assert read_tracks(tmp_path / "room" / "1") == []


@pytest.mark.parametrize("name", ["", "..", "a/b", "a.b", "-a", "가", "a" * 65, "a\n"])
def test_names_that_are_no_safe_file_names_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadRecordingName):
        RoomRecorder(tmp_path, name, "node")
    recorder = RoomRecorder(tmp_path, "room", "node")
    with pytest.raises(BadRecordingName):
        recorder.track(name, "customer", "audio", "audio/opus", 48_000, OPUS)
    recorder.close()
    assert [path.name for path in tmp_path.iterdir()] == ["room"]


@pytest.mark.parametrize(("kind", "codec"), [("video", "video/AV1"), ("audio", "audio/PCMU")])
def test_a_codec_we_do_not_write_fails_the_track_alone(
    tmp_path: Path, kind: Literal["audio", "video"], codec: str
) -> None:
    recorder = RoomRecorder(tmp_path, "room", "node")
    odd = recorder.track("visitor", "customer", kind, codec, 90_000, VP8)
    good = begin(recorder, "audio/opus", "desk")
    send(odd, video(frames=5))
    send(good, audio(50))
    recorder.close()
    assert (odd.state, odd.error, good.state) == (State.FAILED, "recording.codec_unsupported", State.CLOSED)
    assert recorder.failure == "recording.codec_unsupported"
    assert [report.decoded for report in read_tracks(recorder.path)] == [50]


def test_a_folder_that_cannot_be_made_leaves_the_call_alone(tmp_path: Path) -> None:
    (tmp_path / "recordings").write_text("a file stands where the folder should be")
    recorder = RoomRecorder(tmp_path / "recordings", "room", "node")
    track = begin(recorder, "audio/opus")
    send(track, audio(50))
    recorder.close()
    assert (recorder.live, recorder.failure) == (False, "recording.folder")
    assert (track.state, track.error) == (State.FAILED, "recording.folder")


def test_a_writer_that_falls_behind_costs_packets_and_no_memory(tmp_path: Path) -> None:
    recorder = RoomRecorder(tmp_path, "room", "node", thread=Writer(tick=3_600))
    track = begin(recorder, "audio/opus")
    packets = [
        replace(packet, sequence=number, timestamp=number * 960, time=number * 0.02)
        for number, packet in enumerate(audio(50) * 60)
    ]
    send(track, packets)
    recorder.close()
    facts = read_manifest(recorder.path)["tracks"][0]
    assert (facts["refused"], facts["frames"]) == (len(packets) - INBOX_PACKETS, INBOX_PACKETS)
    assert [gap["reason"] for gap in facts["gaps"]] == ["overload"]


class Faulty:
    """A recording with a fault of its own."""

    finished = False
    told: Exception | None = None

    def pump(self) -> Iterator[None]:
        yield
        raise ZeroDivisionError

    def give_up(self, error: Exception) -> None:
        self.finished, self.told = True, error


def test_a_fault_in_one_recording_leaves_the_others_alone(tmp_path: Path) -> None:
    thread, faulty = Writer(tick=0.01), Faulty()
    recorder = RoomRecorder(tmp_path, "room", "node", thread=thread)
    thread.add(faulty)
    until(lambda: faulty.finished, "the faulty recording is given up")
    assert isinstance(faulty.told, ZeroDivisionError)
    track = begin(recorder, "audio/opus")
    send(track, audio(50))
    recorder.close()
    assert track.state == State.CLOSED


def test_closing_twice_does_nothing(tmp_path: Path) -> None:
    recorder = RoomRecorder(tmp_path, "room", "node")
    track = begin(recorder, "audio/opus")
    send(track, audio(10))
    track.close()
    track.close()
    recorder.close()
    before = (recorder.path / "manifest.json").read_text()
    recorder.close()
    track.write(bytes(audio(1)[0]), 0.0)
    assert (recorder.path / "manifest.json").read_text() == before
