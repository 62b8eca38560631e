"""A participant made of bare packets: it joins like a browser and then sends and sees every byte itself."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self

from aiortc import RTCSessionDescription

from consult import rtcp
from consult.lines import Line
from consult.rtp import HEADER
from consult.srtp import (
    BUFFER,
    LENGTH,
    POINTER,
    VIEW,
    srtcp_protect,
    srtcp_unprotect,
    srtp_protect,
    srtp_unprotect,
)
from consult.transport import PeerTransport, prepare
from tests.consult.node import RunningNode

PROFILES = ("AEAD_AES_128_GCM", "AES128_CM_SHA1_80")
CONNECT_SECONDS = 15.0


class CallingTransport(PeerTransport):
    """The node's own transport, turned round: it offers and takes the answer."""

    async def offer(self, kinds: Sequence[str]) -> str:
        """Return an offer with one line for each kind."""
        for kind in kinds:
            self._peer.addTransceiver(kind)
        for transceiver in self._peer.getTransceivers():
            self._take_over(transceiver)
        await self._peer.setLocalDescription(await self._peer.createOffer())
        return self._peer.localDescription.sdp

    async def accept(self, answer: str) -> None:
        """Take the answer; `lines` then tell what was negotiated, seen from this end."""
        from aiortc.sdp import SessionDescription

        await self._peer.setRemoteDescription(RTCSessionDescription(sdp=answer, type="answer"))
        self._sort_first()
        self.lines = tuple(self._describe(SessionDescription.parse(answer).media))


class RawPeer:
    """Use as an async context manager: inside, the peer is connected.

    `packets` collects decrypted RTP, `reports` the parts of decrypted RTCP.
    """

    def __init__(
        self,
        node: RunningNode,
        room: str,
        name: str,
        kinds: Sequence[str] = ("audio", "video"),
        record: bool = False,
        change_offer: Callable[[str], str] = str,
    ) -> None:
        prepare((), loopback=True, start_bitrate=1000)
        self.name = name
        self.packets: list[bytes] = []
        self.reports: list[rtcp.Packet] = []
        self.answer = ""
        """The SDP the node answered with."""
        self.lose_next = 0
        """So many RTP packets to come are lost on the way to this peer."""
        self._node, self._room, self._kinds, self._record = node, room, kinds, record
        self._change_offer = change_offer
        self._changed = asyncio.Event()
        self.transport = CallingTransport((), PROFILES, self._changed.set)

    async def __aenter__(self) -> Self:
        try:
            await self._join()
        except BaseException:
            await self.transport.close()
            raise
        return self

    async def _join(self) -> None:
        offer = self._change_offer(await self.transport.offer(self._kinds))
        answer = await asyncio.to_thread(
            self._node.client.join, self._node.url, self._room, self.name, "customer", offer, self._record
        )
        self.answer = answer.sdp
        await self.transport.accept(answer.sdp)
        async with asyncio.timeout(CONNECT_SECONDS):
            while self.transport.state != "connected":
                self._changed.clear()
                await self._changed.wait()
        self._keys = self.transport.keys()
        self.transport.capture(self._take)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.transport.close()

    def line(self, kind: str, index: int = 0) -> Line:
        """What was negotiated for the line of this kind."""
        return next(line for line in self.transport.lines if (line.kind, line.index) == (kind, index))

    def send_rtp(self, packet: bytes) -> None:
        """Encrypt and send one RTP packet."""
        self._send(packet, srtp_protect)

    def send_rtcp(self, packet: bytes) -> None:
        """Encrypt and send one compound of RTCP."""
        self._send(packet, srtcp_protect)

    def send_datagram(self, data: bytes) -> None:
        """Send bytes as they are."""
        pair = self.transport.pair()
        assert pair is not None, "no address pair"
        pair.send_slowly(data)

    def video_packet(self, sequence: int, payload: bytes = b"picture", timestamp: int = 0) -> bytes:
        """A VP8-numbered packet of this peer's camera."""
        line = self.line("video")
        first = HEADER.pack(0x80, line.codecs[0].payload_type, sequence & 0xFFFF, timestamp, line.ssrc)
        return first + payload

    def video_got(self) -> list[bytes]:
        """RTP packets got so far on the first video line, retransmissions left out."""
        wanted = self.line("video").remote_ssrc
        return [packet for packet in self.packets if HEADER.unpack_from(packet)[4] == wanted]

    def reports_of(self, kind: int, count: int | None = None) -> list[rtcp.Packet]:
        """RTCP got so far of this packet type and, for feedback, this format."""
        return [part for part in self.reports if part.kind == kind and count in (None, part.count)]

    def _send(self, packet: bytes, protect: Callable[..., int]) -> None:
        VIEW[: len(packet)] = packet
        LENGTH[0] = len(packet)
        assert protect(self._keys[1], POINTER, LENGTH) == 0, "libsrtp refused to encrypt"
        self.send_datagram(bytes(VIEW[: LENGTH[0]]))

    def _take(self, data: bytes) -> None:
        VIEW[: len(data)] = data
        LENGTH[0] = len(data)
        if 192 <= data[1] < 224:
            assert srtcp_unprotect(self._keys[0], POINTER, LENGTH) == 0, "RTCP that cannot be decrypted"
            self.reports.extend(rtcp.split(BUFFER, LENGTH[0]))
        else:
            if self.lose_next:
                self.lose_next -= 1
                return
            assert srtp_unprotect(self._keys[0], POINTER, LENGTH) == 0, "RTP that cannot be decrypted"
            self.packets.append(bytes(VIEW[: LENGTH[0]]))


async def eventually(condition: Callable[[], object], what: str, seconds: float = 10.0) -> None:
    """Return once the condition holds; fail saying what was waited for."""
    try:
        async with asyncio.timeout(seconds):
            while not condition():
                await asyncio.sleep(0.01)
    except TimeoutError:
        raise AssertionError(f"waited {seconds} s in vain until {what}") from None
