"""Feedback the node makes itself: about the packets that came, and about no others."""

from __future__ import annotations

import pytest

from consult import rtcp, transportwide
from consult.arrivals import ArrivalLog
from consult.rtp import HEADER, ONE_BYTE_PROFILE, TWO_SHORTS
from consult.srtp import BUFFER, VIEW

NUMBER_ID = 5
VOICE, VIDEO = 0x1111, 0x2222
HEAD = NUMBER_ID << 4 | 1


@pytest.fixture
def arrivals() -> ArrivalLog:
    """A log that is noting."""
    log = ArrivalLog(NUMBER_ID)
    log.start()
    return log


def _arrive(arrivals: ArrivalLog, ssrc: int, elements: bytes) -> None:
    elements += bytes(-len(elements) % 4)
    packet = HEADER.pack(0x90, 96, 1, 0, ssrc) + TWO_SHORTS.pack(ONE_BYTE_PROFILE, len(elements) // 4)
    packet += elements + b"payload"
    VIEW[: len(packet)] = packet
    BUFFER[len(packet)] = 0
    arrivals.note(len(packet))


def _number(value: int) -> bytes:
    return bytes((HEAD,)) + value.to_bytes(2, "big")


def _reported(arrivals: ArrivalLog) -> tuple[int, int]:
    feedback = arrivals.feedback(1, 2)
    assert feedback is not None
    (packet,) = rtcp.split(feedback, len(feedback))
    return transportwide.transport_range(packet)


def test_feedback_covers_what_came(arrivals: ArrivalLog) -> None:
    for number in (65534, 65535, 0, 1):
        _arrive(arrivals, VOICE, _number(number))
    assert _reported(arrivals) == (65534, 4)


def test_a_send_time_is_not_taken_for_a_number(arrivals: ArrivalLog) -> None:
    """Video carries its send time where voice carries the number; one in 256 of them looks like its head."""
    send_time = bytes((3 << 4 | 2, 0x7A, HEAD, 0x00))
    for number in (100, 102):
        _arrive(arrivals, VOICE, bytes((2 << 4 | 0, 0x7F)) + _number(number))
        _arrive(arrivals, VIDEO, send_time + _number(number + 1))
    assert _reported(arrivals) == (100, 4)


def test_a_number_that_moves_within_its_stream_is_found(arrivals: ArrivalLog) -> None:
    _arrive(arrivals, VIDEO, _number(7) + bytes((1 << 4 | 0, 0x31)))
    _arrive(arrivals, VIDEO, bytes((1 << 4 | 0, 0x31)) + _number(8))
    assert _reported(arrivals) == (7, 2)
