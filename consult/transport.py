"""The peer connection of one participant: aiortc and aioice do ICE, DTLS and SDP and never see a media packet."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
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

from consult import vendors
from consult.errors import BadOffer
from consult.lines import Codec, Line
from consult.rtp import TRANSPORT_SEQUENCE
from consult.settings import IceServer
from consult.vendors import Pair

TRANSPORT_FEEDBACK = RTCRtcpFeedback(type="transport-cc")
DTLS_DATAGRAMS = range(20, 64)
MEDIA_DATAGRAMS = range(128, 192)
"""First bytes of DTLS, and of RTP and RTCP (RFC 7983 section 7)."""


def prepare(addresses: Sequence[str], loopback: bool, start_bitrate: int) -> None:
    """Teach the libraries what this node speaks: transport-wide feedback, Opus alone, and where to listen.

    `start_bitrate` (kbit/s) is told in the parameter that Chromium and Safari know; others ignore it.
    """
    vendors.check()
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
    vendors.listen_on(addresses, loopback)


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
        self._profiles = vendors.profiles(srtp_profiles)
        self._settled: RTCDtlsTransport | None = None
        """The transport of all lines, once ICE has begun on it."""
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
        vendors.take_over(transceiver, self._profiles)

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
        return vendors.srtp_sessions(self._dtls)

    def srtp_profile(self) -> str:
        """Name of the SRTP protection profile in use."""
        return vendors.srtp_profile(self._dtls)

    def pair(self, known: object = None) -> Pair | None:
        """Return the address pair in use unless it is the one with the token `known`, or there is none yet."""
        if self._settled is None:
            self._settled = self._dtls
        return vendors.nominated(self._settled, known)

    def capture(self, on_media: Callable[[bytes], None]) -> None:
        """Send RTP and RTCP that still arrives by aioice (a relayed pair, an address not yet settled) to us."""
        self._on_media = on_media

    def _sort_first(self) -> None:
        """Let nothing but DTLS reach aiortc: one empty datagram, from whomever, would end the connection."""
        vendors.sort_first(self._dtls, self._sort)

    def _sort(self, data: bytes) -> bool:
        if data and data[0] in MEDIA_DATAGRAMS and self._on_media is not None:
            self._on_media(data)
        return bool(data) and data[0] in DTLS_DATAGRAMS


def _line(transceiver: RTCRtpTransceiver, offered: MediaDescription, index: int) -> Line:
    streams = [description.ssrc for description in offered.ssrc]
    direction = transceiver.currentDirection or "inactive"
    codecs, extensions = vendors.negotiated(transceiver)
    ssrc, rtx_ssrc = vendors.ssrcs(transceiver)
    return Line(
        mid=str(transceiver.mid),
        kind=transceiver.kind,
        index=index,
        receives=direction in ("sendrecv", "recvonly"),
        sends=direction in ("sendrecv", "sendonly"),
        codecs=tuple(_codecs(codecs)),
        extensions=extensions,
        remote_ssrc=streams[0] if streams else None,
        remote_rtx_ssrc=streams[1] if len(streams) > 1 else None,
        ssrc=ssrc,
        rtx_ssrc=rtx_ssrc,
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
