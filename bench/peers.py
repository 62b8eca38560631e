"""One browser without its eyes and ears: aiortc makes the connection, then packets are sent and counted by hand.

Nothing here is shared with the media node's way of handling packets, so that one cannot flatter the other.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import aioice.ice
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription, rtcdtlstransport
from aiortc.codecs import CODECS, HEADER_EXTENSIONS
from aiortc.rtcconfiguration import RTCBundlePolicy
from aiortc.rtcrtpparameters import RTCRtcpFeedback, RTCRtpHeaderExtensionParameters
from aiortc.rtcrtptransceiver import RTCRtpTransceiver

from consult.rtp import MID, TRANSPORT_SEQUENCE

HERE = "127.0.0.1"
SHA1, GCM = "AES128_CM_SHA1_80", "AEAD_AES_128_GCM"
"""What Chromium picks when the other side lets it, and what it takes when the other side asks for it."""
FINGERPRINT = "a=fingerprint:sha-256 "
SOCKET_BUFFER = 1 << 20
CONNECT_SECONDS = 20.0
KINDS = ("audio", "video")


def media_address() -> str:
    """Where media goes: this machine's first address, since Janus takes no loopback; packets stay inside."""
    return next(iter(aioice.ice.get_host_addresses(use_ipv4=True, use_ipv6=False)), HERE)


def prepare(srtp_profile: str) -> None:
    """Make aiortc, in this process, offer what a browser offers: one codec of each kind, transport-wide feedback."""
    hosts = [media_address()]
    aioice.ice.get_host_addresses = lambda **_: hosts
    profiles = rtcdtlstransport.SRTP_PROFILES
    wanted = f"SRTP_{srtp_profile}".encode()
    profiles[:] = [profile for profile in profiles if profile.openssl_profile == wanted]
    CODECS["audio"] = CODECS["audio"][:1]
    CODECS["video"] = CODECS["video"][:2]
    for codec in (CODECS["audio"][0], CODECS["video"][0]):
        codec.rtcpFeedback.append(RTCRtcpFeedback(type="transport-cc"))
    for extensions in HEADER_EXTENSIONS.values():
        extensions.append(RTCRtpHeaderExtensionParameters(id=5, uri=TRANSPORT_SEQUENCE))


@dataclass(frozen=True)
class SendingLine:
    """One negotiated line as its sender needs it; extension ids are 0 where the server did not take them."""

    kind: str
    mid: str
    ssrc: int
    payload_type: int
    transport_id: int
    mid_id: int


@dataclass(frozen=True)
class Wire:
    """What is left of a connection when aiortc has done its part: a socket, keys, and a way in for STUN."""

    socket: socket.socket
    remote: tuple[str, int]
    datagrams: Callable[[bytes, tuple[str, int]], None]
    inbound_keys: Any
    outbound_keys: Any


class Peer:
    """One participant of one consult, with a line for voice and one for the camera."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._connection = RTCPeerConnection(RTCConfiguration([], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE))
        self._settled = asyncio.Event()
        self._connection.on("connectionstatechange", self._changed)

    async def offer(self) -> str:
        """Return an offer with all candidates in it."""
        for kind in KINDS:
            self._connection.addTransceiver(kind)
        self._silence()
        await self._connection.setLocalDescription(await self._connection.createOffer())
        return self._description()

    async def answer(self, offer: str) -> str:
        """Return the answer to somebody else's offer."""
        await self._connection.setRemoteDescription(RTCSessionDescription(offer, "offer"))
        for transceiver in self._connection.getTransceivers():
            transceiver.direction = "sendrecv"
        self._silence()
        await self._connection.setLocalDescription(await self._connection.createAnswer())
        return self._description()

    async def accept(self, answer: str) -> None:
        """Take the answer to our offer."""
        await self._connection.setRemoteDescription(RTCSessionDescription(answer, "answer"))

    async def connected(self) -> None:
        """Return when ICE and DTLS are done; raises TimeoutError or ConnectionError."""
        await asyncio.wait_for(self._settled.wait(), CONNECT_SECONDS)
        if self._connection.connectionState != "connected":
            raise ConnectionError(f"{self.name} is {self._connection.connectionState}")

    async def close(self) -> None:
        """Leave."""
        await self._connection.close()

    def lines(self) -> list[SendingLine]:
        """What was negotiated; for a connection that stands."""
        return [_line(transceiver) for transceiver in self._connection.getTransceivers()]

    def take_over(self) -> Wire:
        """Take the socket from the event loop and the keys from aiortc; for a connection that stands."""
        pair = self._dtls.transport._connection._nominated[1]
        wire: socket.socket = pair.protocol.transport._sock  # type: ignore[attr-defined]
        loop: Any = asyncio.get_running_loop()
        loop._remove_reader(wire.fileno())
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SOCKET_BUFFER)
        return Wire(
            socket=wire,
            remote=pair.remote_addr,
            datagrams=pair.protocol.datagram_received,
            inbound_keys=self._dtls._rx_srtp._srtp[0],
            outbound_keys=self._dtls._tx_srtp._srtp[0],
        )

    @property
    def _dtls(self) -> rtcdtlstransport.RTCDtlsTransport:
        return self._connection.getTransceivers()[0].receiver.transport

    def _description(self) -> str:
        """What aiortc says of us with the one fingerprint a browser gives; Janus would take the last of three."""
        lines = self._connection.localDescription.sdp.splitlines()
        kept = [
            line for line in lines if not line.startswith("a=fingerprint:") or line.startswith(FINGERPRINT)
        ]
        return "\r\n".join(kept) + "\r\n"

    def _silence(self) -> None:
        """Keep aiortc from starting encoders, decoder threads and reports of its own."""
        for transceiver in self._connection.getTransceivers():
            transceiver.sender.send = _leave_alone  # type: ignore[assignment, method-assign]
            transceiver.receiver.receive = _leave_alone  # type: ignore[assignment, method-assign]

    def _changed(self) -> None:
        if self._connection.connectionState in ("connected", "failed", "closed"):
            self._settled.set()


async def _leave_alone(_: object) -> None:
    """Stand in for RTCRtpSender.send and RTCRtpReceiver.receive."""


def _line(transceiver: RTCRtpTransceiver) -> SendingLine:
    known = {extension.uri: extension.id for extension in transceiver._headerExtensions}
    codec = transceiver._codecs[0]
    assert codec.payloadType is not None, "a negotiated codec has a payload type"
    return SendingLine(
        kind=transceiver.kind,
        mid=str(transceiver.mid),
        ssrc=transceiver.sender._ssrc,
        payload_type=codec.payloadType,
        transport_id=known.get(TRANSPORT_SEQUENCE, 0),
        mid_id=known.get(MID, 0),
    )
