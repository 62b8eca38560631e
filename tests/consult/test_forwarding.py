"""Packets through a real node, between participants that see every byte: numbers, repairs, reports, strangers."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from typing import Any

import pytest

from consult import feedback, rtcp, transportwide
from consult.rtp import HEADER, payload_bounds
from tests.consult.node import RunningNode
from tests.consult.raw_peer import RawPeer, eventually

Scenario = Callable[[], Coroutine[Any, Any, None]]


def numbers(packets: list[bytes]) -> list[int]:
    return [HEADER.unpack_from(packet)[2] for packet in packets]


def payload(packet: bytes) -> bytes:
    start, end = payload_bounds(packet, len(packet))
    return packet[start:end]


async def link(sender: RawPeer, receiver: RawPeer, first: int = 100) -> int:
    """Send video until it arrives; return the next free sequence number."""
    got, sequence = len(receiver.video_got()), first
    async with asyncio.timeout(10):
        while len(receiver.video_got()) == got:
            sender.send_rtp(sender.video_packet(sequence, timestamp=sequence * 3000))
            sequence += 1
            await asyncio.sleep(0.02)
    return sequence


async def send(sender: RawPeer, receiver: RawPeer, sequences: list[int]) -> list[bytes]:
    """Send these packets, wait for the last, and return what arrived."""
    before = len(receiver.video_got())
    for sequence in sequences:
        sender.send_rtp(sender.video_packet(sequence, b"picture %d" % sequence, sequence * 3000))
    last = b"picture %d" % sequences[-1]
    await eventually(
        lambda: any(payload(packet) == last for packet in receiver.video_got()), "the last packet arrives"
    )
    return receiver.video_got()[before:]


def test_both_get_what_the_other_sends_under_the_ssrc_they_were_promised(node: RunningNode) -> None:
    async def scenario() -> None:
        async with RawPeer(node, "both", "a") as one, RawPeer(node, "both", "b") as two:
            for sender, receiver in ((one, two), (two, one)):
                start = await link(sender, receiver)
                got = await send(sender, receiver, list(range(start, start + 20)))
                assert numbers(got) == list(range(start, start + 20))
                assert HEADER.unpack_from(got[0])[4] == receiver.line("video").remote_ssrc
                assert HEADER.unpack_from(got[0])[4] != sender.line("video").ssrc

    asyncio.run(scenario())


def renumbered(offer: str) -> str:
    """The same offer from a browser that counts payload types and extensions differently."""
    offer = re.sub(
        r"(?m)^(m=video .*)$", lambda found: found[0].replace(" 97", " 120").replace(" 98", " 121"), offer
    )
    offer = re.sub(r"a=(rtpmap|fmtp|rtcp-fb):97 ", r"a=\1:120 ", offer)
    offer = re.sub(r"a=(rtpmap|fmtp|rtcp-fb):98 ", r"a=\1:121 ", offer)
    return offer.replace("apt=97", "apt=120").replace("a=extmap:3 ", "a=extmap:9 ")


def test_payload_types_and_extensions_become_the_receivers(node: RunningNode) -> None:
    async def scenario() -> None:
        async with (
            RawPeer(node, "types", "a") as one,
            RawPeer(node, "types", "b", change_offer=renumbered) as two,
        ):
            start = await link(one, two)
            head = HEADER.pack(0x90, 0x80 | 97, start, 1, one.line("video").ssrc)
            one.send_rtp(head + b"\xbe\xde\0\x01" + b"\x32abc" + b"extended")
            await eventually(
                lambda: any(packet.endswith(b"extended") for packet in two.video_got()), "it arrives"
            )
            got = next(packet for packet in two.video_got() if packet.endswith(b"extended"))
            assert got[1] == 0x80 | 120
            assert got[12:20] == b"\xbe\xde\0\x01" + b"\x92abc"

    asyncio.run(scenario())


def test_numbers_go_on_when_the_sender_reconnects(node: RunningNode) -> None:
    async def scenario() -> None:
        async with RawPeer(node, "again", "b") as receiver:
            async with RawPeer(node, "again", "a") as sender:
                start = await link(sender, receiver)
                last = (await send(sender, receiver, [start, start + 1]))[-1]
            async with RawPeer(node, "again", "a") as sender:
                await link(sender, receiver, first=40_000)
                got = receiver.video_got()
            first = next(packet for index, packet in enumerate(got) if index and got[index - 1] == last)
            _, _, old_number, old_time, ssrc = HEADER.unpack_from(last)
            _, _, new_number, new_time, new_ssrc = HEADER.unpack_from(first)
            assert new_ssrc == ssrc
            assert new_number == (old_number + 1) & 0xFFFF
            assert 0 < (new_time - old_time) & 0xFFFFFFFF < 90_000 * 60

    asyncio.run(scenario())


def test_a_receiver_that_reconnects_gets_everything_and_a_key_frame_is_asked_for(node: RunningNode) -> None:
    async def scenario() -> None:
        async with RawPeer(node, "late", "a") as sender:
            async with RawPeer(node, "late", "b") as receiver:
                start = await link(sender, receiver)
            asked = len(sender.reports_of(rtcp.PAYLOAD_FEEDBACK, feedback.PLI))
            async with RawPeer(node, "late", "b") as receiver:
                await link(sender, receiver, start)
                await eventually(
                    lambda: len(sender.reports_of(rtcp.PAYLOAD_FEEDBACK, feedback.PLI)) > asked,
                    "the sender is asked for a key frame",
                )
                pli = sender.reports_of(rtcp.PAYLOAD_FEEDBACK, feedback.PLI)[-1]
                assert pli.media == sender.line("video").ssrc

    asyncio.run(scenario())


def test_a_lost_packet_comes_again_from_the_cache_as_a_retransmission(node: RunningNode) -> None:
    async def scenario() -> None:
        async with RawPeer(node, "nack", "a") as sender, RawPeer(node, "nack", "b") as receiver:
            start = await link(sender, receiver)
            await send(sender, receiver, [start, start + 1, start + 2])
            line = receiver.line("video")
            assert line.remote_ssrc is not None
            receiver.send_rtcp(feedback.nack(line.ssrc, line.remote_ssrc, [start + 1]))

            def repeated() -> list[bytes]:
                return [p for p in receiver.packets if HEADER.unpack_from(p)[4] == line.remote_rtx_ssrc]

            await eventually(repeated, "the retransmission arrives")
            packet = repeated()[0]
            assert packet[1] & 0x7F == line.codecs[0].retransmission_type
            assert payload(packet) == (start + 1).to_bytes(2, "big") + b"picture %d" % (start + 1)
            assert not sender.reports_of(rtcp.TRANSPORT_FEEDBACK, feedback.NACK)

    asyncio.run(scenario())


def without_retransmission(offer: str) -> str:
    """The same offer from a browser that knows no RTX."""
    lines = offer.split("\r\n")
    kept = [
        line for line in lines if " rtx/" not in line and "apt=" not in line and "a=ssrc-group" not in line
    ]
    return "\r\n".join(kept).replace(" 97 98 99 100 101 102", " 97 99 101")


def test_without_rtx_a_lost_packet_comes_again_as_it_was(node: RunningNode) -> None:
    async def scenario() -> None:
        async with (
            RawPeer(node, "plain", "a") as sender,
            RawPeer(node, "plain", "b", change_offer=without_retransmission) as receiver,
        ):
            start = await link(sender, receiver)
            receiver.lose_next = 1
            got = await send(sender, receiver, [start, start + 1])
            assert numbers(got) == [start + 1]
            line = receiver.line("video")
            assert line.remote_ssrc is not None
            receiver.send_rtcp(feedback.nack(line.ssrc, line.remote_ssrc, [start]))
            await eventually(lambda: start in numbers(receiver.video_got()), "the packet arrives after all")

    asyncio.run(scenario())


def test_what_the_node_misses_it_asks_the_sender_for_and_passes_on(node: RunningNode) -> None:
    async def scenario() -> None:
        async with RawPeer(node, "gap", "a") as sender, RawPeer(node, "gap", "b") as receiver:
            start = await link(sender, receiver)
            await send(sender, receiver, [start, start + 3])

            def asked() -> set[int]:
                nacks = sender.reports_of(rtcp.TRANSPORT_FEEDBACK, feedback.NACK)
                return {number for nack in nacks for number in feedback.lost_sequences(nack)}

            await eventually(lambda: asked() == {start + 1, start + 2}, "the sender is asked for both")
            line = sender.line("video")
            repeat = HEADER.pack(0x80, line.codecs[0].retransmission_type or 0, 7, 5, line.rtx_ssrc)
            sender.send_rtp(repeat + (start + 1).to_bytes(2, "big") + b"repaired")
            await eventually(
                lambda: any(packet.endswith(b"repaired") for packet in receiver.packets), "the repair arrives"
            )
            arrived = next(packet for packet in receiver.packets if packet.endswith(b"repaired"))
            assert HEADER.unpack_from(arrived)[4] == receiver.line("video").remote_rtx_ssrc
            assert payload(arrived)[:2] == (start + 1).to_bytes(2, "big")

    asyncio.run(scenario())


def test_reports_are_told_in_the_numbers_of_those_who_read_them(node: RunningNode) -> None:
    async def scenario() -> None:
        async with RawPeer(node, "report", "a") as sender, RawPeer(node, "report", "b") as receiver:
            start = await link(sender, receiver)
            ours, theirs = sender.line("video"), receiver.line("video")
            assert theirs.remote_ssrc is not None
            sender.send_rtcp(rtcp.sender_report(rtcp.SenderInfo(ours.ssrc, 1 << 40, start * 3000, 5, 6)))
            await eventually(lambda: receiver.reports_of(rtcp.SENDER_REPORT), "the sender report arrives")
            told = rtcp.sender_info(receiver.reports_of(rtcp.SENDER_REPORT)[0])
            newest = HEADER.unpack_from(receiver.video_got()[-1])
            assert (told.ssrc, told.ntp) == (theirs.remote_ssrc, 1 << 40)
            assert told.timestamp - newest[3] == start * 3000 - (start - 1) * 3000
            block = rtcp.ReportBlock(theirs.remote_ssrc, 0x05000001, newest[2], 9, 1 << 24, 77)
            receiver.send_rtcp(rtcp.receiver_report(theirs.ssrc, [block]))
            await eventually(lambda: sender.reports_of(rtcp.RECEIVER_REPORT), "the receiver report arrives")
            (back,) = rtcp.report_blocks(sender.reports_of(rtcp.RECEIVER_REPORT)[0])
            assert (back.ssrc, back.lost, back.jitter, back.delay) == (ours.ssrc, 0x05000001, 9, 77)
            assert back.highest & 0xFFFF == start - 1

    asyncio.run(scenario())


def test_a_sender_alone_gets_bandwidth_feedback_and_a_pair_gives_it_to_each_other(node: RunningNode) -> None:
    async def scenario() -> None:
        async with RawPeer(node, "width", "a") as sender:
            line = sender.line("video")
            identifier = line.extensions[
                "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"
            ]

            def numbered(count: int) -> bytes:
                head = HEADER.pack(0x90, line.codecs[0].payload_type, count, 0, line.ssrc)
                element = bytes([identifier << 4 | 1]) + count.to_bytes(2, "big") + b"\0"
                return head + b"\xbe\xde\0\x01" + element + b"picture"

            def feedback() -> list[rtcp.Packet]:
                return sender.reports_of(rtcp.TRANSPORT_FEEDBACK, transportwide.TRANSPORT_WIDE)

            count = 1
            async with asyncio.timeout(10):
                while not feedback():
                    sender.send_rtp(numbered(count))
                    count += 1
                    await asyncio.sleep(0.02)
            base, span = transportwide.transport_range(feedback()[-1])
            assert 1 <= base < base + span <= count
            async with RawPeer(node, "width", "b") as receiver:
                async with asyncio.timeout(10):
                    while not receiver.video_got():
                        sender.send_rtp(numbered(count))
                        count += 1
                        await asyncio.sleep(0.02)
                theirs = receiver.line("video")
                assert theirs.remote_ssrc is not None
                report = transportwide.transport_feedback(
                    theirs.ssrc, theirs.remote_ssrc, 99, [(count - 1, 5.0)]
                )
                receiver.send_rtcp(report)
                await eventually(
                    lambda: any(part.body[15] == 99 for part in feedback()),
                    "the receiver's feedback is passed on",
                )
                passed = next(part for part in feedback() if part.body[15] == 99)
                assert passed.media == line.ssrc
                assert transportwide.transport_range(passed) == (count - 1, 1)

    asyncio.run(scenario())


def without_vp8(offer: str) -> str:
    """The same offer from a browser that shows H.264 alone."""
    lines = [line for line in offer.split("\r\n") if not re.match(r"a=(rtpmap|fmtp|rtcp-fb):9[78] ", line)]
    return "\r\n".join(lines).replace(" 97 98 99", " 99")


def test_a_receiver_that_cannot_show_the_picture_does_not_slow_its_sender(node: RunningNode) -> None:
    async def scenario() -> None:
        async with (
            RawPeer(node, "mute", "a") as sender,
            RawPeer(node, "mute", "b", change_offer=without_vp8) as receiver,
        ):
            await link(receiver, sender)
            sender.send_rtp(sender.video_packet(1))
            await eventually(lambda: node.room("mute").participants[0].packets_in == 1, "the packet is in")
            theirs = receiver.line("video")
            report = transportwide.transport_feedback(theirs.ssrc, theirs.remote_ssrc or 0, 99, [(7, 5.0)])
            receiver.send_rtcp(report)
            receiver.send_rtcp(rtcp.sender_report(rtcp.SenderInfo(theirs.ssrc, 1, 2, 3, 4)))
            await eventually(lambda: sender.reports_of(rtcp.SENDER_REPORT), "the report after it arrives")
            assert not sender.reports_of(rtcp.TRANSPORT_FEEDBACK, transportwide.TRANSPORT_WIDE)
            assert receiver.video_got() == []

    asyncio.run(scenario())


@pytest.mark.parametrize("people", [3, 4])
def test_in_a_larger_room_each_gets_all_others(node: RunningNode, people: int) -> None:
    async def scenario() -> None:
        kinds = ["audio", "video"] * (people - 1)
        async with AsyncExitStack() as stack:
            room = f"crowd-{people}"
            peers = [
                await stack.enter_async_context(RawPeer(node, room, f"p{index}", kinds))
                for index in range(people)
            ]

            def heard_by(peer: RawPeer) -> set[bytes]:
                return {payload(packet) for packet in peer.packets}

            sequence = 1
            everyone = {peer.name.encode() for peer in peers}
            async with asyncio.timeout(15):
                while not all(heard_by(peer) == everyone - {peer.name.encode()} for peer in peers):
                    for peer in peers:
                        peer.send_rtp(peer.video_packet(sequence, peer.name.encode()))
                    sequence += 1
                    await asyncio.sleep(0.02)

    asyncio.run(scenario())


@pytest.mark.parametrize(
    "datagram",
    [
        b"\x80",
        b"\xff" * 40,
        b"\x80\x61" + bytes(10),
        b"\x80\xc8" + bytes(30),
        b"\x90\x61" + b"\xff" * 1200,
        b"\x80\x61" + bytes(3000),
        bytes(9000),
        b"\x16\xfe\xfd" + bytes(60),
        b"\x00\x01\x00\x00garbage that looks like STUN",
    ],
    ids=lambda datagram: f"{datagram[:2].hex()}-{len(datagram)}",
)
def test_strange_datagrams_change_nothing(node: RunningNode, datagram: bytes) -> None:
    async def scenario() -> None:
        async with RawPeer(node, "odd", "a") as sender, RawPeer(node, "odd", "b") as receiver:
            start = await link(sender, receiver)
            for _ in range(20):
                sender.send_datagram(datagram)
            got = await send(sender, receiver, [start, start + 1])
            assert numbers(got) == [start, start + 1]

    asyncio.run(scenario())
    assert "Traceback" not in node.output


def test_a_genuine_sender_of_nonsense_harms_only_himself(node: RunningNode) -> None:
    async def scenario() -> None:
        async with RawPeer(node, "liar", "a") as sender, RawPeer(node, "liar", "b") as receiver:
            start = await link(sender, receiver)
            line = sender.line("video")
            refused = node.metric("maru_media_refused_datagrams_total")
            sender.send_rtp(HEADER.pack(0x80, 35, 1, 1, 0xDEADBEEF) + b"of no stream")
            sender.send_rtcp(b"\x81\xcd\0\x02" + bytes(8))
            sender.send_rtcp(b"\x8f\xcd\0\x02" + bytes(8))
            sender.send_rtcp(b"\x81\xc8\0\x01" + bytes(4))
            sender.send_rtp(HEADER.pack(0xA0, line.codecs[0].payload_type, start, 0, line.ssrc) + b"\xff")
            await eventually(
                lambda: node.metric("maru_media_refused_datagrams_total") >= refused + 2,
                "nonsense is counted",
            )
            got = await send(sender, receiver, [start + 1, start + 2])
            assert numbers(got)[-2:] == [start + 1, start + 2]

    asyncio.run(scenario())
    assert "Traceback" not in node.output


def test_whoever_leaves_is_gone_and_the_other_stays(node: RunningNode) -> None:
    async def scenario() -> None:
        async with RawPeer(node, "leave", "a") as sender, RawPeer(node, "leave", "b") as receiver:
            await link(sender, receiver)
            await asyncio.to_thread(node.client.leave, node.url, "leave", "a")
            assert [each.participant for each in node.room("leave").participants] == ["b"]
            await eventually(lambda: sender.transport.state == "closed", "the leaver's connection ends")
            receiver.send_rtp(receiver.video_packet(1))
            await eventually(
                lambda: node.room("leave").participants[0].packets_in > 0, "the other's packet is in"
            )

    asyncio.run(scenario())
