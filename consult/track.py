"""What one participant publishes on one line, whoever gets it and whichever connection carries it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from consult.inbound import InboundStream
    from consult.outbound import OutboundStream


class Track:
    """A camera, a voice or a screen of one participant; it outlives the participant's connections."""

    def __init__(self, participant: str, role: str, kind: str, index: int) -> None:
        self.participant = participant
        self.role = role
        self.kind = kind
        self.index = index
        self.source: InboundStream | None = None
        self.subscribers: list[OutboundStream] = []
        """Everyone who is to get this track."""
        self.receivers: list[OutboundStream] = []
        """Those who are getting packets of the present source."""

    def take_source(self, source: InboundStream | None) -> None:
        """Continue from another connection of the same participant; None while there is none."""
        for subscriber in self.subscribers:
            subscriber.leave()
        self.receivers.clear()
        self.source = source
        if source is not None:
            source.waiting = list(self.subscribers)

    def subscribe(self, receiver: OutboundStream) -> None:
        """Send this track to a receiver, beginning with the next packet and, for video, a key frame."""
        receiver.track = self
        self.subscribers.append(receiver)
        if self.source is not None:
            self.source.waiting.append(receiver)
            self.source.request_key_frame()

    def unsubscribe(self, receiver: OutboundStream) -> None:
        """Send this track to that receiver no longer."""
        receiver.leave()
        receiver.track = None
        for listed in (self.subscribers, self.receivers, self.source.waiting if self.source else []):
            if receiver in listed:
                listed.remove(receiver)
