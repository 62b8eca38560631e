"""When packets of one participant arrived: what transport-wide feedback is made from."""

from __future__ import annotations

import time

from consult import transportwide
from consult.rtp import EXTENSION_BIT, SHORT, extensions
from consult.srtp import BUFFER, VIEW

KEPT = 4096
"""Arrivals remembered between two feedback packets; more than any honest sender's."""
PLACES_KEPT = 64
SSRC_TO_LENGTH = slice(8, 16)
"""SSRC, then profile and length of the extension block, in a packet without CSRCs."""


class ArrivalLog:
    """Feedback in place of a receiver: while nobody answers a sender, its bandwidth estimate would collapse.

    `noting` is on while the node answers itself. Times are time.monotonic(), which is what browsers use too, so
    that handing over to a browser on the same machine shows no jump.
    """

    def __init__(self, extension_id: int | None) -> None:
        self.noting = False
        self._id = extension_id
        self._arrivals: dict[int, float] = {}
        self._latest = -1
        self._count = 0
        self._places: dict[bytes, int] = {}
        """Where the number stood last, by SSRC and length of the extensions: it nearly always stands there again."""

    def start(self) -> None:
        """Note arrivals from now on, if the sender numbers its packets at all."""
        self.noting = self._id is not None

    def stop(self) -> None:
        """Leave feedback to the receiver."""
        self.noting = False
        self._arrivals.clear()

    def note(self, size: int) -> None:
        """Note the packet in srtp.BUFFER."""
        if not BUFFER[0] & EXTENSION_BIT or len(self._arrivals) >= KEPT:
            return
        block = bytes(VIEW[SSRC_TO_LENGTH])
        position = self._places.get(block, 0)
        if not position or position >= size - 2 or BUFFER[position] != (self._id or 0) << 4 | 1:
            if len(self._places) >= PLACES_KEPT:
                self._places.clear()
            position = self._places[block] = self._find(size)
            if not position:
                return
        number = BUFFER[position + 1] << 8 | BUFFER[position + 2]
        latest = self._latest
        step = (number - latest) & 0xFFFF
        unwrapped = latest + (step if step < 0x8000 else step - 0x10000) if latest >= 0 else number + 0x10000
        self._latest = max(latest, unwrapped)
        self._arrivals.setdefault(unwrapped, time.monotonic())

    def feedback(self, sender: int, media: int) -> bytes | None:
        """Return feedback about what arrived since the last call, or None if nothing did."""
        if not self._arrivals:
            return None
        arrivals = sorted(self._arrivals.items())
        newest = arrivals[-1][0]
        self._arrivals.clear()
        self._count += 1
        recent = [item for item in arrivals if newest - item[0] < KEPT]
        return transportwide.transport_feedback(sender, media, self._count, recent)

    def _find(self, size: int) -> int:
        """Return the byte before the number, 0 if there is none. With a two-byte head it is found anew each time."""
        for identifier, _, start, end in extensions(BUFFER, size):
            if identifier == self._id and end - start == 2:
                return start - 1
        return 0


def transport_number(extension_id: int, size: int) -> int | None:
    """Read the transport-wide sequence number of the packet in srtp.BUFFER."""
    for identifier, _, start, end in extensions(BUFFER, size):
        if identifier == extension_id and end - start == 2:
            return int(SHORT.unpack_from(BUFFER, start)[0])
    return None
