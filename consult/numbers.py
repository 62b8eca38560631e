"""Transport-wide sequence numbers toward one receiver, so that its feedback suits its sender."""

from __future__ import annotations

NUMBERS_AHEAD = 200
"""Transport-wide numbers left free for packets of the former sender that the receiver has not reported yet."""


class TransportNumbers:
    """Transport-wide sequence numbers as one receiver sees them: without a break when its sender reconnects.

    `kept` is true while the receiver gets all that one sender sends, and so reports on that sender's own numbers.
    The numbers of several would collide, so they are taken out and the node answers each sender itself.
    """

    def __init__(self) -> None:
        self.offset = 0
        self.kept = True
        self._sender: object = None
        self._reported: int | None = None

    def adopt(self, sender: object, number: int) -> None:
        """Continue with this sender, whose present packet carries this number."""
        if sender is not self._sender and self._reported is not None:
            self.offset = (self._reported + NUMBERS_AHEAD - number) & 0xFFFF
        self._sender = sender

    def reported(self, base: int, count: int) -> None:
        """Note what the receiver has reported on."""
        self._reported = (base + count) & 0xFFFF
