"""A participant who sends too much: policed alone, told so, named in log, metrics and room; others do not notice."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator

import pytest
import structlog

from consult import feedback, pictures, rtcp
from consult.allowance import PACKET_COST, Allowance, Bucket, Limit
from consult.rtp import HEADER
from tests.consult.hostile import Field
from tests.consult.node import RunningNode, running_node
from tests.consult.raw_peer import RawPeer, eventually

KILOBITS = 1000
FLOOD = 3000
"""Packets of a thousand bytes: many times what may come in a second."""
KEY_FRAME_4K = bytes.fromhex("10b0c2019d012a000f7008") + bytes(1000)
"""The first packet of a VP8 key frame of 3840x2160, behind a descriptor of one byte."""
MANY = ("audio", *["video"] * 10)


@pytest.fixture(scope="module")
def field(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Field]:
    """Two who talk, beside a room where somebody sends too much."""
    folder = tmp_path_factory.mktemp("limits")
    with running_node(folder, max_bitrate=str(KILOBITS), max_streams="3") as node, Field(node) as field:
        yield field


async def flood(peer: RawPeer, packets: int) -> None:
    """Send pictures of 4K as fast as it goes."""
    for number in range(packets):
        peer.send_rtp(peer.video_packet(number, KEY_FRAME_4K))
        if number % 50 == 0:
            await asyncio.sleep(0)


def over_limits(node: RunningNode, room: str, name: str) -> tuple[str, ...]:
    """What the node says this participant sends too much of."""
    return next(each.over_limits for each in node.room(room).participants if each.participant == name)


def estimates(peer: RawPeer) -> set[int]:
    """Bits a second that the node has told this sender it may send."""
    parts = peer.reports_of(rtcp.PAYLOAD_FEEDBACK, feedback.APPLICATION_LAYER)
    return {feedback.bandwidth(part) for part in parts}


def test_a_flood_of_4k_is_cut_to_its_limit_and_named(field: Field) -> None:
    node = field.node

    async def scenario() -> None:
        async with RawPeer(node, "flooded", "flooder") as flooder, RawPeer(node, "flooded", "other") as other:
            await flood(flooder, FLOOD)
            policed = 'maru_media_policed_packets_total{limit="video_bitrate"}'
            await eventually(lambda: node.metric(policed) > FLOOD / 4, "the excess is let go")
            await eventually(lambda: estimates(flooder) == {KILOBITS * 1000}, "the sender is told its limit")
            assert over_limits(node, "flooded", "flooder") == ("video_bitrate",)
            assert over_limits(node, "flooded", "other") == ()
            assert node.metric('maru_media_senders_over_limit{limit="video_bitrate"}') == 1
            assert len(other.video_got()) <= FLOOD - node.metric(policed)
            said = next(line for line in node.output.splitlines() if "media.sender_over_limit" in line)
            for fact in (
                "consult=flooded",
                "participant=flooder",
                "limit=video_bitrate",
                "picture=3840x2160",
            ):
                assert fact in said
            sent = re.search(r"sent_kbps=(\d+)", said)
            assert sent is not None
            assert int(sent[1]) > KILOBITS
            await it_is_forgiven(flooder, other)

    async def it_is_forgiven(flooder: RawPeer, other: RawPeer) -> None:
        await eventually(lambda: "media.sender_within_limit" in node.output, "the sender is forgiven")
        before = len(other.video_got())
        flooder.send_rtp(flooder.video_packet(FLOOD + 1))
        await eventually(lambda: len(other.video_got()) > before, "its pictures pass again")

    field.run(scenario())
    field.others_do_not_notice()
    field.node_is_well()


def test_of_ten_streams_so_many_pass_as_are_allowed(field: Field) -> None:
    node = field.node

    async def scenario() -> None:
        async with RawPeer(node, "crowded", "many", MANY) as many, RawPeer(node, "crowded", "other", MANY):
            lines = [line for line in many.transport.lines if line.kind == "video"]
            for sequence in range(20):
                for line in lines:
                    head = HEADER.pack(0x80, line.codecs[0].payload_type, sequence, 0, line.ssrc)
                    many.send_rtp(head + b"picture")
            policed = 'maru_media_policed_packets_total{limit="streams"}'
            await eventually(lambda: node.metric(policed) == 7 * 20, "seven of ten streams are let go")
            carried = next(each for each in node.room("crowded").participants if each.participant == "many")
            assert carried.packets_in == 3 * 20
            await eventually(lambda: "limit=streams" in node.output, "the log names it")
            assert over_limits(node, "crowded", "many") == ("streams",)

    field.run(scenario())
    field.others_do_not_notice()
    field.node_is_well()


def test_tiny_packets_cost_more_than_their_bytes() -> None:
    bucket = Bucket(KILOBITS)
    taken = 0
    while bucket.left >= 0:
        bucket.left -= 20 + PACKET_COST
        taken += 1
    assert taken <= KILOBITS * 125 / PACKET_COST + 1
    bucket.refuse(20)
    assert (bucket.refused_packets, bucket.refused_bytes) == (1, 20)
    assert bucket.left >= 0
    bucket.fill(100)
    assert bucket.left == KILOBITS * 125


def test_a_stream_that_was_admitted_stays_so() -> None:
    allowance = Allowance(KILOBITS, 2, structlog.get_logger())
    assert [allowance.admit(ssrc) for ssrc in (1, 2, 3, 1)] == [True, True, False, True]
    allowance.refuse_stream(1, 2, 3, 4)
    assert allowance.refused[Limit.STREAMS] == 1


@pytest.mark.parametrize(
    ("payload", "size"),
    [
        (KEY_FRAME_4K, (3840, 2160)),
        (b"\x10\x01" + KEY_FRAME_4K[2:], None),
        (b"\x00" + KEY_FRAME_4K[1:], None),
        (b"\x90\xff", None),
        (b"", None),
    ],
)
def test_a_picture_is_read_from_a_key_frame_and_nothing_else(
    payload: bytes, size: tuple[int, int] | None
) -> None:
    packet = HEADER.pack(0x80, 97, 1, 0, 5) + payload
    assert pictures.largest([packet, b"\x80"], "video/vp8") == size
    assert pictures.largest([packet], "video/unknown") is None
