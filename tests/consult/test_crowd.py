"""Rooms of more than two: each sender is told by the node how much it may send, and is not asked for more than needed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from consult import feedback, rtcp, transportwide
from consult.limits import FRESH_SECONDS, LEAST_BITS, Limits
from consult.rtp import HEADER, ONE_BYTE_PROFILE, TRANSPORT_SEQUENCE, TWO_SHORTS
from tests.consult.node import RunningNode
from tests.consult.raw_peer import RawPeer, eventually

KINDS = ("audio", "video", "audio", "video")


@asynccontextmanager
async def three(node: RunningNode, room: str) -> AsyncIterator[tuple[RawPeer, RawPeer, RawPeer]]:
    """Customer, advisor and interpreter, each with lines for both others."""
    async with (
        RawPeer(node, room, "a", KINDS) as one,
        RawPeer(node, room, "b", KINDS) as two,
        RawPeer(node, room, "c", KINDS) as other,
    ):
        yield one, two, other


def numbered(sender: RawPeer, count: int) -> bytes:
    """A packet of the camera with this transport-wide number."""
    line = sender.line("video")
    element = (
        bytes([line.extensions[TRANSPORT_SEQUENCE] << 4 | 1]) + (count & 0xFFFF).to_bytes(2, "big") + b"\0"
    )
    head = HEADER.pack(0x90, line.codecs[0].payload_type, count & 0xFFFF, 0, line.ssrc)
    return head + TWO_SHORTS.pack(ONE_BYTE_PROFILE, 1) + element + sender.name.encode()


def incoming(receiver: RawPeer, sender: RawPeer) -> int:
    """The SSRC under which a receiver gets a sender's camera."""
    mine = (packet for packet in receiver.packets if packet.endswith(sender.name.encode()))
    return int(HEADER.unpack_from(next(mine))[4])


async def sending(peers: tuple[RawPeer, ...], until: Callable[[], object], what: str) -> int:
    """Let everyone send until a condition holds; returns how many packets each has sent."""
    count = 0

    def send() -> object:
        nonlocal count
        count += 1
        for peer in peers:
            peer.send_rtp(numbered(peer, count))
        return until()

    await eventually(send, what)
    return count


def reported(sender: RawPeer) -> set[int]:
    """Numbers that the feedback to this sender speaks of."""
    spans = map(
        transportwide.transport_range,
        sender.reports_of(rtcp.TRANSPORT_FEEDBACK, transportwide.TRANSPORT_WIDE),
    )
    return {number for base, count in spans for number in range(base, base + count)}


def test_every_sender_gets_feedback_about_its_own_packets_whatever_receivers_say(node: RunningNode) -> None:
    async def scenario() -> None:
        async with three(node, "crowd-feedback") as peers:
            liar = peers[2]
            ready = lambda: all(len(peer.video_got()) > 40 for peer in peers)  # noqa: E731
            sent = await sending(peers, ready, "media flows")
            lie = transportwide.transport_feedback(1, incoming(liar, peers[0]), 7, [(60_000, 5.0)])
            liar.send_rtcp(lie + feedback.picture_loss(1, incoming(liar, peers[0])))
            for peer in peers:
                wanted = set(range(20, sent + 1))
                await eventually(lambda p=peer, w=wanted: w <= reported(p), "all packets are reported")  # type: ignore[misc]
                assert max(reported(peer)) <= sent, "a receiver's numbers have reached a sender"

    asyncio.run(scenario())


def test_many_who_miss_a_picture_are_one_request(node: RunningNode) -> None:
    async def scenario() -> None:
        async with three(node, "crowd-pictures") as (sender, *receivers):
            ready = lambda: all(receiver.video_got() for receiver in receivers)  # noqa: E731
            await sending((sender,), ready, "media flows")
            before = len(sender.reports_of(rtcp.PAYLOAD_FEEDBACK, feedback.PLI))
            for _ in range(50):
                for receiver in receivers:
                    receiver.send_rtcp(feedback.picture_loss(1, incoming(receiver, sender)))
            for receiver in receivers:
                block = rtcp.ReportBlock(incoming(receiver, sender), 0, 1, 0, 0, 0)
                receiver.send_rtcp(rtcp.receiver_report(1, [block]))
            await eventually(
                lambda: len(sender.reports_of(rtcp.RECEIVER_REPORT)) >= 2, "what was sent after them arrives"
            )
            await eventually(
                lambda: len(sender.reports_of(rtcp.PAYLOAD_FEEDBACK, feedback.PLI)) > before,
                "a request arrives",
            )
            assert len(sender.reports_of(rtcp.PAYLOAD_FEEDBACK, feedback.PLI)) - before <= 4

    asyncio.run(scenario())


def test_a_sender_suits_its_slowest_receiver(node: RunningNode) -> None:
    async def scenario() -> None:
        async with three(node, "crowd-limits") as peers:
            sender, fast, slow = peers
            ready = lambda: all(len(peer.video_got()) > 5 for peer in peers)  # noqa: E731
            await sending(peers, ready, "media flows")
            for receiver, bits in ((slow, 800_000), (fast, 4_000_000)):
                streams = [incoming(receiver, other) for other in peers if other is not receiver]
                receiver.send_rtcp(feedback.bandwidth_estimate(1, bits, streams))

            def told() -> list[int]:
                kind = (rtcp.PAYLOAD_FEEDBACK, feedback.APPLICATION_LAYER)
                return [feedback.bandwidth(report) for report in sender.reports_of(*kind)]

            await eventually(lambda: len(told()) == 2, "both estimates arrive")
            assert told()[-1] == 400_000, "half of what the slower of two receivers can take"

    asyncio.run(scenario())


def test_a_limit_is_forgotten_with_its_receiver_and_never_falls_to_nothing() -> None:
    limits = Limits()
    assert limits.note("slow", 300_000, 0.0) == 300_000
    assert limits.note("fast", 900_000, 1.0) == 300_000
    assert limits.note("fast", 900_000, FRESH_SECONDS) == 900_000
    assert limits.note("liar", 0, FRESH_SECONDS) == LEAST_BITS
