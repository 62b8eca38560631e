"""The wire follows the address pair: real sockets on loopback, as ICE would hand them over."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator

import pytest

from consult.listener import Listener
from consult.srtp import BUFFER, CAPACITY, VIEW
from consult.vendors import Pair
from consult.wire import Wire
from tests.consult.raw_peer import eventually

RTP = b"\x80\x61" + bytes(10)
RTCP = b"\x80\xc9\0\x01" + bytes(4)


def _send(ours: socket.socket, data: bytes, theirs: socket.socket) -> None:
    ours.sendto(data, theirs.getsockname())


@pytest.fixture
def sockets() -> Iterator[list[socket.socket]]:
    """The node's socket and those of two browsers."""
    opened = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(3)]
    for each in opened:
        each.bind(("127.0.0.1", 0))
        each.setblocking(False)
    yield opened
    for each in opened:
        each.close()


class Seen:
    """What a wire has handed out."""

    def __init__(self) -> None:
        self.rtp: list[bytes] = []
        self.rtcp: list[bytes] = []
        self.other: list[tuple[bytes, tuple[str, int]]] = []

    def wire(self, listener: Listener) -> Wire:
        return Wire(
            listener,
            lambda size: self.rtp.append(bytes(VIEW[:size])),
            lambda size: self.rtcp.append(bytes(VIEW[:size])),
        )

    def pair(self, ours: socket.socket, theirs: socket.socket, relayed: bool = False) -> Pair:
        return Pair(
            token=object(),
            local=ours.getsockname(),
            remote=theirs.getsockname(),
            socket=None if relayed else ours,
            datagrams=lambda data, address: self.other.append((data, address)),
            send_slowly=lambda data: _send(ours, data, theirs),
        )


def test_datagrams_are_sorted_by_their_first_bytes(sockets: list[socket.socket]) -> None:
    ours, theirs, _ = sockets
    stun, dtls = b"\x01\x01" + bytes(18), b"\x16\xfe\xfd" + bytes(10)

    async def scenario() -> None:
        listener, seen = Listener(asyncio.get_running_loop()), Seen()
        wire = seen.wire(listener)
        assert wire.follow(seen.pair(ours, theirs))
        for datagram in (
            b"",
            RTP,
            RTCP,
            stun,
            dtls,
            b"\xf0garbage",
            b"\x80",
            bytes([0x80, 1]) + bytes(CAPACITY),
        ):
            theirs.sendto(datagram, ours.getsockname())
        theirs.sendto(RTP + b"last", ours.getsockname())
        await eventually(lambda: len(seen.rtp) == 2, "both RTP packets are handed out")
        assert seen.rtp == [RTP, RTP + b"last"]
        assert seen.rtcp == [RTCP]
        assert seen.other == [(stun, theirs.getsockname()), (dtls, theirs.getsockname())]
        assert wire.refused == 4
        assert wire.heard
        wire.close()
        listener.close()

    asyncio.run(scenario())


def test_a_new_pair_is_followed_both_ways(sockets: list[socket.socket]) -> None:
    ours, first, second = sockets

    async def scenario() -> None:
        listener, seen = Listener(asyncio.get_running_loop()), Seen()
        wire = seen.wire(listener)
        old = seen.pair(ours, first)
        wire.follow(old)
        assert not wire.follow(old)
        assert wire.follow(seen.pair(ours, second))
        second.sendto(RTP + b"new address", ours.getsockname())
        await eventually(lambda: seen.rtp == [RTP + b"new address"], "the new address is heard")
        BUFFER[:5] = b"hello"
        wire.send(VIEW[:5])
        assert second.recv(10) == b"hello"
        first.sendto(RTP, ours.getsockname())
        assert ours.recv(100) == RTP, "the old address is aioice's again"
        wire.close()
        assert wire.send(VIEW[:5]) == 5
        listener.close()

    asyncio.run(scenario())


def test_a_relayed_pair_goes_by_aioice(sockets: list[socket.socket]) -> None:
    ours, theirs, _ = sockets

    async def scenario() -> None:
        listener, seen = Listener(asyncio.get_running_loop()), Seen()
        wire = seen.wire(listener)
        wire.follow(seen.pair(ours, theirs, relayed=True))
        wire.take(RTP)
        wire.take(bytes(CAPACITY))
        assert seen.rtp == [RTP]
        assert wire.refused == 1
        BUFFER[:5] = b"hello"
        wire.send(VIEW[:5])
        assert theirs.recv(10) == b"hello"
        listener.close()

    asyncio.run(scenario())


def test_a_reader_that_fails_stops_nobody(sockets: list[socket.socket]) -> None:
    ours, theirs, _ = sockets

    async def scenario() -> None:
        listener = Listener(asyncio.get_running_loop())
        heard: list[bytes] = []

        def reader() -> None:
            heard.append(ours.recv(100))
            if len(heard) < 3:
                raise RuntimeError("as a defect would")

        listener.add(ours.fileno(), reader)
        for number in range(20):
            theirs.sendto(b"%d" % number, ours.getsockname())
        await eventually(lambda: len(heard) == 20, "all datagrams are read")
        listener.remove(ours.fileno())
        listener.remove(ours.fileno())
        listener.close()

    asyncio.run(scenario())


def test_after_the_end_nothing_is_taken_from_whoever_sends_on(sockets: list[socket.socket]) -> None:
    ours, theirs, _ = sockets
    seen = Seen()

    async def scenario() -> None:
        listener = Listener(asyncio.get_running_loop())
        wire = seen.wire(listener)
        wire.follow(seen.pair(ours, theirs, relayed=True))
        wire.take(RTP)
        wire.close()
        wire.take(RTP)
        wire.take(RTCP)
        listener.close()

    asyncio.run(scenario())
    assert (seen.rtp, seen.rtcp) == ([RTP], [])
