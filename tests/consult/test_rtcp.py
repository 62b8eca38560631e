"""RTCP taken apart and put together again; where aiortc knows a packet, its parser is the judge."""

from __future__ import annotations

from struct import unpack_from

import pytest
from aiortc.rtp import RtcpPacket, RtcpPsfbPacket, RtcpRrPacket, RtcpRtpfbPacket, RtcpSrPacket
from hypothesis import given
from hypothesis import strategies as st

from consult import feedback, rtcp, transportwide

ssrcs = st.integers(0, 0xFFFFFFFF)
sequences = st.integers(0, 0xFFFF)


def only(data: bytes) -> rtcp.Packet:
    (packet,) = rtcp.split(data, len(data))
    return packet


@given(ssrcs, ssrcs, st.lists(sequences, min_size=1, max_size=80, unique=True))
def test_a_nack_names_exactly_what_is_missing(sender: int, media: int, lost: list[int]) -> None:
    data = feedback.nack(sender, media, sorted(lost))
    assert set(feedback.lost_sequences(only(data))) == set(lost)
    (seen,) = RtcpPacket.parse(data)
    assert isinstance(seen, RtcpRtpfbPacket)
    assert set(seen.lost) == set(lost)
    assert (seen.ssrc, seen.media_ssrc) == (sender, media)


@given(ssrcs, st.integers(0, 2**64 - 1), ssrcs, ssrcs, ssrcs)
def test_a_sender_report_is_read_as_it_was_written(
    ssrc: int, ntp: int, timestamp: int, packets: int, octets: int
) -> None:
    info = rtcp.SenderInfo(ssrc, ntp, timestamp, packets, octets)
    data = rtcp.sender_report(info)
    assert rtcp.sender_info(only(data)) == info
    (seen,) = RtcpPacket.parse(data)
    assert isinstance(seen, RtcpSrPacket)
    assert seen.sender_info.ntp_timestamp == ntp


def test_report_blocks_survive_the_way() -> None:
    blocks = [rtcp.ReportBlock(1, 0x01000005, 70_000, 12, 0xABCDEF, 99), rtcp.ReportBlock(2, 0, 1, 2, 3, 4)]
    data = rtcp.receiver_report(7, blocks)
    assert rtcp.report_blocks(only(data)) == blocks
    (seen,) = RtcpPacket.parse(data)
    assert isinstance(seen, RtcpRrPacket)
    assert [report.ssrc for report in seen.reports] == [1, 2]


def test_a_picture_loss_indication_is_what_aiortc_takes_for_one() -> None:
    (seen,) = RtcpPacket.parse(feedback.picture_loss(3, 4))
    assert isinstance(seen, RtcpPsfbPacket)
    assert (seen.fmt, seen.ssrc, seen.media_ssrc) == (1, 3, 4)


def test_a_compound_falls_apart_into_its_packets() -> None:
    data = rtcp.receiver_report(1, []) + feedback.picture_loss(1, 2) + feedback.nack(1, 2, [5])
    assert [packet.kind for packet in rtcp.split(data, len(data))] == [201, 206, 205]


@given(st.binary(max_size=60))
def test_garbage_is_refused_with_the_error_that_is_expected(garbage: bytes) -> None:
    try:
        for packet in rtcp.split(garbage, len(garbage)):
            rtcp.report_blocks(packet)
            feedback.lost_sequences(packet)
            feedback.bandwidth_ssrcs(packet)
            rtcp.sender_info(packet)
            transportwide.transport_range(packet)
            assert packet.sender >= 0
            assert packet.media >= 0
    except ValueError:
        pass


def test_a_packet_cut_short_is_refused() -> None:
    whole = rtcp.receiver_report(1, [])
    with pytest.raises(ValueError, match="cut short"):
        list(rtcp.split(whole, 6))


def test_padding_is_not_read_as_losses() -> None:
    nack = bytearray(feedback.nack(1, 2, [500]) + b"\0\0\0\x04")
    nack[0] |= 0x20
    nack[3] += 1
    assert feedback.lost_sequences(only(bytes(nack))) == [500]


def test_a_bandwidth_estimate_speaks_of_other_streams_after_moving() -> None:
    data = (
        bytes.fromhex("8fce0005")
        + bytes([0, 0, 0, 9])
        + bytes(4)
        + b"REMB\x01\x13\xf7\xa0"
        + bytes([0, 0, 0, 5])
    )
    packet = only(data)
    assert feedback.is_bandwidth_estimate(packet)
    moved = only(feedback.bandwidth_estimate(1, feedback.bandwidth(packet), [77, 78]))
    assert feedback.bandwidth_ssrcs(moved) == [77, 78]
    assert moved.body[13:16] == packet.body[13:16]


def decode_transport_feedback(data: bytes) -> dict[int, float]:
    """Arrival times in seconds by sequence number, read as the draft says, independently of how it was written."""
    base, count, reference = unpack_from("!HHI", data, 12)
    symbols: list[int] = []
    position = 20
    while len(symbols) < count:
        (chunk,) = unpack_from("!H", data, position)
        position += 2
        if chunk >> 15:
            symbols += [chunk >> shift & 3 for shift in range(12, -1, -2)]
        else:
            symbols += [chunk >> 13 & 3] * (chunk & 0x1FFF)
    clock, arrivals = (reference >> 8) * 0.064, {}
    for index, symbol in enumerate(symbols[:count]):
        if symbol == 0:
            continue
        width = 1 if symbol == 1 else 2
        clock += int.from_bytes(data[position : position + width], "big", signed=symbol == 2) * 0.00025
        position += width
        arrivals[(base + index) & 0xFFFF] = clock
    return arrivals


@given(
    st.integers(0, 0xFFFF),
    st.lists(st.tuples(st.integers(1, 40), st.floats(-0.02, 0.3)), min_size=1, max_size=60),
)
def test_transport_feedback_tells_every_arrival_to_a_quarter_of_a_millisecond(
    first: int, steps: list[tuple[int, float]]
) -> None:
    sequence, at, arrivals = first, 1000.0, []
    for step, pause in steps:
        sequence, at = sequence + step, at + pause
        arrivals.append((sequence, at))
    data = transportwide.transport_feedback(1, 2, 3, arrivals)
    assert len(data) % 4 == 0
    told = decode_transport_feedback(data)
    assert set(told) == {number & 0xFFFF for number, _ in arrivals}
    for number, when in arrivals:
        assert told[number & 0xFFFF] == pytest.approx(when, abs=0.0002)


def test_long_silence_between_packets_takes_little_room() -> None:
    data = transportwide.transport_feedback(1, 2, 3, [(10, 5.0), (9000, 5.1)])
    assert set(decode_transport_feedback(data)) == {10, 9000}
    assert len(data) < 60


@given(sequences, sequences)
def test_moved_feedback_speaks_of_the_senders_numbers(base: int, offset: int) -> None:
    data = transportwide.transport_feedback(1, 2, 3, [(base, 5.0), (base + 1, 5.01)])
    moved = transportwide.moved_transport_feedback(only(data), 8, 9, offset)
    assert unpack_from("!II", moved, 4) == (8, 9)
    assert transportwide.transport_range(only(moved)) == ((base - offset) & 0xFFFF, 2)
    assert moved[14:] == data[14:]
