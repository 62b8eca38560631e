"""Depacketizers: whole frames out of packets, broken ones left out, and never an exception for odd bytes."""

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult.recording.depacketize import (
    PATIENCE_SECONDS,
    PICTURE_PACKETS,
    Depacketizer,
    Frame,
    OpusDepacketizer,
)
from consult.recording.h264 import H264Depacketizer
from consult.recording.rtp import Packet
from consult.recording.vp8 import Vp8Depacketizer
from tests.consult.recording.streams import FRAME_RATE, Sent, audio, frames_of, video

CODECS: dict[str, type[Vp8Depacketizer | H264Depacketizer]] = {
    "video/VP8": Vp8Depacketizer,
    "video/H264": H264Depacketizer,
}
both_codecs = pytest.mark.parametrize("codec", list(CODECS))


def push(depacketizer: Depacketizer, packets: Iterable[Sent]) -> list[Frame]:
    return depacketizer.push([in_order(packet) for packet in packets])


def in_order(packet: Sent) -> Packet:
    return (packet.sequence, packet.timestamp, int(packet.marker), packet.payload, packet.time)


@both_codecs
def test_every_picture_comes_out_whole(codec: str) -> None:
    packets = video(codec, width=320, height=180)
    depacketizer = CODECS[codec]()
    frames = push(depacketizer, packets)
    assert [frame.timestamp for frame in frames] == [group[0].timestamp for group in frames_of(packets)]
    assert [frame.keyframe for frame in frames[:10]] == [True] + [False] * 9
    assert depacketizer.picture is not None
    assert (depacketizer.picture.width, depacketizer.picture.height) == (320, 180)
    assert not depacketizer.wants_keyframe


@both_codecs
@pytest.mark.parametrize("where", [0, 1, -1])
def test_a_broken_picture_and_those_that_lean_on_it_are_left_out(codec: str, where: int) -> None:
    packets = video(codec, key_every=10, width=480, height=360)
    broken = frames_of(packets)[13]
    assert len(broken) >= 3, "the picture has to fill several packets"
    frames = push(CODECS[codec](), [packet for packet in packets if packet is not broken[where]])
    assert [index_of(frame) for frame in frames] == [*range(13), *range(20, 50)]
    after = frames[13]
    assert (after.keyframe, after.lost) == (True, 1)
    assert after.dropped == 7


@both_codecs
def test_a_lost_picture_is_noticed_though_its_neighbours_are_whole(codec: str) -> None:
    groups = frames_of(video(codec, key_every=10))
    frames = push(CODECS[codec](), [packet for group in groups[:13] + groups[14:] for packet in group])
    assert [index_of(frame) for frame in frames] == [*range(13), *range(20, 50)]
    assert frames[13].lost == len(groups[13])


def index_of(frame: Frame) -> int:
    return round((frame.timestamp - 5_000) / 90_000 * FRAME_RATE)


@both_codecs
def test_nothing_is_shown_before_the_first_keyframe(codec: str) -> None:
    groups = frames_of(video(codec, key_every=10))
    depacketizer = CODECS[codec]()
    assert push(depacketizer, [packet for group in groups[5:10] for packet in group]) == []
    assert depacketizer.wants_keyframe
    frames = push(depacketizer, [packet for group in groups[10:] for packet in group])
    assert [index_of(frame) for frame in frames] == list(range(10, 50))
    assert frames[0].dropped == 5


def test_without_any_keyframe_a_smeared_picture_comes_back_after_a_while() -> None:
    packets = video(frames=200, width=160, height=96)
    groups = frames_of(packets)
    frames = push(Vp8Depacketizer(), [packet for packet in packets if packet not in groups[20]])
    shown = [index_of(frame) for frame in frames]
    assert shown[:20] == list(range(20))
    assert shown[20] - 21 == pytest.approx(PATIENCE_SECONDS * FRAME_RATE, abs=1)
    assert shown[-1] == 199


@both_codecs
def test_padding_between_pictures_breaks_nothing(codec: str) -> None:
    groups = frames_of(video(codec))
    numbered: list[Packet] = []
    for group in groups:
        for packet in group:
            numbered.append((len(numbered), *in_order(packet)[1:]))
        numbered.append((len(numbered), group[-1].timestamp, 0, b"", group[-1].time))
    assert len(CODECS[codec]().push(numbered)) == len(groups)


@both_codecs
def test_a_picture_without_marker_ends_where_the_next_one_begins(codec: str) -> None:
    packets = [(*in_order(packet)[:2], 0, *in_order(packet)[3:]) for packet in video(codec)]
    assert len(CODECS[codec]().push(packets)) == 49


def test_a_picture_that_never_ends_is_dropped() -> None:
    depacketizer = Vp8Depacketizer()
    endless = [(number, 1, 0, b"\x10\x00\x00", 0.0) for number in range(PICTURE_PACKETS + 2)]
    assert depacketizer.push(endless) == []
    assert depacketizer.push([(len(endless), 2, 1, b"\x10\x01\x00", 0.0)]) == []
    assert depacketizer.dropped == 2


def test_sound_goes_on_after_a_loss_and_says_how_much() -> None:
    packets = audio(50)
    frames = push(OpusDepacketizer(), packets[:10] + packets[13:])
    assert len(frames) == 47
    assert [frame.lost for frame in frames if frame.lost] == [3]


@both_codecs
@given(payloads=st.lists(st.binary(max_size=40), max_size=40), marker=st.booleans())
def test_odd_bytes_raise_nothing(codec: str, payloads: list[bytes], marker: bool) -> None:
    depacketizer = CODECS[codec]()
    packets = [(place, place // 3, int(marker), payload, 0.0) for place, payload in enumerate(payloads)]
    frames = depacketizer.push(packets)
    assert len(frames) <= len(payloads)


@both_codecs
@given(data=st.data())
def test_real_packets_cut_anywhere_raise_nothing(codec: str, data: st.DataObject) -> None:
    packets = frames_of(video(codec, frames=3))[0]
    cuts = data.draw(st.lists(st.integers(0, 60), min_size=len(packets), max_size=len(packets)))
    cut = [
        (*in_order(packet)[:3], packet.payload[:length], 0.0)
        for packet, length in zip(packets, cuts, strict=True)
    ]
    assert len(CODECS[codec]().push(cut)) <= 1
