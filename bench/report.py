"""What one run of the load found out."""

from __future__ import annotations

from dataclasses import dataclass, field

from bench.journey import Journeys


@dataclass(frozen=True)
class Counts:
    """How far things are, taken while no packet is under way: packets, and seconds of processor time."""

    sent: int
    arrived: int
    server_seconds: float
    load_seconds: float


@dataclass(frozen=True)
class Report:
    """What happened between two counts, and everything each peer has sent, by name and by kind of media."""

    before: Counts
    after: Counts
    due: int
    """Packets that should have been sent."""
    packets: dict[str, dict[str, int]] = field(repr=False)
    journeys: Journeys
    memory: int
    """Bytes of the server that lie in memory at the end."""

    @property
    def sent(self) -> int:
        """Packets sent."""
        return self.after.sent - self.before.sent

    @property
    def arrived(self) -> int:
        """Packets that came to the peer they were meant for."""
        return self.after.arrived - self.before.arrived

    @property
    def server_seconds(self) -> float:
        """Processor time of the server."""
        return self.after.server_seconds - self.before.server_seconds

    @property
    def load_seconds(self) -> float:
        """Processor time of the load, which must stay well under one core to mean anything."""
        return self.after.load_seconds - self.before.load_seconds

    @property
    def lost(self) -> float:
        """Share of packets that did not arrive."""
        return 1 - self.arrived / self.sent

    @property
    def microseconds(self) -> float:
        """Processor time of the server for one packet that arrived."""
        return self.server_seconds / self.arrived * 1e6
