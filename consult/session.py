"""One connection of one participant: from its offer to its last packet."""

from __future__ import annotations

import enum
import time
from collections.abc import Callable
from typing import Any

import structlog
from aiortc.rtcicetransport import RTCIceCandidate

from consult.arrivals import ArrivalLog
from consult.control import Control
from consult.inbound import InboundStream
from consult.lines import Line
from consult.listener import Listener
from consult.numbers import TransportNumbers
from consult.outbound import OutboundStream
from consult.rtp import HEADER, MID, TRANSPORT_SEQUENCE, find_extension
from consult.settings import MediaSettings
from consult.track import Track
from consult.transport import (
    BUFFER,
    LARGEST_RTCP,
    LENGTH,
    POINTER,
    RTCP_POINTER,
    RTCP_VIEW,
    PeerTransport,
    srtcp_protect,
    srtp_unprotect,
)
from consult.wire import Wire

log = structlog.get_logger(__name__)

SILENCE_SECONDS = 6.0
"""Browsers check that we are there at least every five seconds (RFC 7675)."""
CONNECT_SECONDS = 30.0
FRESH_SECONDS = 0.5
"""A sender that no receiver has answered for this long is answered by the node."""

Receive = Callable[[int, int, int, int], None]


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
        self.sources: dict[str, InboundStream] = {}
        """Streams of the participant by the mid of their line."""
        self.numbers = TransportNumbers()
        self.refused = 0
        self._find_track = find_track
        self._on_change = on_change
        self._on_stream = on_stream
        self._transport = PeerTransport(settings.ice_servers, settings.srtp_profiles, self._transport_changed)
        self._wire = Wire(listener, self._on_rtp, self._on_rtcp)
        self._receive: dict[int, Receive] = {}
        self._keys: tuple[Any, Any] = (None, None)
        self._control: Control | None = None
        self._arrivals = ArrivalLog(None)
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
        for stream in self.sources.values():
            stream.track.take_source(stream)

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
        for stream in self.sources.values():
            stream.tick(now)

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
        numbered = (line.extensions.get(TRANSPORT_SEQUENCE) for line in lines if line.takes("transport-cc"))
        self._arrivals = ArrivalLog(next((number for number in numbered if number), None))
        self._control = Control(self._keys[0], self.numbers)
        self._follow_pair()
        self._transport.capture(self._wire.take)
        for line in lines:
            if line.sends:
                self._add_outbound(line, self._control)
            if line.receives:
                self._find_track(line.kind, line.index)
            if line.receives and line.remote_ssrc is not None:
                self._add_source(line, line.remote_ssrc, line.remote_rtx_ssrc)
        self._heard_at = time.monotonic()
        self._log.info("media.connected", srtp=self._transport.srtp_profile())
        self._set_state(State.CONNECTED)

    def _add_outbound(self, line: Line, control: Control) -> None:
        stream = OutboundStream(line, self._keys[1], self._wire.send, self.send_rtcp, self.numbers)
        self.outbound.append(stream)
        control.outbound[stream.ssrc] = control.outbound[line.rtx_ssrc] = stream

    def _add_source(self, line: Line, ssrc: int, rtx_ssrc: int | None) -> InboundStream:
        track = self._find_track(line.kind, line.index)
        stream = InboundStream(self, track, line, ssrc, self._arrivals, self.send_rtcp)
        stream.on_answered = self._note_answer
        stream.on_first_packet = self._on_stream
        self.sources[line.mid] = stream
        self._receive[ssrc] = stream.receive
        if rtx_ssrc is not None:
            self._receive[rtx_ssrc] = stream.receive_retransmission
        if self._control is not None:
            self._control.inbound[ssrc] = stream
        return stream

    def _on_rtp(self, size: int) -> None:
        LENGTH[0] = size
        if srtp_unprotect(self._keys[0], POINTER, LENGTH):
            self.refused += 1
            return
        size = LENGTH[0]
        _, marker_type, sequence, timestamp, ssrc = HEADER.unpack_from(BUFFER)
        receive = self._receive.get(ssrc)
        if receive is None:
            receive = self._learn(size, marker_type & 0x7F, ssrc)
            if receive is None:
                self.refused += 1
                return
        receive(size, marker_type, sequence, timestamp)

    def _on_rtcp(self, size: int) -> None:
        if self._control is not None:
            self._control.receive(size)

    def _learn(self, size: int, payload_type: int, ssrc: int) -> Receive | None:
        """Find the line of a stream whose SSRC the offer did not name: by its mid, or by its payload type."""
        line = self._line_of(size, payload_type)
        if line is None:
            return None
        if line.codec(payload_type) is None:
            stream = self.sources.get(line.mid)
            if stream is not None:
                self._receive[ssrc] = stream.receive_retransmission
            return self._receive.get(ssrc)
        stream = self._add_source(line, ssrc, None)
        stream.track.take_source(stream)
        return self._receive[ssrc]

    def _line_of(self, size: int, payload_type: int) -> Line | None:
        for line in self._transport.lines:
            if not line.receives or not (line.codec(payload_type) or line.retransmitted(payload_type)):
                continue
            identifier = line.extensions.get(MID)
            mid = find_extension(BUFFER, size, identifier) if identifier is not None else None
            if mid == line.mid.encode() or (mid is None and line.mid not in self.sources):
                return line
            if mid is None and line.codec(payload_type) is None:
                return line
        return None

    def _follow_pair(self) -> None:
        pair = self._transport.pair()
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
        if now - self._answered_at < FRESH_SECONDS:
            if self._arrivals.noting:
                self._arrivals.stop()
            return
        if not self._arrivals.noting:
            self._arrivals.start()
        stream = next(iter(self.sources.values()), None)
        if stream is not None and (feedback := self._arrivals.feedback(stream.line.ssrc, stream.ssrc)):
            self.send_rtcp(feedback)

    def _set_state(self, state: State) -> None:
        if state == self.state:
            return
        self._log.info("media.session_state", old=self.state.value, new=state.value)
        self.state = state
        self._on_change(self)
