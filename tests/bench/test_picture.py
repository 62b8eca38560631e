"""The camera video of the load: as much as a browser sends, and whole again on the other side."""

from __future__ import annotations

import pytest

from bench import picture
from consult.recording.vp8 import Vp8Depacketizer


@pytest.fixture(scope="module")
def loop() -> list[bytes]:
    """Three seconds of video, encoded once for all tests here."""
    return picture.encoded_loop()


def test_loop_begins_with_its_only_key_frame(loop: list[bytes]) -> None:
    assert [frame[0] & 1 == 0 for frame in loop] == [True] + [False] * (len(loop) - 1)


def test_load_is_that_of_720p_from_a_browser(loop: list[bytes]) -> None:
    packets = [payload for number, frame in enumerate(loop) for payload in picture.payloads(frame, number)]
    assert len(packets) / picture.SECONDS == pytest.approx(139, abs=3)
    assert 8 * sum(map(len, loop)) / picture.SECONDS == pytest.approx(picture.BITS_PER_SECOND, rel=0.03)


def test_payloads_make_the_frames_again(loop: list[bytes]) -> None:
    depacketizer = Vp8Depacketizer()
    sequence, frames = 0, []
    for number, frame in enumerate(loop):
        parts = picture.payloads(frame, number)
        packets = [
            (sequence + index, 3000 * number, int(index == len(parts) - 1), part, number / 30)
            for index, part in enumerate(parts)
        ]
        sequence += len(parts)
        frames += depacketizer.push(packets)
    assert [frame.data for frame in frames] == loop
    assert depacketizer.picture is not None
    assert (depacketizer.picture.width, depacketizer.picture.height) == (picture.WIDTH, picture.HEIGHT)
