"""Addresses of every kind: IPv6 alone, and browsers that hide theirs behind names."""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import Callable
from pathlib import Path

import aioice.ice
import pytest

from consult.transport import prepare
from tests.consult.node import RunningNode, running_node
from tests.consult.raw_peer import RawPeer, eventually

HERE = "::1"
HIDDEN = "3f6c1d2e-0000-4000-8000-1234567890ab.local"


def has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as probe:
            probe.bind((HERE, 0))
    except OSError:
        return False
    return True


def on_ipv6_alone(*_: object, **__: object) -> None:
    """As consult.transport.prepare, but listening here only."""
    prepare((HERE,), loopback=False, start_bitrate=1000)


async def both_are_seen(node: RunningNode, change_offer: Callable[[str], str] = str) -> list[str]:
    """Let two peers send each other pictures; return the answers they got."""
    async with (
        RawPeer(node, "addresses", "a", change_offer=change_offer) as one,
        RawPeer(node, "addresses", "b", change_offer=change_offer) as two,
    ):
        for sender, receiver in ((one, two), (two, one)):
            for sequence in range(100, 200):
                sender.send_rtp(sender.video_packet(sequence, timestamp=sequence * 3000))
                await asyncio.sleep(0.01)
                if receiver.video_got():
                    break
            await eventually(receiver.video_got, "a picture arrives")
        return [one.answer, two.answer]


@pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6 at all")
def test_a_call_over_ipv6_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # What a peer prepares would offer IPv4, too.
    monkeypatch.setattr("tests.consult.raw_peer.prepare", on_ipv6_alone)
    monkeypatch.setattr(aioice.ice, "get_host_addresses", aioice.ice.get_host_addresses)
    with running_node(tmp_path, addresses=f'["{HERE}"]', loopback="false") as node:
        answers = asyncio.run(both_are_seen(node))
        offered = [re.findall(r"a=candidate:\S+ 1 udp \d+ (\S+) \d+ typ host", answer) for answer in answers]
        assert [set(addresses) for addresses in offered] == [{HERE}, {HERE}]
        assert "no_socket_of_its_own" not in node.output


def test_a_browser_that_hides_its_addresses_joins_without_anybody_being_asked_for_them(
    tmp_path: Path,
) -> None:
    def hidden(offer: str) -> str:
        return re.sub(r"(?m)^(a=candidate:\S+ 1 udp \d+ )\S+", rf"\g<1>{HIDDEN}", offer)

    with running_node(tmp_path) as node:
        answers = asyncio.run(both_are_seen(node, hidden))
    assert len(answers) == 2
