"""One connection of one participant: from its offer to its last packet."""

from __future__ import annotations

import enum
import time
from collections.abc import Callable, Iterable
from typing import Any

import structlog
from aiortc.rtcicetransport import RTCIceCandidate

from consult.allowance import Allowance
from consult.arrivals import ArrivalLog
from consult.control import Control
from consult.inbound import InboundStream
from consult.lines import Line
from consult.listener import Listener
from consult.numbers import TransportNumbers
from consult.outbound import OutboundStream
from consult.relief import Relief
from consult.rtp import HEADER, TRANSPORT_SEQUENCE
from consult.settings import MediaSettings
from consult.srtp import (
    BUFFER,
    LARGEST_RTCP,
    LENGTH,
    POINTER,
    RTCP_POINTER,
    RTCP_VIEW,
    srtcp_protect,
    srtp_unprotect,
)
from consult.streams import Streams
from consult.track import Track
from consult.transport import PeerTransport
from consult.wire import Wire

log = structlog.get_logger(__name__)

SILENCE_SECONDS = 6.0
"""Browsers check that we are there at least every five seconds (RFC 7675)."""
CONNECT_SECONDS = 30.0
FRESH_SECONDS = 0.5
"""A sender that no receiver has answered for this long is answered by the node."""


class State(enum.StrEnum):
    """How a session stands; only `connected` carries media."""

    CONNECTING = "connecting"
    CONNECTED = "connected"
    DISCONNECTED = "disconnected"


class Session:
    """A peer connection without its media engine: packets go from socket to socket.

    `find_track` gives the participant's track for a line; `on_change` is called whenever `state` has changed,
    `on_stream` with the first packet of each stream, when its codec is known. `names` go into the log.
    """

    def __init__(
        self,
        settings: MediaSettings,
        listener: Listener,
        find_track: Callable[[str, int], Track],
        on_change: Callable[[Session], None],
        on_stream: Callable[[InboundStream], None],
        **names: str,
    ) -> None:
        self._log = log.bind(**names)
        self.state = State.CONNECTING
        self.started = time.monotonic()
        self.over = False
        """True once it can never carry media again."""
        self.outbound: list[OutboundStream] = []
        self.allowance = Allowance(settings.max_bitrate, settings.max_streams, self._log)
        self.streams = Streams(self, find_track, self.allowance, self.send_rtcp, self._watch)
        """What the participant sends."""
        self.numbers = TransportNumbers()
        self.relief = Relief()
        """How many pictures the participant's line carries."""
        self.refused = 0
        self._on_change = on_change
        self._on_stream = on_stream
        self._transport = PeerTransport(settings.ice_servers, settings.srtp_profiles, self._transport_changed)
        self._wire = Wire(listener, self._on_rtp, self._on_rtcp)
        self._keys: tuple[Any, Any] = (None, None)
        self._control: Control | None = None
        self._answered_at = 0.0
        self._heard_at = self.started

    async def answer(self, offer: str) -> str:
        """Return the SDP answer; raise BadOffer."""
        return await self._transport.answer(offer)

    async def add_candidate(self, candidate: RTCIceCandidate) -> None:
        """Take one more address of the browser."""
        await self._transport.add_candidate(candidate)

    async def close(self) -> None:
        """Stop media at once, then end the connection."""
        self.stop()
        await self._transport.close()

    def stop(self) -> None:
        """Stop media at once; the participant's tracks stay with whoever takes them over."""
        self.over = True
        self._wire.close()
        for stream in self.outbound:
            if stream.track is not None:
                stream.track.unsubscribe(stream)
        self._set_state(State.DISCONNECTED)

    def publish(self) -> None:
        """Make this connection the source of its participant's tracks."""
        self.streams.publish()

    def send_rtcp(self, packet: bytes) -> None:
        """Encrypt and send RTCP; what does not fit a datagram or cannot be sent is dropped."""
        size = len(packet)
        if self._control is None or size > LARGEST_RTCP:
            return
        RTCP_VIEW[:size] = packet
        LENGTH[0] = size
        if srtcp_protect(self._keys[1], RTCP_POINTER, LENGTH):
            return
        try:
            self._wire.send(RTCP_VIEW[: LENGTH[0]])
        except OSError:
            self.refused += 1

    def tick(self, now: float) -> None:
        """Do what is due, a few times in every tenth of a second."""
        if self.over:
            return
        if self._control is None:
            if now - self.started > CONNECT_SECONDS:
                self.stop()
            return
        self._follow_pair()
        self._watch_silence(now)
        self._answer_sender(now)
        self.streams.tick(now)

    def count_refused(self) -> int:
        """Datagrams dropped because they were garbage, forged, cut short, too long or of no stream."""
        return self.refused + self._wire.refused + (self._control.refused if self._control else 0)

    def _transport_changed(self) -> None:
        state = self._transport.state
        if state == "connected" and self._control is None and not self.over:
            self._open()
        elif state in ("failed", "closed") and not self.over:
            self.stop()

    def _open(self) -> None:
        self._keys = self._transport.keys()
        lines = self._transport.lines
        self._control = Control(self._keys[0], self.numbers, self.relief, self.streams.by_ssrc)
        self._follow_pair()
        self._transport.capture(self._wire.take)
        for line in lines:
            if line.sends:
                self._add_outbound(line, self._control)
        self.streams.open(lines, ArrivalLog(_transport_number_id(lines)))
        self._heard_at = time.monotonic()
        self._log.info("media.connected", srtp=self._transport.srtp_profile())
        self._set_state(State.CONNECTED)

    def _add_outbound(self, line: Line, control: Control) -> None:
        stream = OutboundStream(line, self._keys[1], self._wire.send, self.send_rtcp, self.numbers)
        self.outbound.append(stream)
        control.outbound[stream.ssrc] = control.outbound[line.rtx_ssrc] = stream

    def _watch(self, stream: InboundStream) -> None:
        stream.on_answered = self._note_answer
        stream.on_first_packet = self._on_stream

    def _on_rtp(self, size: int) -> None:
        LENGTH[0] = size
        if srtp_unprotect(self._keys[0], POINTER, LENGTH):
            self.refused += 1
            return
        size = LENGTH[0]
        _, marker_type, sequence, timestamp, ssrc = HEADER.unpack_from(BUFFER)
        receive = self.streams.receive.get(ssrc)
        if receive is None:
            receive = self.streams.learn(size, marker_type & 0x7F, ssrc)
            if receive is None:
                self.refused += 1
                return
        receive(size, marker_type, sequence, timestamp)

    def _on_rtcp(self, size: int) -> None:
        if self._control is not None:
            self._control.receive(size)

    def _follow_pair(self) -> None:
        pair = self._transport.pair(self._wire.token)
        if pair is not None and self._wire.follow(pair):
            for stream in self.outbound:
                stream.send = self._wire.send

    def _watch_silence(self, now: float) -> None:
        if self._wire.heard:
            self._wire.heard = False
            self._heard_at = now
            self._set_state(State.CONNECTED)
        elif now - self._heard_at > SILENCE_SECONDS:
            self._set_state(State.DISCONNECTED)

    def _note_answer(self) -> None:
        self._answered_at = time.monotonic()

    def _answer_sender(self, now: float) -> None:
        """Send transport-wide feedback while no receiver does: the first to join would stay at low quality."""
        arrivals = self.streams.arrivals
        if now - self._answered_at < FRESH_SECONDS:
            if arrivals.noting:
                arrivals.stop()
            return
        if not arrivals.noting:
            arrivals.start()
        stream = next(iter(self.streams.by_mid.values()), None)
        if stream is not None and (feedback := arrivals.feedback(stream.line.ssrc, stream.ssrc)):
            self.send_rtcp(feedback)

    def _set_state(self, state: State) -> None:
        if state == self.state:
            return
        self._log.info("media.session_state", old=self.state.value, new=state.value)
        self.state = state
        self._on_change(self)


def _transport_number_id(lines: Iterable[Line]) -> int | None:
    """The id under which the participant numbers its packets transport-wide, if it does."""
    numbered = (line.extensions.get(TRANSPORT_SEQUENCE) for line in lines if line.takes("transport-cc"))
    return next((number for number in numbered if number), None)
