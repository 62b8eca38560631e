"""A shared screen in a recording: one track for each time it is shown, and nothing of the sign that ends it."""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path

import av
import pytest

from consult.recording import RoomRecorder
from consult.recording.commands import sentences
from consult.recording.export import export
from consult.recording.keys import RecordingKey
from consult.recording.verify import verify_room
from consult.screens import SCREEN_OVER, ScreenRecorder
from tests.consult.recording.rooms import read_manifest
from tests.consult.recording.streams import PAYLOAD_TYPES, Sent, video

KEY = RecordingKey(bytes(range(32)))
FRAMES = 25


def screen(recorder: RoomRecorder, codec: str = "video/VP8") -> ScreenRecorder:
    begin = partial(
        recorder.track, "advisor", "advisor", "screen", codec, 90_000, payload_type=PAYLOAD_TYPES[codec]
    )
    return ScreenRecorder(codec.lower(), begin)


def stream(codec: str, *widths: int) -> list[tuple[float, bytes]]:
    """One SSRC that carries a second of each width, with three seconds of nothing after each: (arrival, packet)."""
    packets: list[tuple[float, bytes]] = []
    sequence, seconds = 100, 0
    for width in widths:
        height = max(16, width * 9 // 16 // 2 * 2)
        sent: list[Sent] = video(
            codec, FRAMES, width, height, sequence=sequence, timestamp=5_000 + seconds * 90_000
        )
        packets += [(seconds + packet.time, bytes(packet)) for packet in sent]
        sequence, seconds = sent[-1].sequence + 1, seconds + 4
    return packets


def widths(path: Path) -> list[int]:
    with av.open(str(path)) as container:
        return [frame.width for frame in container.decode(video=0)]


@pytest.mark.parametrize(
    ("codec", "key"), [("video/VP8", None), ("video/H264", KEY)], ids=["vp8-plain", "h264-sealed"]
)
def test_every_showing_is_a_track_and_their_ends_are_stated(
    tmp_path: Path, codec: str, key: RecordingKey | None
) -> None:
    recorder = RoomRecorder(tmp_path, "room", "node", key=key)
    shown, begun = screen(recorder, codec), time.monotonic()
    for moment, packet in stream(codec, 320, SCREEN_OVER, 640, SCREEN_OVER):
        shown.write(packet, begun + moment)
    recorder.close()

    first, second = read_manifest(recorder.path)["tracks"]
    assert [(track["kind"], track["part"], track["width"], track["frames"]) for track in (first, second)] == [
        ("screen", 1, 320, FRAMES),
        ("screen", 2, 640, FRAMES),
    ]
    assert first["gaps"] == []
    (gap,) = second["gaps"]
    assert (gap["reason"], round(gap["to"] - gap["from"])) == ("not_shown", 7)
    result = verify_room(tmp_path / "room", key)
    assert result.holds, sentences(result)
    tracks = export(tmp_path / "room", tmp_path / "whole.mkv", key)
    if codec == "video/VP8":  # H.264 of another size has other decoder settings
        assert tracks == 1
        assert widths(tmp_path / "whole.mkv") == [320] * FRAMES + [640] * FRAMES


def test_only_a_key_frame_begins_a_showing(tmp_path: Path) -> None:
    recorder = RoomRecorder(tmp_path, "room", "node")
    shown, over = screen(recorder), screen(recorder)
    packets = stream("video/VP8", 320)
    later = next(packet for moment, packet in packets if moment > 0)
    shown.write(later, time.monotonic())
    assert shown.wants_keyframe, "what is sent cannot be kept yet"
    shown.write(packets[0][1], time.monotonic())
    for _, packet in stream("video/VP8", SCREEN_OVER):
        over.write(packet, time.monotonic())
    assert not over.wants_keyframe, "a screen that is over is not asked for pictures"
    recorder.close()
    assert [track["participant"] for track in read_manifest(recorder.path)["tracks"]] == ["advisor"]
