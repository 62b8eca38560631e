"""One stream on its way in from one sender: counted, cached, recorded, asked for again, passed on."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from consult import feedback, pictures
from consult.allowance import PACKET_COST, Bucket
from consult.arrivals import ArrivalLog
from consult.limits import Limits
from consult.lines import Line
from consult.missing import LONGEST_GAP, Missing
from consult.recording import TrackRecorder
from consult.rtp import is_newer, unwrap_retransmission
from consult.screens import SCREEN_LINE, ScreenRecorder
from consult.srtp import VIEW
from consult.track import Receiver, Track

CACHED_PACKETS = 512
"""About three seconds of 720p video; a power of two."""
CACHE_MASK = CACHED_PACKETS - 1
KEY_FRAME_SECONDS = 0.3
"""Chromium's encoder passes over requests that come sooner after the one before."""
LARGEST_PACKET = 1500
FREEZE_SECONDS = 0.5
"""A picture that stands still for so long is a freeze; for CAMERA_OFF_SECONDS, it was meant to."""
CAMERA_OFF_SECONDS = 20.0

SendRtcp = Callable[[bytes], None]


class InboundStream:
    """A track as one connection of its sender carries it, with that connection's SSRC and numbers."""

    def __init__(
        self,
        sender: object,
        track: Track,
        line: Line,
        ssrc: int,
        arrivals: ArrivalLog,
        bucket: Bucket,
        send_rtcp: SendRtcp,
    ) -> None:
        self.sender = sender
        self.track = track
        self.line = line
        self.ssrc = ssrc
        self.clock_rate = line.codecs[0].clock_rate
        self.packets = 0
        self.bytes = 0
        self.lost = 0
        self.freezes = 0
        """How often the picture stood still."""
        self.highest = 0
        self.timestamp = 0
        self.heard_at = 0.0
        self.payload_type: int | None = None
        self.waiting: list[Receiver] = []
        self.recorder: TrackRecorder | ScreenRecorder | None = None
        self.on_first_packet: Callable[[InboundStream], None] | None = None
        self.on_answered: Callable[[], None] = _ignore
        """Called when a receiver's bandwidth feedback has been passed to the sender."""
        self._receivers = track.receivers
        self._arrivals = arrivals
        self._bucket = bucket
        self.send_rtcp = send_rtcp
        self.limits = Limits()
        self._expected = -1
        self._repairable = line.takes("nack")
        self._is_camera = track.kind == "video" and track.index != SCREEN_LINE
        self._cache: list[bytes | None] = [None] * CACHED_PACKETS if self._repairable else []
        self._keeps = self._repairable
        self._missing = Missing()
        self._key_frame_at = 0.0
        self._key_frame_wanted = False
        self._packets_seen = 0

    def record(self, recorder: TrackRecorder | ScreenRecorder | None) -> None:
        """Hand every packet to this recorder from now on, or to none."""
        self.recorder = recorder
        self._keeps = self._repairable or recorder is not None

    def receive(self, size: int, marker_type: int, sequence: int, timestamp: int) -> None:
        """Take the decrypted packet in srtp.BUFFER."""
        bucket = self._bucket
        bucket.left -= size + PACKET_COST
        if bucket.left < 0:
            self._let_go(size, sequence)
            return
        self.packets += 1
        self.bytes += size
        if sequence != self._expected:
            self._out_of_order(sequence, timestamp, marker_type)
        else:
            self._expected = (sequence + 1) & 0xFFFF
            self.highest = sequence
            self.timestamp = timestamp
        if self._arrivals.noting:
            self._arrivals.note(size)
        if self._keeps:
            self._keep(VIEW[:size].tobytes(), sequence)
        if self.waiting:
            self._start_waiting(size, sequence, timestamp)
        receivers = self._receivers
        if len(receivers) == 1:
            receivers[0].forward(size, marker_type, sequence, timestamp)
        elif receivers:
            self._forward_to_all(bytes(VIEW[:size]), marker_type, sequence, timestamp)

    def receive_retransmission(self, size: int, marker_type: int, sequence: int, timestamp: int) -> None:
        """Take a packet of this stream's RTX companion (RFC 4588): a repair, or padding that probes bandwidth."""
        self._bucket.left -= size + PACKET_COST
        if self._bucket.left < 0:
            self._bucket.refuse(size)
            return
        self.bytes += size
        if self._arrivals.noting:
            self._arrivals.note(size)
        wrapped = bytes(VIEW[:size])
        codec = self.line.retransmitted(marker_type & 0x7F)
        if codec is not None:
            self._repair(unwrap_retransmission(wrapped, size, codec.payload_type, self.ssrc))
        for receiver in self._receivers:
            VIEW[:size] = wrapped
            receiver.forward_retransmission(size, marker_type, timestamp)

    def cached(self, sequence: int) -> bytes | None:
        """Return the packet with this sequence number if it is still there."""
        packet = self._cache[sequence & CACHE_MASK] if self._cache else None
        if packet is None or packet[2] << 8 | packet[3] != sequence:
            return None
        return packet

    def picture(self) -> pictures.Size | None:
        """Return the size of the largest picture among the last packets, if a key frame is there."""
        codec = self.line.codec(self.payload_type) if self.payload_type is not None else None
        packets = [packet for packet in self._cache if packet is not None]
        return pictures.largest(packets, codec.name) if codec is not None else None

    def request(self, sequences: Sequence[int]) -> None:
        """Ask the sender for packets that a receiver misses and the cache does not hold."""
        if not self._repairable or self._bucket.left < LARGEST_PACKET:
            return
        now = time.monotonic()
        recent = [number for number in sequences if self._is_recent(number)]
        if fresh := self._missing.add(recent, now):
            self.send_rtcp(feedback.nack(self.line.ssrc, self.ssrc, fresh))

    def request_key_frame(self) -> None:
        """Ask the sender for a key frame, at most once in KEY_FRAME_SECONDS however many want it."""
        if self.track.kind == "video":
            self._key_frame_wanted = True
            self.tick(time.monotonic())

    def tick(self, now: float) -> None:
        """Do what is due: ask again for what is still missing, and for a key frame."""
        if self.packets != self._packets_seen:
            if self._is_camera and FREEZE_SECONDS < now - self.heard_at < CAMERA_OFF_SECONDS:
                self.freezes += 1
            self._packets_seen, self.heard_at = self.packets, now
        if self._key_frame_wanted and now - self._key_frame_at >= KEY_FRAME_SECONDS:
            self._key_frame_wanted, self._key_frame_at = False, now
            self.send_rtcp(feedback.picture_loss(self.line.ssrc, self.ssrc))
        if self._missing.requests:
            again, given_up = self._missing.due(now)
            self.lost += given_up
            if again:
                self.send_rtcp(feedback.nack(self.line.ssrc, self.ssrc, again))

    def _let_go(self, size: int, sequence: int) -> None:
        """The sender is beyond its limit: to receivers the packet is lost, and nobody asks for it again."""
        self._bucket.refuse(size)
        if self._expected >= 0 and (sequence == self._expected or is_newer(sequence, self.highest)):
            self._expected = (sequence + 1) & 0xFFFF

    def _repair(self, packet: bytes | None) -> None:
        if packet is None:
            return
        sequence = packet[2] << 8 | packet[3]
        self._missing.discard(sequence)
        if self.cached(sequence) is not None or not self._is_recent(sequence):
            return
        self._keep(packet, sequence)

    def _keep(self, packet: bytes, sequence: int) -> None:
        if self._repairable:
            self._cache[sequence & CACHE_MASK] = packet
        if self.recorder is not None:
            self.recorder.write(packet, time.monotonic())

    def _is_recent(self, sequence: int) -> bool:
        return (self.highest - sequence) & 0xFFFF < CACHED_PACKETS

    def _out_of_order(self, sequence: int, timestamp: int, marker_type: int) -> None:
        if self._expected < 0:
            self.heard_at = time.monotonic()
            self.payload_type = marker_type & 0x7F
            self._advance(sequence, timestamp)
            if self.on_first_packet is not None:
                self.on_first_packet(self)
        elif is_newer(sequence, self.highest):
            self._note_gap(sequence)
            self._advance(sequence, timestamp)
        else:
            self._missing.discard(sequence)

    def _advance(self, sequence: int, timestamp: int) -> None:
        self._expected = (sequence + 1) & 0xFFFF
        self.highest = sequence
        self.timestamp = timestamp

    def _note_gap(self, sequence: int) -> None:
        length = (sequence - self._expected) & 0xFFFF
        if not self._repairable:
            self.lost += length
        elif length > LONGEST_GAP:
            self.lost += length
            self._missing.clear()
            self.request_key_frame()
        else:
            gap = [(self._expected + step) & 0xFFFF for step in range(length)]
            self._missing.add(gap, time.monotonic())
            self.send_rtcp(feedback.nack(self.line.ssrc, self.ssrc, gap))

    def _start_waiting(self, size: int, sequence: int, timestamp: int) -> None:
        for receiver in self.waiting:
            receiver.follow(self, size, sequence, timestamp)
            self._receivers.append(receiver)
        self.waiting.clear()

    def _forward_to_all(self, packet: bytes, marker_type: int, sequence: int, timestamp: int) -> None:
        size = len(packet)
        for receiver in self._receivers:
            VIEW[:size] = packet
            receiver.forward(size, marker_type, sequence, timestamp)


def _ignore() -> None:
    """Nobody waits for this."""
