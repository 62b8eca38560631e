"""What was negotiated for one media line of one participant, and how two such lines fit together."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Codec:
    """One codec of a line; `profile` tells apart codecs of the same name (H.264 profile and packetization)."""

    payload_type: int
    name: str
    """MIME type in lower case, such as "video/vp8"."""
    mime_type: str
    clock_rate: int
    channels: int
    profile: tuple[str, ...] = ()
    retransmission_type: int | None = None
    feedback: frozenset[str] = frozenset()

    def same_as(self, other: Codec) -> bool:
        """True when a payload of one can be handed to the other's decoder unchanged."""
        mine = (self.name, self.clock_rate, self.channels, self.profile)
        return mine == (other.name, other.clock_rate, other.channels, other.profile)


@dataclass(frozen=True)
class Line:
    """One audio or video section of the session description, seen from the node."""

    mid: str
    kind: str
    index: int
    """Which line of its kind it is, from 0."""
    receives: bool
    """The participant may send to us on it."""
    sends: bool
    """We may send to the participant on it."""
    codecs: tuple[Codec, ...]
    extensions: dict[str, int] = field(hash=False)
    """Header extension URI to its id."""
    remote_ssrc: int | None
    remote_rtx_ssrc: int | None
    ssrc: int
    rtx_ssrc: int

    def codec(self, payload_type: int) -> Codec | None:
        """Return the codec with this payload type."""
        return next((codec for codec in self.codecs if codec.payload_type == payload_type), None)

    def retransmitted(self, payload_type: int) -> Codec | None:
        """Return the codec whose retransmissions carry this payload type."""
        return next((codec for codec in self.codecs if codec.retransmission_type == payload_type), None)

    def twin(self, codec: Codec) -> Codec | None:
        """Return this line's codec for payloads of another line's `codec`."""
        return next((mine for mine in self.codecs if mine.same_as(codec)), None)

    def takes(self, feedback: str) -> bool:
        """True when at least one codec of this line negotiated this RTCP feedback."""
        return any(feedback in codec.feedback for codec in self.codecs)


def payload_types(source: Line, target: Line) -> bytes:
    """Return a table from the second header byte as sent to the second byte as received; 0 means not wanted."""
    table = bytearray(256)
    for codec in source.codecs:
        twin = target.twin(codec)
        if twin is not None:
            _fill(table, codec.payload_type, twin.payload_type)
    return bytes(table)


def retransmission_types(source: Line, target: Line) -> bytes:
    """Return the same kind of table for retransmissions (RFC 4588)."""
    table = bytearray(256)
    for codec in source.codecs:
        twin = target.twin(codec)
        if (
            codec.retransmission_type is not None
            and twin is not None
            and twin.retransmission_type is not None
        ):
            _fill(table, codec.retransmission_type, twin.retransmission_type)
    return bytes(table)


def _fill(table: bytearray, source: int, target: int) -> None:
    for marker in (0, 0x80):
        table[marker | source] = marker | target
