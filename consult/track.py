"""What one participant publishes on one line, whoever gets it and whichever connection carries it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from consult import rtcp
from consult.limits import Limits
from consult.lines import Line


class Source(Protocol):
    """A track on its way in, as its receivers see it; consult.inbound has the one there is."""

    sender: object
    """The connection it belongs to, to tell streams of one connection from those of the next."""
    line: Line
    ssrc: int
    clock_rate: int
    packets: int
    highest: int
    timestamp: int
    heard_at: float
    waiting: list[Receiver]
    """Receivers that start with the next packet."""
    limits: Limits
    send_rtcp: Callable[[bytes], None]
    on_answered: Callable[[], None]

    def cached(self, sequence: int) -> bytes | None:
        """Return the packet with this sequence number if it is still there."""

    def request(self, sequences: Sequence[int]) -> None:
        """Ask the sender for packets that a receiver misses and the cache does not hold."""

    def request_key_frame(self) -> None:
        """Ask the sender for a key frame."""


class Receiver(Protocol):
    """A track on its way to one receiver, as its source sees it; consult.outbound has the one there is."""

    track: Track | None
    send_rtcp: Callable[[bytes], None]

    def follow(self, source: Source, size: int, sequence: int, timestamp: int) -> None:
        """Carry this source on from the packet in srtp.BUFFER, which has these numbers."""

    def leave(self) -> None:
        """Carry nothing until the next source comes."""

    def forward(self, size: int, marker_type: int, sequence: int, timestamp: int) -> None:
        """Send the decrypted packet in srtp.BUFFER; the buffer is spent afterwards."""

    def forward_retransmission(self, size: int, marker_type: int, timestamp: int) -> None:
        """Send the sender's RTX packet in srtp.BUFFER."""

    def sender_report(self, info: rtcp.SenderInfo) -> bytes:
        """Return the source's sender report in this receiver's numbers."""


class Track:
    """A camera, a voice or a screen of one participant; it outlives the participant's connections."""

    def __init__(self, participant: str, role: str, kind: str, index: int) -> None:
        self.participant = participant
        self.role = role
        self.kind = kind
        self.index = index
        self.private = False
        """True while not everyone may get it; it is then not recorded either."""
        self.source: Source | None = None
        self.subscribers: list[Receiver] = []
        """Everyone who is to get this track."""
        self.receivers: list[Receiver] = []
        """Those who are getting packets of the present source."""

    def take_source(self, source: Source | None) -> None:
        """Continue from another connection of the same participant; None while there is none."""
        for subscriber in self.subscribers:
            subscriber.leave()
        self.receivers.clear()
        self.source = source
        if source is not None:
            source.waiting = list(self.subscribers)

    def subscribe(self, receiver: Receiver) -> None:
        """Send this track to a receiver, beginning with the next packet and, for video, a key frame."""
        receiver.track = self
        self.subscribers.append(receiver)
        if self.source is not None:
            self.source.waiting.append(receiver)
            self.source.request_key_frame()

    def unsubscribe(self, receiver: Receiver) -> None:
        """Send this track to that receiver no longer."""
        receiver.leave()
        receiver.track = None
        for listed in (self.subscribers, self.receivers, self.source.waiting if self.source else []):
            if receiver in listed:
                listed.remove(receiver)
