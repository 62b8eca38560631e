"""aiortc, aioice and pylibsrtp: the one file that touches their private names.

They do ICE, DTLS and SDP here and never see a media packet. `check_vendors` says clearly when a new version has
moved something this file leans on; the node calls it at start and a test holds it to living objects.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import aioice.ice
import structlog
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription, rtcdtlstransport
from aiortc import RTCIceServer as VendorIceServer
from aiortc.codecs import CODECS, HEADER_EXTENSIONS
from aiortc.rtcconfiguration import RTCBundlePolicy
from aiortc.rtcdtlstransport import RTCDtlsTransport
from aiortc.rtcicetransport import RTCIceCandidate
from aiortc.rtcrtpparameters import (
    RTCRtcpFeedback,
    RTCRtpCodecParameters,
    RTCRtpHeaderExtensionParameters,
)
from aiortc.rtcrtptransceiver import RTCRtpTransceiver
from aiortc.sdp import MediaDescription, SessionDescription
from pylibsrtp._binding import ffi, lib

from consult.errors import BadOffer
from consult.lines import Codec, Line
from consult.rtp import TRANSPORT_SEQUENCE
from consult.settings import IceServer

log = structlog.get_logger(__name__)

CAPACITY = 2048
"""Room for the largest honest datagram (1500 bytes) and what SRTP adds; anything that fills it is refused."""
BUFFER = bytearray(CAPACITY)
"""The one place every packet is received into, decrypted, rewritten, encrypted and sent from."""
VIEW = memoryview(BUFFER)
POINTER = ffi.cast("void *", ffi.from_buffer(BUFFER))
LENGTH = ffi.new("int *")
"""Length of the packet in BUFFER, in and out of every libsrtp call."""

RTCP_BUFFER = bytearray(CAPACITY)
"""The same for outgoing RTCP, which is often made while a media packet lies in BUFFER."""
RTCP_VIEW = memoryview(RTCP_BUFFER)
RTCP_POINTER = ffi.cast("void *", ffi.from_buffer(RTCP_BUFFER))
LARGEST_RTCP = 1400

srtp_protect: Callable[[Any, Any, Any], int] = lib.srtp_protect
srtp_unprotect: Callable[[Any, Any, Any], int] = lib.srtp_unprotect
srtcp_protect: Callable[[Any, Any, Any], int] = lib.srtp_protect_rtcp
srtcp_unprotect: Callable[[Any, Any, Any], int] = lib.srtp_unprotect_rtcp

TRANSPORT_FEEDBACK = RTCRtcpFeedback(type="transport-cc")
DTLS_DATAGRAMS = range(20, 64)
MEDIA_DATAGRAMS = range(128, 192)
"""First bytes of DTLS, and of RTP and RTCP (RFC 7983 section 7)."""


class VendorChanged(Exception):
    """A private name of aiortc, aioice or pylibsrtp that this file needs is gone."""


@dataclass(frozen=True)
class Pair:
    """The pair of addresses ICE settled on; `datagrams` is aioice's own way in for STUN and DTLS."""

    token: object
    local: tuple[str, int]
    remote: tuple[str, int]
    socket: socket.socket | None
    """The socket aioice reads; None for a pair relayed by TURN."""
    datagrams: Callable[[bytes, tuple[str, int]], None]
    send_slowly: Callable[[bytes], None]


def prepare(addresses: Sequence[str], loopback: bool, start_bitrate: int) -> None:
    """Teach the libraries what this node speaks: transport-wide feedback, Opus alone, and where to listen.

    `start_bitrate` (kbit/s) is told in the parameter that Chromium and Safari know; others ignore it.
    """
    check_vendors()
    CODECS["audio"] = [codec for codec in CODECS["audio"] if codec.name.lower() == "opus"]
    for codec in CODECS["audio"] + CODECS["video"]:
        if codec.name.lower() != "rtx" and TRANSPORT_FEEDBACK not in codec.rtcpFeedback:
            codec.rtcpFeedback.append(TRANSPORT_FEEDBACK)
        if codec.name.lower() == "opus":
            codec.parameters.update({"minptime": 10, "useinbandfec": 1})
        elif codec.name.lower() != "rtx":
            codec.parameters["x-google-start-bitrate"] = str(start_bitrate)
    for known in HEADER_EXTENSIONS.values():
        if all(extension.uri != TRANSPORT_SEQUENCE for extension in known):
            known.append(RTCRtpHeaderExtensionParameters(id=4, uri=TRANSPORT_SEQUENCE))
    _listen_on(addresses, loopback)


def _listen_on(addresses: Sequence[str], loopback: bool) -> None:
    """Replace aioice's list of host addresses, which leaves 127.0.0.1 out."""
    found = aioice.ice.get_host_addresses

    def chosen(use_ipv4: bool, use_ipv6: bool) -> list[str]:
        hosts = list(addresses) or found(use_ipv4=use_ipv4, use_ipv6=use_ipv6)
        return [*hosts, "127.0.0.1"] if loopback and "127.0.0.1" not in hosts else hosts

    aioice.ice.get_host_addresses = chosen


def _profiles(names: Iterable[str]) -> list[rtcdtlstransport.SRTPProtectionProfile]:
    known = {profile.openssl_profile.decode(): profile for profile in rtcdtlstransport.SRTP_PROFILES}
    return [known[f"SRTP_{name}"] for name in names if f"SRTP_{name}" in known]


class PeerTransport:
    """One peer connection as the forwarder sees it: an offer in, an answer out, then keys and an address pair.

    `on_connected` is called once SRTP keys exist, `on_closed` once when the connection is over; both in the
    event loop's thread.
    """

    def __init__(
        self, ice_servers: Sequence[IceServer], srtp_profiles: Sequence[str], on_change: Callable[[], None]
    ) -> None:
        servers = [VendorIceServer(server.urls, server.username, server.credential) for server in ice_servers]
        self._peer = RTCPeerConnection(RTCConfiguration(servers, bundlePolicy=RTCBundlePolicy.MAX_BUNDLE))
        self._profiles = _profiles(srtp_profiles)
        self._on_media: Callable[[bytes], None] | None = None
        self._peer.on("connectionstatechange", on_change)
        self.lines: tuple[Line, ...] = ()

    @property
    def state(self) -> str:
        """ "new", "connecting", "connected", "failed" or "closed"."""
        return self._peer.connectionState

    async def answer(self, offer: str) -> str:
        """Return the answer to this offer, all local candidates in it; raise BadOffer if it cannot be answered."""
        try:
            await self._peer.setRemoteDescription(RTCSessionDescription(sdp=offer, type="offer"))
            for transceiver in self._peer.getTransceivers():
                self._take_over(transceiver)
            self._sort_first()
            await self._peer.setLocalDescription(await self._peer.createAnswer())
            self.lines = tuple(self._describe(SessionDescription.parse(offer).media))
        except Exception as error:  # aiortc answers nonsense with whatever its parser trips over
            raise BadOffer(f"the offer cannot be answered: {type(error).__name__} {error}") from error
        return self._peer.localDescription.sdp

    def _take_over(self, transceiver: RTCRtpTransceiver) -> None:
        """Keep aiortc from starting an encoder, a decoder thread and reports for this transceiver."""
        transceiver.direction = "sendrecv"
        transceiver.sender.send = _leave_alone  # type: ignore[assignment, method-assign]
        transceiver.receiver.receive = _leave_alone  # type: ignore[assignment, method-assign]
        dtls = transceiver.receiver.transport
        dtls._srtp_profiles = self._profiles
        if dtls._role == "auto":
            # As DTLS server the node, not the browser, has the last word on the SRTP profile.
            dtls._set_role("server")

    def _describe(self, offered: Sequence[MediaDescription]) -> Iterable[Line]:
        counted: dict[str, int] = {}
        for transceiver in self._peer.getTransceivers():
            media = next(part for part in offered if part.rtp.muxId == transceiver.mid)
            index = counted.setdefault(transceiver.kind, 0)
            counted[transceiver.kind] += 1
            yield _line(transceiver, media, index)

    async def add_candidate(self, candidate: RTCIceCandidate) -> None:
        """Take one more address of the browser."""
        await self._peer.addIceCandidate(candidate)

    async def close(self) -> None:
        """End the connection; errors of a connection already broken do not matter."""
        with contextlib.suppress(Exception):
            await asyncio.wait_for(self._peer.close(), timeout=5)

    # From here on only after the state is "connected".

    @property
    def _dtls(self) -> RTCDtlsTransport:
        return self._peer.getTransceivers()[0].receiver.transport

    def keys(self) -> tuple[Any, Any]:
        """Return libsrtp's sessions (inbound, outbound); they live as long as this object and one thread uses them."""
        return self._dtls._rx_srtp._srtp[0], self._dtls._tx_srtp._srtp[0]

    def srtp_profile(self) -> str:
        """Name of the SRTP protection profile in use."""
        assert self._dtls._ssl is not None
        return self._dtls._ssl.get_selected_srtp_profile().decode().removeprefix("SRTP_")

    def pair(self) -> Pair | None:
        """Return the address pair in use; a new `token` means that it has changed."""
        nominated = self._dtls.transport._connection._nominated.get(1)
        if nominated is None:
            return None
        protocol, remote = nominated.protocol, nominated.remote_addr
        return Pair(
            token=nominated,
            local=(protocol.local_candidate.host, protocol.local_candidate.port),
            remote=remote,
            socket=getattr(protocol.transport, "_sock", None),
            datagrams=protocol.datagram_received,
            send_slowly=lambda data: protocol.transport.sendto(data, remote),
        )

    def capture(self, on_media: Callable[[bytes], None]) -> None:
        """Send RTP and RTCP that still arrives by aioice (a relayed pair, an address not yet settled) to us."""
        self._on_media = on_media

    def _sort_first(self) -> None:
        """Let nothing but DTLS reach aiortc: one empty datagram, from whomever, would end the connection."""
        connection = self._dtls.transport._connection
        onward = connection.data_received

        def data_received(data: bytes, component: int) -> None:
            if data and data[0] in DTLS_DATAGRAMS:
                onward(data, component)
            elif data and data[0] in MEDIA_DATAGRAMS and self._on_media is not None:
                self._on_media(data)

        connection.data_received = data_received  # type: ignore[method-assign]


async def _leave_alone(_: object) -> None:
    """Stand in for RTCRtpSender.send and RTCRtpReceiver.receive."""


def _line(transceiver: RTCRtpTransceiver, offered: MediaDescription, index: int) -> Line:
    streams = [description.ssrc for description in offered.ssrc]
    direction = transceiver.currentDirection or "inactive"
    return Line(
        mid=str(transceiver.mid),
        kind=transceiver.kind,
        index=index,
        receives=direction in ("sendrecv", "recvonly"),
        sends=direction in ("sendrecv", "sendonly"),
        codecs=tuple(_codecs(transceiver._codecs)),
        extensions={extension.uri: extension.id for extension in transceiver._headerExtensions},
        remote_ssrc=streams[0] if streams else None,
        remote_rtx_ssrc=streams[1] if len(streams) > 1 else None,
        ssrc=transceiver.sender._ssrc,
        rtx_ssrc=transceiver.sender._rtx_ssrc,
    )


def _codecs(negotiated: Sequence[RTCRtpCodecParameters]) -> Iterable[Codec]:
    repeats = {
        codec.parameters.get("apt"): codec.payloadType for codec in negotiated if codec.name.lower() == "rtx"
    }
    for codec in negotiated:
        if codec.name.lower() == "rtx" or codec.payloadType is None:
            continue
        profile = [codec.parameters.get(name) for name in ("packetization-mode", "profile-level-id")]
        feedback = [" ".join(filter(None, (item.type, item.parameter))) for item in codec.rtcpFeedback]
        yield Codec(
            payload_type=codec.payloadType,
            name=codec.mimeType.lower(),
            mime_type=codec.mimeType,
            clock_rate=codec.clockRate,
            channels=codec.channels or 1,
            profile=tuple(str(value).lower() for value in profile if value is not None),
            retransmission_type=repeats.get(codec.payloadType),
            feedback=frozenset(feedback),
        )


async def warm_up() -> None:
    """Make and answer one offer that nobody asked for: the first in a process costs up to 350 ms."""
    caller = RTCPeerConnection(RTCConfiguration([]))
    for kind in ("audio", "video"):
        caller.addTransceiver(kind)
    offer = await caller.createOffer()
    await caller.setLocalDescription(offer)
    callee = PeerTransport((), ("AES128_CM_SHA1_80",), lambda: None)
    await callee.answer(caller.localDescription.sdp)
    await callee.close()
    await caller.close()


def check_vendors() -> None:
    """Raise VendorChanged naming the first private name that is no longer where this file expects it."""
    peer = RTCPeerConnection(RTCConfiguration([]))
    transceiver = peer.addTransceiver("audio")
    dtls = transceiver.receiver.transport
    connection = dtls.transport._connection if hasattr(dtls.transport, "_connection") else None
    wanted: list[tuple[object, str]] = [
        *((transceiver, name) for name in ("_codecs", "_headerExtensions")),
        *((transceiver.sender, name) for name in ("_ssrc", "_rtx_ssrc", "send")),
        (transceiver.receiver, "receive"),
        *((dtls, name) for name in ("_srtp_profiles", "_role", "_set_role", "_rx_srtp", "_tx_srtp", "_ssl")),
        (dtls.transport, "_connection"),
        *((connection, name) for name in ("_nominated", "data_received")),
        (aioice.ice, "get_host_addresses"),
        *((aioice.ice.CandidatePair, name) for name in ("remote_addr", "local_candidate")),
        (aioice.ice.StunProtocol, "datagram_received"),
        *(
            (lib, name)
            for name in ("srtp_protect", "srtp_unprotect", "srtp_protect_rtcp", "srtp_unprotect_rtcp")
        ),
    ]
    for owner, name in wanted:
        if not hasattr(owner, name):
            raise VendorChanged(f"{getattr(owner, '__name__', type(owner).__name__)}.{name} is gone")
