"""RTCP of one session: what its participant says about streams, told to those whom it concerns."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from consult import feedback, rtcp, transportwide
from consult.inbound import InboundStream
from consult.numbers import TransportNumbers
from consult.outbound import OutboundStream
from consult.reception import LOST_UNITS
from consult.relief import Relief
from consult.srtp import BUFFER, LENGTH, POINTER, srtcp_unprotect

SendRtcp = Callable[[bytes], None]


class Control:
    """Takes RTCP from one participant apart, translates SSRCs and numbers, and passes each part to its place.

    Nothing is passed whose SSRC is unknown. `refused` counts what could not be decrypted or read.
    """

    def __init__(
        self, keys: Any, numbers: TransportNumbers, relief: Relief, inbound: Mapping[int, InboundStream]
    ) -> None:
        self.outbound: dict[int, OutboundStream] = {}
        """What the participant gets, by SSRC and by SSRC of retransmissions."""
        self.refused = 0
        self._inbound = inbound
        """The participant's own streams by SSRC."""
        self._keys = keys
        self._numbers = numbers
        self._relief = relief
        self._outbox: dict[SendRtcp, list[bytes]] = {}
        self._handlers: dict[tuple[int, int] | int, Callable[[rtcp.Packet], None]] = {
            rtcp.SENDER_REPORT: self._sender_report,
            rtcp.RECEIVER_REPORT: self._receiver_report,
            (rtcp.TRANSPORT_FEEDBACK, feedback.NACK): self._nack,
            (rtcp.TRANSPORT_FEEDBACK, transportwide.TRANSPORT_WIDE): self._transport_feedback,
            (rtcp.PAYLOAD_FEEDBACK, feedback.PLI): self._picture_loss,
            (rtcp.PAYLOAD_FEEDBACK, feedback.FIR): self._full_intra_request,
            (rtcp.PAYLOAD_FEEDBACK, feedback.APPLICATION_LAYER): self._bandwidth_estimate,
        }

    def receive(self, size: int) -> None:
        """Take the encrypted RTCP packet in srtp.BUFFER."""
        LENGTH[0] = size
        if srtcp_unprotect(self._keys, POINTER, LENGTH):
            self.refused += 1
            return
        try:
            packets = list(rtcp.split(BUFFER, LENGTH[0]))
            for packet in packets:
                handler = self._handlers.get(packet.kind) or self._handlers.get((packet.kind, packet.count))
                if handler is not None:
                    handler(packet)
        except ValueError:
            self.refused += 1
        self._flush()

    def _flush(self) -> None:
        for send, parts in self._outbox.items():
            send(b"".join(parts))
        self._outbox.clear()

    def _tell(self, send: SendRtcp, packet: bytes) -> None:
        self._outbox.setdefault(send, []).append(packet)

    def _sender_report(self, packet: rtcp.Packet) -> None:
        info = rtcp.sender_info(packet)
        source = self._inbound.get(info.ssrc)
        if source is not None:
            if source.recorder is not None:
                source.recorder.rtcp_sender_report(info.ntp, info.timestamp)
            for receiver in source.track.receivers:
                self._tell(receiver.send_rtcp, receiver.sender_report(info))
        self._receiver_report(packet)

    def _receiver_report(self, packet: rtcp.Packet) -> None:
        for block in rtcp.report_blocks(packet):
            stream = self.outbound.get(block.ssrc)
            if stream is None or stream.source is None or block.ssrc != stream.ssrc:
                continue
            now = time.monotonic()
            stream.reception.report(block, now)
            if stream.line.kind == "audio":
                self._relief.heard((block.lost >> 24) / LOST_UNITS, now)
            moved = stream.report_block(block)
            if moved is not None:
                report = rtcp.receiver_report(stream.source.line.ssrc, [moved])
                self._tell(stream.source.send_rtcp, report)

    def _nack(self, packet: rtcp.Packet) -> None:
        stream = self.outbound.get(packet.media)
        if stream is None or stream.source is None:
            return
        missing = stream.repeat(feedback.lost_sequences(packet))
        if missing:
            stream.source.request(missing)

    def _picture_loss(self, packet: rtcp.Packet) -> None:
        stream = self.outbound.get(packet.media)
        if stream is not None and stream.source is not None:
            stream.source.request_key_frame()

    def _full_intra_request(self, packet: rtcp.Packet) -> None:
        for position in range(8, len(packet.body) - 7, 8):
            stream = self.outbound.get(int.from_bytes(packet.body[position : position + 4], "big"))
            if stream is not None and stream.source is not None:
                stream.source.request_key_frame()

    def _transport_feedback(self, packet: rtcp.Packet) -> None:
        base, count = transportwide.transport_range(packet)
        self._numbers.reported(base, count)
        stream = self.outbound.get(packet.media)
        if stream is None or stream.source is None:
            stream = next((other for other in self.outbound.values() if other.source is not None), None)
        if stream is None or stream.source is None or not self._numbers.kept:
            return
        source = stream.source
        moved = transportwide.moved_transport_feedback(
            packet, source.line.ssrc, source.ssrc, self._numbers.offset
        )
        self._tell(source.send_rtcp, moved)
        source.on_answered()

    def _bandwidth_estimate(self, packet: rtcp.Packet) -> None:
        """Give each sender its share of what the receiver can take, and never more than the slowest receiver can.

        A sender that gets this receiver's transport-wide feedback knows better: an estimate beside it slows it.
        """
        if not feedback.is_bandwidth_estimate(packet):
            return
        listed = (self.outbound.get(ssrc) for ssrc in feedback.bandwidth_ssrcs(packet))
        pictures = {
            stream.ssrc: stream
            for stream in listed
            if stream is not None and stream.source is not None and stream.line.kind == "video"
        }
        now, bits = time.monotonic(), feedback.bandwidth(packet)
        if pictures:
            self._relief.estimated(bits, now)
        for stream in pictures.values():
            source = stream.source
            if source is None or (self._numbers.kept and source.line.takes("transport-cc")):
                continue
            least = source.limits.note(stream, bits // len(pictures), now)
            self._tell(source.send_rtcp, feedback.bandwidth_estimate(source.line.ssrc, least, [source.ssrc]))
