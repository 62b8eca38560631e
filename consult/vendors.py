"""aiortc, aioice and pylibsrtp: the one file that touches their private names.

`check` says clearly when a new version has moved something this file leans on; the node calls it at start and a
test holds it to living objects.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import aioice.ice
from aiortc import RTCConfiguration, RTCPeerConnection, rtcdtlstransport
from aiortc.rtcdtlstransport import RTCDtlsTransport, SRTPProtectionProfile
from aiortc.rtcrtpparameters import RTCRtpCodecParameters
from aiortc.rtcrtptransceiver import RTCRtpTransceiver
from pylibsrtp._binding import ffi, lib

__all__ = ["Pair", "VendorChanged", "check", "ffi", "lib"]


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


def listen_on(addresses: Sequence[str], loopback: bool) -> None:
    """Replace aioice's list of host addresses, which leaves 127.0.0.1 out."""
    found = aioice.ice.get_host_addresses

    def chosen(use_ipv4: bool, use_ipv6: bool) -> list[str]:
        hosts = list(addresses) or found(use_ipv4=use_ipv4, use_ipv6=use_ipv6)
        return [*hosts, "127.0.0.1"] if loopback and "127.0.0.1" not in hosts else hosts

    aioice.ice.get_host_addresses = chosen


def profiles(names: Iterable[str]) -> list[SRTPProtectionProfile]:
    """Return the SRTP profiles of these names that are known here, in this order."""
    known = {profile.openssl_profile.decode(): profile for profile in rtcdtlstransport.SRTP_PROFILES}
    return [known[f"SRTP_{name}"] for name in names if f"SRTP_{name}" in known]


def take_over(transceiver: RTCRtpTransceiver, offered: list[SRTPProtectionProfile]) -> None:
    """Keep aiortc from starting an encoder, a decoder thread and reports for this transceiver."""
    transceiver.sender.send = _leave_alone  # type: ignore[assignment, method-assign]
    transceiver.receiver.receive = _leave_alone  # type: ignore[assignment, method-assign]
    dtls = transceiver.receiver.transport
    dtls._srtp_profiles = offered
    if dtls._role == "auto":
        # As DTLS server the node, not the browser, has the last word on the SRTP profile.
        dtls._set_role("server")


def negotiated(
    transceiver: RTCRtpTransceiver,
) -> tuple[Sequence[RTCRtpCodecParameters], dict[str, int]]:
    """Return the codecs of this transceiver, and the ids of its header extensions by URI."""
    extensions = {extension.uri: extension.id for extension in transceiver._headerExtensions}
    return transceiver._codecs, extensions


def ssrcs(transceiver: RTCRtpTransceiver) -> tuple[int, int]:
    """Return the SSRC this transceiver sends with, and that of its retransmissions."""
    return transceiver.sender._ssrc, transceiver.sender._rtx_ssrc


def srtp_sessions(dtls: RTCDtlsTransport) -> tuple[Any, Any]:
    """Return libsrtp's sessions (inbound, outbound) of a connection that stands."""
    return dtls._rx_srtp._srtp[0], dtls._tx_srtp._srtp[0]


def srtp_profile(dtls: RTCDtlsTransport) -> str:
    """Name of the SRTP protection profile in use on a connection that stands."""
    assert dtls._ssl is not None
    return dtls._ssl.get_selected_srtp_profile().decode().removeprefix("SRTP_")


def nominated(dtls: RTCDtlsTransport, known: object = None) -> Pair | None:
    """Return the address pair in use unless it is the one with the token `known`, or there is none yet."""
    found = dtls.transport._connection._nominated.get(1)
    if found is None or found is known:
        return None
    protocol, remote = found.protocol, found.remote_addr
    return Pair(
        token=found,
        local=(protocol.local_candidate.host, protocol.local_candidate.port),
        remote=remote,
        socket=getattr(protocol.transport, "_sock", None),
        datagrams=protocol.datagram_received,
        send_slowly=lambda data: protocol.transport.sendto(data, remote),
    )


def sort_first(dtls: RTCDtlsTransport, is_dtls: Callable[[bytes], bool]) -> None:
    """Give aiortc only those of aioice's datagrams of which `is_dtls` is true."""
    connection = dtls.transport._connection
    onward = connection.data_received

    def data_received(data: bytes, component: int) -> None:
        if is_dtls(data):
            onward(data, component)

    connection.data_received = data_received  # type: ignore[method-assign]


def check() -> None:
    """Raise VendorChanged naming the first private name that is no longer where this file expects it."""
    peer = RTCPeerConnection(RTCConfiguration([]))
    for owner, name in _wanted(peer.addTransceiver("audio")):
        if not hasattr(owner, name):
            raise VendorChanged(f"{getattr(owner, '__name__', type(owner).__name__)}.{name} is gone")


def _wanted(transceiver: RTCRtpTransceiver) -> Iterable[tuple[object, str]]:
    dtls = transceiver.receiver.transport
    connection = getattr(dtls.transport, "_connection", None)
    places: list[tuple[object, tuple[str, ...]]] = [
        (transceiver, ("_codecs", "_headerExtensions")),
        (transceiver.sender, ("_ssrc", "_rtx_ssrc", "send")),
        (transceiver.receiver, ("receive",)),
        (dtls, ("_srtp_profiles", "_role", "_set_role", "_rx_srtp", "_tx_srtp", "_ssl")),
        (dtls.transport, ("_connection",)),
        (connection, ("_nominated", "data_received")),
        (aioice.ice, ("get_host_addresses",)),
        (aioice.ice.CandidatePair, ("remote_addr", "local_candidate")),
        (aioice.ice.StunProtocol, ("datagram_received",)),
        (lib, ("srtp_protect", "srtp_unprotect", "srtp_protect_rtcp", "srtp_unprotect_rtcp")),
    ]
    return ((owner, name) for owner, names in places for name in names)


async def _leave_alone(_: object) -> None:
    """Stand in for RTCRtpSender.send and RTCRtpReceiver.receive."""
