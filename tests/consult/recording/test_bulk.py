"""Packets taken apart together: the same as one by one, or not at all."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult.recording.bulk import Batch, take_apart
from consult.recording.clock import ParticipantClock, TrackClock
from consult.recording.depacketize import Depacketizer, Frame, Frames, OpusDepacketizer
from consult.recording.h264 import H264Depacketizer
from consult.recording.rtp import Packet, parse
from consult.recording.vp8 import Vp8Depacketizer
from tests.consult.recording.streams import PAYLOAD_TYPES, Sent, audio, video

DEPACKETIZERS: dict[str, type[Depacketizer]] = {
    "audio/opus": OpusDepacketizer,
    "video/VP8": Vp8Depacketizer,
    "video/H264": H264Depacketizer,
}
EXTENSION = b"\x51\x00\x07\x10\x30\x00\x00\x00"


def sent(codec: str) -> list[Sent]:
    packets = audio(60) if codec == "audio/opus" else video(codec, frames=30, key_every=13)
    return [replace(packet, extension=EXTENSION) for packet in packets]


def together(packets: list[Sent], codec: str) -> Batch | None:
    raw, arrivals = [bytes(packet) for packet in packets], [packet.time for packet in packets]
    return take_apart(raw, arrivals, packets[0].ssrc, PAYLOAD_TYPES[codec], packets[0].sequence)


def pushed(depacketizer: Depacketizer, batch: Batch) -> list[Frame]:
    frames: list[Frame] = []
    for some in depacketizer.push_batch(batch):
        if isinstance(some, Frames):
            columns = zip(some.timestamps, some.arrivals, some.data, strict=True)
            frames += [Frame(ticks, time, some.keyframes, data, 0, 0) for ticks, time, data in columns]
        else:
            frames += some
    return frames


def one_by_one(packets: list[Sent]) -> list[Packet]:
    parts = [(parse(bytes(packet)), packet.time) for packet in packets]
    return [(part[2], part[3], part[4], part[5], time) for part, time in parts]


@pytest.mark.parametrize("codec", DEPACKETIZERS)
def test_a_batch_holds_what_its_packets_hold(codec: str) -> None:
    packets = sent(codec)
    batch = together(packets, codec)
    assert batch is not None
    marked = [(number, ticks, bool(mark), *rest) for number, ticks, mark, *rest in batch.packets()]
    assert marked == [
        (number, ticks, bool(mark), *rest) for number, ticks, mark, *rest in one_by_one(packets)
    ]


@pytest.mark.parametrize("codec", DEPACKETIZERS)
@given(data=st.data())
def test_frames_are_the_same_wherever_batches_end_and_whatever_is_missing(
    codec: str, data: st.DataObject
) -> None:
    packets = sent(codec)
    cuts = sorted(data.draw(st.sets(st.integers(1, len(packets) - 1), max_size=6)))
    missing = data.draw(st.sets(st.integers(0, len(packets) - 1), max_size=2))
    pieces = [packets[begin:end] for begin, end in zip([0, *cuts], [*cuts, None], strict=True)]
    whole, apart = DEPACKETIZERS[codec](), DEPACKETIZERS[codec]()
    frames: list[Frame] = []
    expected: list[Frame] = []
    for piece in pieces:
        kept = [packet for packet in piece if packets.index(packet) not in missing]
        batch = together(kept, codec) if kept else None
        frames += whole.push(one_by_one(kept)) if batch is None else pushed(whole, batch)
        expected += apart.push(one_by_one(kept))
    assert frames == expected
    assert (whole.lost, whole.dropped, whole.wants_keyframe) == (
        apart.lost,
        apart.dropped,
        apart.wants_keyframe,
    )


def test_descriptors_of_different_lengths_in_one_batch_are_cut_off_each_by_itself() -> None:
    begun, short, long = b"\x10\x01first", b"\x00second", b"\x80\x80\x81\x02third"
    packets = [Sent(PAYLOAD_TYPES["video/VP8"], 7, 9, False, begun, 0.0)]
    packets += [replace(packets[0], sequence=8, payload=short), replace(packets[0], sequence=9, payload=long)]
    packets[-1] = replace(packets[-1], marker=True)
    batch = together(packets, "video/VP8")
    assert batch is not None
    depacketizer, other = Vp8Depacketizer(), Vp8Depacketizer()
    for each in (depacketizer, other):
        each.push([(6, 1, 0, b"", 0.0)])
        each.wants_keyframe = False
    frames = pushed(depacketizer, batch)
    assert [frame.data for frame in frames] == [b"\x01first" + b"second" + b"third"]
    assert frames == other.push(one_by_one(packets))


@pytest.mark.parametrize(
    "change",
    [
        {"ssrc": 1},
        {"payload_type": 97},
        {"sequence": 140},
        {"sequence": 103},
        {"padding": 4},
        {"extension": b""},
        {"extension": EXTENSION + bytes(4)},
        {"payload": b"abc"},
        {"payload": b""},
    ],
    ids=str,
)
def test_a_packet_unlike_the_others_has_all_looked_at_one_by_one(change: dict[str, object]) -> None:
    packets = sent("audio/opus")[:10]
    packets[4] = replace(packets[4], **change)  # type: ignore[arg-type]
    assert together(packets, "audio/opus") is None


@given(raw=st.lists(st.binary(max_size=40), max_size=5))
def test_garbage_is_left_to_whoever_looks_at_packets_one_by_one(raw: list[bytes]) -> None:
    assert take_apart(raw, [0.0] * len(raw), 0x1234, 0, 100) is None


@given(
    steps=st.lists(st.integers(-(2**31), 2**31), min_size=1, max_size=30),
    first=st.integers(0, 2**32 - 1),
    late=st.lists(st.floats(-1, 40), min_size=31, max_size=31),
    even=st.booleans(),
)
def test_moments_told_toldare_those_told_one_by_one(
    steps: list[int], first: int, late: list[float], even: bool
) -> None:
    timestamps = [first]
    for step in steps:
        timestamps.append((timestamps[-1] + (960 if even else step)) & 0xFFFFFFFF)
    arrivals = [place * 0.02 + (0.0 if even else late[place]) for place in range(len(timestamps))]
    clocks = [TrackClock(48_000, ParticipantClock()) for _ in range(2)]
    for clock in clocks:
        clock.time(timestamps[0], arrivals[0])
    told = clocks[0].times(timestamps[1:], arrivals[1:])
    assert told == [clocks[1].time(*moment) for moment in zip(timestamps[1:], arrivals[1:], strict=True)]
    assert clocks[0].time(5, 90.0) == clocks[1].time(5, 90.0), "they go on from the same moment"
