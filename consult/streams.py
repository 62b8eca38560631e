"""The streams that come in on one connection: which line a packet belongs to, by its SSRC, its mid or its type."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from functools import partial

from consult import feedback
from consult.allowance import Allowance
from consult.arrivals import ArrivalLog
from consult.inbound import InboundStream
from consult.lines import Line
from consult.rtp import MID, find_extension
from consult.srtp import BUFFER
from consult.track import Track

Receive = Callable[[int, int, int, int], None]
"""Takes size, second header byte, sequence number and timestamp of the packet in srtp.BUFFER."""


class Streams:
    """Streams of one participant by the mid of their line and by SSRC, as the offer or their packets name them.

    `find_track` gives the participant's track for a line; `prepare` is called with each stream that is added.
    """

    def __init__(
        self,
        sender: object,
        find_track: Callable[[str, int], Track],
        allowance: Allowance,
        send_rtcp: Callable[[bytes], None],
        prepare: Callable[[InboundStream], None],
    ) -> None:
        self.by_mid: dict[str, InboundStream] = {}
        self.by_ssrc: dict[int, InboundStream] = {}
        self.receive: dict[int, Receive] = {}
        """What to do with a packet of this SSRC; retransmissions have theirs."""
        self.arrivals = ArrivalLog(None)
        self._lines: tuple[Line, ...] = ()
        self._sender = sender
        self._find_track = find_track
        self.allowance = allowance
        self._send_rtcp = send_rtcp
        self._prepare = prepare

    def open(self, lines: Iterable[Line], arrivals: ArrivalLog) -> None:
        """Take what was negotiated: lines the participant may send on, with the SSRCs they named."""
        self._lines = tuple(line for line in lines if line.receives)
        self.arrivals = arrivals
        for line in self._lines:
            self._find_track(line.kind, line.index)
            if line.remote_ssrc is not None:
                self._add(line, line.remote_ssrc, line.remote_rtx_ssrc)

    def publish(self) -> None:
        """Make this connection the source of its participant's tracks."""
        for stream in self.by_mid.values():
            stream.track.take_source(stream)

    def tick(self, now: float) -> None:
        """Do what is due on each stream."""
        self.allowance.fill(now)
        for stream in self.by_mid.values():
            stream.tick(now)
        if self.allowance.is_due(now):
            self._slow_down(now)

    def learn(self, size: int, payload_type: int, ssrc: int) -> Receive | None:
        """Find the line of a stream whose SSRC the offer did not name: by its mid, or by its payload type."""
        line = self._line_of(size, payload_type)
        if line is None:
            return None
        if line.codec(payload_type) is None:
            stream = self.by_mid.get(line.mid)
            if stream is not None:
                self.receive[ssrc] = stream.receive_retransmission
            return self.receive.get(ssrc)
        stream = self._add(line, ssrc, None)
        stream.track.take_source(stream)
        return self.receive[ssrc]

    def _add(self, line: Line, ssrc: int, rtx_ssrc: int | None) -> InboundStream:
        track = self._find_track(line.kind, line.index)
        bucket = self.allowance.buckets[line.kind]
        stream = InboundStream(self._sender, track, line, ssrc, self.arrivals, bucket, self._send_rtcp)
        self._prepare(stream)
        self.by_mid[line.mid] = self.by_ssrc[ssrc] = stream
        self.receive[ssrc] = partial(self._begin, stream)
        if rtx_ssrc is not None:
            self.receive[rtx_ssrc] = stream.receive_retransmission
        return stream

    def _begin(
        self, stream: InboundStream, size: int, marker_type: int, sequence: int, timestamp: int
    ) -> None:
        """Take the first packet of a stream, if the participant may send one more."""
        admitted = self.allowance.admit(stream.ssrc)
        receive = self.receive[stream.ssrc] = stream.receive if admitted else self.allowance.refuse_stream
        receive(size, marker_type, sequence, timestamp)

    def _slow_down(self, now: float) -> None:
        """Tell a sender that is beyond its limit what it may send; transport-wide feedback shows it the rest as lost."""
        received = Counter[str]()
        for stream in self.by_mid.values():
            received[stream.track.kind] += stream.bytes
        for kind in self.allowance.review(now, received, self._largest_picture):
            ssrcs = [stream.ssrc for stream in self.by_mid.values() if stream.track.kind == kind]
            bits = self.allowance.buckets[kind].rate * 8
            self._send_rtcp(feedback.bandwidth_estimate(self._lines[0].ssrc, bits, ssrcs))

    def _largest_picture(self) -> str | None:
        sizes = [size for stream in self.by_mid.values() if (size := stream.picture())]
        return "{}x{}".format(*max(sizes)) if sizes else None

    def _line_of(self, size: int, payload_type: int) -> Line | None:
        for line in self._lines:
            if not (line.codec(payload_type) or line.retransmitted(payload_type)):
                continue
            identifier = line.extensions.get(MID)
            mid = find_extension(BUFFER, size, identifier) if identifier is not None else None
            if mid == line.mid.encode() or (mid is None and line.mid not in self.by_mid):
                return line
            if mid is None and line.codec(payload_type) is None:
                return line
        return None
