"""A media node under attack: datagrams as Hypothesis finds them, sent by strangers and by a participant who lies."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Coroutine, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any, Self, TypeVar

from hypothesis import strategies as st
from pylibsrtp import Policy, Session

from consult import feedback, rtcp, transportwide
from consult.rtp import HEADER
from consult.srtp import LENGTH, POINTER, VIEW, srtcp_protect, srtp_protect
from tests.consult.node import RunningNode
from tests.consult.raw_peer import RawPeer, eventually

BYSTANDER_PAUSE = 0.01
SIGNS_OF_FAILURE = ("Traceback", "media.datagram_failed", "media.tick_failed", "media.request_failed")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Lie:
    """RTP or RTCP as its sender encrypts it; `build` takes the SSRC that it is to speak of."""

    name: str
    build: Callable[[int], bytes]

    def __repr__(self) -> str:
        return f"{self.name} {self.build(0x11223344).hex()}"


LONG = st.integers(0, 0xFFFFFFFF)
SHORT = st.integers(0, 0xFFFF)
FIRST_BYTES = st.sampled_from((0x00, 0x01, 0x13, 0x14, 0x16, 0x3F, 0x40, 0x80, 0x90, 0xB0, 0xBF, 0xFF))
REST = st.binary(max_size=120)
GARBAGE = st.builds(lambda first, rest: bytes([first]) + rest, FIRST_BYTES, REST)
OVERSIZED = st.builds(
    lambda first, size: bytes([first]) + bytes(size),
    FIRST_BYTES,
    st.sampled_from((1472, 1999, 2047, 2048, 2049, 9000, 60_000)),
)
STUN = st.builds(
    lambda kind, length, rest: rtcp.HEADER.pack(kind >> 8, kind & 0xFF, length) + b"\x21\x12\xa4\x42" + rest,
    st.sampled_from((0x0001, 0x0003, 0x0011, 0x0101, 0x0111)),
    st.integers(0, 30).map(lambda words: words * 4) | SHORT,
    REST,
)
RTP_LIES = st.builds(
    lambda first, second, sequence, timestamp, rest: Lie(
        "RTP", lambda ssrc: HEADER.pack(0x80 | first, second, sequence, timestamp, ssrc) + rest
    ),
    st.integers(0, 63),
    st.integers(0, 191) | st.integers(224, 255),
    SHORT,
    LONG,
    st.binary(max_size=200),
)


def _compound(count: int, kind: int, length: int, body: bytes) -> Lie:
    head = rtcp.HEADER.pack(0x80 | count, kind, length)
    return Lie("RTCP", lambda ssrc: head + rtcp.LONG.pack(ssrc) + rtcp.LONG.pack(ssrc) + body)


def _feedback(base: int, span: int, at: float) -> Lie:
    arrivals = [(base, at), (base + span, at + 1)]
    return Lie("feedback", lambda ssrc: transportwide.transport_feedback(1, ssrc, 3, arrivals))


def _report(lost: int, highest: int) -> Lie:
    return Lie(
        "RR", lambda ssrc: rtcp.receiver_report(1, [rtcp.ReportBlock(ssrc, lost, highest, 1, 2, 3)] * 31)
    )


RTCP_LIES = st.one_of(
    st.builds(
        _compound,
        st.integers(0, 63),
        st.integers(192, 223),
        st.integers(0, 40) | SHORT,
        st.binary(max_size=160),
    ),
    st.builds(_feedback, SHORT, st.integers(1, 5000), st.floats(0, 1e6)),
    st.builds(_report, LONG, LONG),
    st.lists(SHORT, min_size=1, max_size=200).map(
        lambda lost: Lie("NACK", lambda ssrc: feedback.nack(1, ssrc, lost))
    ),
    st.integers(0, 1 << 60).map(
        lambda bits: Lie("REMB", lambda ssrc: feedback.bandwidth_estimate(1, bits, [ssrc] * 5))
    ),
    st.builds(
        lambda ntp, stamp: Lie(
            "SR", lambda ssrc: rtcp.sender_report(rtcp.SenderInfo(ssrc, ntp, stamp, 1, 2))
        ),
        st.integers(0, (1 << 64) - 1),
        LONG,
    ),
)


class Field:
    """Two bystanders talk in a room of their own while somebody in another room does the node harm.

    Everything that touches packets runs in one thread, since the buffer they are encrypted in is one.
    """

    def __init__(self, node: RunningNode) -> None:
        self.node = node
        self.sent = 0
        """Datagrams of the attack so far."""
        self.offers = 0
        self._spoken = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._stranger = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._foreign = Session(Policy(key=bytes(range(30)), ssrc_type=Policy.SSRC_ANY_OUTBOUND))

    def __enter__(self) -> Self:
        self._thread.start()
        self.run(self._open())
        self.files_before = self.node.metric("process_open_fds")
        return self

    def __exit__(self, *_: object) -> None:
        self.run(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()
        self._stranger.close()

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Run a coroutine in the thread of packets."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(60)

    def throw(self, datagrams: Sequence[bytes]) -> None:
        """Send bytes as they are, from the liar's address and from a stranger's."""

        async def throw() -> None:
            for datagram in datagrams:
                self._send(datagram)
                self._stranger.sendto(datagram, self._target)
            self.sent += len(datagrams)

        self.run(throw())

    def lie(self, lies: Sequence[Lie], control: bool) -> list[bytes]:
        """Encrypt and send each, once for every SSRC that means something; returns what libsrtp let pass."""

        async def lie() -> list[bytes]:
            protect = srtcp_protect if control else srtp_protect
            made = [self._encrypted(lie.build(ssrc), protect) for lie in lies for ssrc in self._ssrcs]
            datagrams = [datagram for datagram in made if datagram]
            for datagram in datagrams:
                self._send(datagram)
            return datagrams

        return self.run(lie())

    def foreign(self, lie: Lie) -> bytes | None:
        """The lie under a key that the node does not know; None where libsrtp refuses to encrypt it."""
        try:
            return bytes(self._foreign.protect(lie.build(self._ssrcs[0])))
        except Exception:
            return None

    def others_do_not_notice(self) -> None:
        """Return once bystanders have heard everything said so far, each word once and in order."""

        async def wait() -> None:
            spoken = self._spoken
            await eventually(lambda: self.heard[-1] > spoken, "the bystanders hear what is said now")

        self.run(wait())
        heard = self.heard
        assert heard == list(range(heard[0], heard[0] + len(heard))), "bystanders missed something"

    def node_is_well(self) -> None:
        """Fail when the node has died or says that something of its own went wrong."""
        assert self.node.process.poll() is None, self.node.output[-3000:]
        said = self.node.output
        assert not any(sign in said for sign in SIGNS_OF_FAILURE), said[-5000:]
        states = {each.participant: each.state for each in self.node.room("attacked").participants}
        assert states == {"liar": "connected", "victim": "connected"}, said[-5000:]

    @property
    def heard(self) -> list[int]:
        """Numbers of the words that the listening bystander has heard."""
        return [HEADER.unpack_from(packet)[2] for packet in self.listener.video_got()]

    async def _open(self) -> None:
        self._stack = AsyncExitStack()
        enter = self._stack.enter_async_context
        self.speaker = await enter(RawPeer(self.node, "bystanders", "speaker"))
        self.listener = await enter(RawPeer(self.node, "bystanders", "listener"))
        self.liar = await enter(RawPeer(self.node, "attacked", "liar"))
        await enter(RawPeer(self.node, "attacked", "victim"))
        lines = [self.liar.line(kind) for kind in ("audio", "video")]
        named = {ssrc for line in lines for ssrc in (line.ssrc, line.rtx_ssrc, line.remote_ssrc)}
        self._ssrcs = [ssrc for ssrc in named if ssrc is not None]
        pair = self.liar.transport.pair()
        assert pair is not None, "the liar is not connected"
        self._target = pair.remote
        self._speaking = asyncio.create_task(self._speak())
        await eventually(self.listener.video_got, "the bystanders hear each other")

    async def _close(self) -> None:
        self._speaking.cancel()
        await asyncio.gather(self._speaking, return_exceptions=True)
        await self._stack.aclose()

    async def _speak(self) -> None:
        while True:
            self._spoken += 1
            self.speaker.send_rtp(self.speaker.video_packet(self._spoken))
            await asyncio.sleep(BYSTANDER_PAUSE)

    def _send(self, datagram: bytes) -> None:
        self.liar.send_datagram(datagram)
        self.sent += 1

    def _encrypted(self, packet: bytes, protect: Callable[..., int]) -> bytes:
        VIEW[: len(packet)] = packet
        LENGTH[0] = len(packet)
        return b"" if protect(self.liar._keys[1], POINTER, LENGTH) else bytes(VIEW[: LENGTH[0]])
