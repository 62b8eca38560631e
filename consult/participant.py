"""One person in a room: what they agreed to, what they publish, and the connection they have at the moment."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from consult.reception import Quality
from consult.session import Session, State
from consult.track import Track


@dataclass(frozen=True)
class Counters:
    """Packets and bytes of media one participant has sent (in) and got (out), over all connections."""

    packets_in: int = 0
    packets_out: int = 0
    bytes_in: int = 0
    bytes_out: int = 0
    packets_lost: int = 0
    refused: int = 0
    unsent: int = 0
    freezes: int = 0
    audio_bitrate: int = 0
    video_bitrate: int = 0
    streams: int = 0
    """Packets let go because their sender was beyond this limit (consult.allowance)."""

    def __add__(self, other: Counters) -> Counters:
        return Counters(*[getattr(self, name) + getattr(other, name) for name in COUNTED])


COUNTED = tuple(Counters.__dataclass_fields__)


def session_counters(session: Session) -> Counters:
    """Add up what one connection has carried."""
    inbound, outbound = session.streams.by_mid.values(), session.outbound
    return Counters(
        packets_in=sum(stream.packets for stream in inbound),
        packets_out=sum(stream.packets for stream in outbound),
        bytes_in=sum(stream.bytes for stream in inbound),
        bytes_out=sum(stream.bytes for stream in outbound),
        packets_lost=sum(stream.lost for stream in inbound),
        refused=session.count_refused(),
        unsent=sum(stream.dropped for stream in outbound),
        freezes=sum(stream.freezes for stream in inbound),
        **{limit.value: count for limit, count in session.allowance.refused.items()},
    )


class Participant:
    """A place in a room; it is kept while connections come and go.

    `session` carries media; `pending` is a newer connection that takes its place once it stands.
    """

    def __init__(self, name: str, role: str, record: bool) -> None:
        self.name = name
        self.role = role
        self.record = record
        self.seat: int | None = None
        """Decides on which lines of everybody this one is seen and heard (consult.seating)."""
        self.heard_by: tuple[str, ...] | None = None
        """The only participants who may see and hear this one; None for everyone."""
        self.session: Session | None = None
        self.pending: Session | None = None
        self.alive_at = self.joined_at = time.monotonic()
        self._tracks: dict[tuple[str, int], Track] = {}
        self._earlier = Counters()

    def track(self, kind: str, index: int) -> Track:
        """Return the participant's track of this kind and index, the same one for all connections."""
        key = (kind, index)
        if key not in self._tracks:
            self._tracks[key] = Track(self.name, self.role, kind, index)
            self._tracks[key].private = self.heard_by is not None
        return self._tracks[key]

    def let_hear(self, heard_by: tuple[str, ...] | None) -> None:
        """Be seen and heard by these alone, or by everyone."""
        self.heard_by = heard_by
        for track in self._tracks.values():
            track.private = heard_by is not None

    def tracks(self, kind: str) -> list[Track]:
        """Return all tracks of this kind, in the order of their lines."""
        return [self._tracks[key] for key in sorted(self._tracks) if key[0] == kind]

    @property
    def state(self) -> State:
        """What others may be told of this participant."""
        if self.session is not None and self.session.state is State.CONNECTED:
            return State.CONNECTED
        return State.CONNECTING if self.pending is not None else State.DISCONNECTED

    @property
    def over_limits(self) -> list[str]:
        """The limits (consult.allowance) this participant is beyond."""
        return sorted({limit.value for session in self.sessions() for limit in session.allowance.over})

    @property
    def counters(self) -> Counters:
        """Everything carried so far."""
        return self._earlier + session_counters(self.session) if self.session else self._earlier

    @property
    def thin(self) -> bool:
        """Whether pictures are withheld from the participant's line (consult.relief)."""
        return self.session is not None and self.session.relief.most is not None

    def quality(self, kind: str) -> Quality | None:
        """How the first stream of this kind arrives at the participant, by their own reports."""
        streams = self.session.outbound if self.session is not None else []
        found = (stream.reception.quality() for stream in streams if stream.line.kind == kind)
        return next((quality for quality in found if quality is not None), None)

    def describe(self) -> dict[str, Any]:
        """Return the participant as `GET /rooms/{room}` tells it."""
        counters = self.counters
        hears, sees = self.quality("audio"), self.quality("video")
        return {
            "participant": self.name,
            "role": self.role,
            "state": self.state.value,
            "record": self.record,
            "packets_in": counters.packets_in,
            "packets_out": counters.packets_out,
            "bytes_in": counters.bytes_in,
            "bytes_out": counters.bytes_out,
            "packets_lost": counters.packets_lost,
            "freezes": counters.freezes,
            "seconds": round(self.alive_at - self.joined_at, 1),
            "over_limits": self.over_limits,
            "hears": hears and hears.describe(),
            "sees": sees and sees.describe(),
        }

    def sessions(self) -> list[Session]:
        """Return the connections that need looking after."""
        return [session for session in (self.session, self.pending) if session is not None]

    def activate(self, session: Session) -> Session | None:
        """Let a connection that stands take over; return the one it replaces."""
        replaced, self.session, self.pending = self.session, session, None
        if replaced is not None:
            self._earlier += session_counters(replaced)
        session.publish()
        return replaced

    def withdraw(self) -> None:
        """Take the participant's tracks away from everyone."""
        for track in self._tracks.values():
            for receiver in list(track.subscribers):
                track.unsubscribe(receiver)
            track.take_source(None)
