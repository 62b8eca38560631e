"""What media nodes tell of themselves, their rooms and their people, as web gets it from consult.client."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

LOAD_STEPS = 4
"""Loads that differ by less than a quarter of a core are alike: then the number of participants decides."""


@dataclass(frozen=True)
class Answer:
    """The node's SDP answer and the URL of the session it opened."""

    sdp: str
    session_url: str


@dataclass(frozen=True)
class Arrival:
    """How a voice or a picture arrives at somebody: share lost, milliseconds, and the estimated score of a voice."""

    loss: float
    jitter_ms: float
    round_trip_ms: float | None
    opinion: float


@dataclass(frozen=True)
class ParticipantState:
    """One participant as the node sees them; `state` is "connecting", "connected" or "disconnected"."""

    participant: str
    role: str
    state: str
    packets_in: int
    packets_out: int
    bytes_in: int
    bytes_out: int
    freezes: int = 0
    """How often the picture they send stood still."""
    seconds: float = 0.0
    """How long they have been in the room."""
    over_limits: tuple[str, ...] = ()
    """What they send too much of (consult.allowance); the node lets go of the rest."""
    hears: Arrival | None = None
    sees: Arrival | None = None


@dataclass(frozen=True)
class RoomState:
    """Who is in a room, and whether it is being recorded.

    `recording_failure` says by its code (consult.recording.errors) why a room whose people all agreed is not.
    """

    room: str
    recording: bool
    participants: tuple[ParticipantState, ...]
    recording_failure: str | None = None
    recording_paused: bool = False


@dataclass(frozen=True)
class NodeHealth:
    """How a media node says it is; another `instance` means that it has started anew, without its rooms."""

    node: str
    instance: str
    participants: int
    load: float
    """Share of a core that the node has used lately; it follows the number of participants by some seconds."""
    full: bool
    draining: bool
    moving: bool
    rooms: int
    free: int
    """How many more rooms may be opened there."""

    @property
    def takes_rooms(self) -> bool:
        """True when a new room may be opened there."""
        return not (self.full or self.draining)

    @property
    def weight(self) -> tuple[int, int]:
        """The smaller, the better the node is for another room."""
        return int(self.load * LOAD_STEPS), self.participants


def participant_state(told: dict[str, Any]) -> ParticipantState:
    """Read a participant as `GET /rooms/{room}` tells them."""
    plain = {name: told[name] for name in ParticipantState.__dataclass_fields__ if name in told}
    arrivals = {name: Arrival(**told[name]) for name in ("hears", "sees") if told.get(name)}
    return ParticipantState(**{**plain, **arrivals, "over_limits": tuple(told.get("over_limits", ()))})
