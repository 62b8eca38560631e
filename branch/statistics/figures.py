"""The figures of a group of tickets: counts, and how long people waited and were served. Pure arithmetic."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import ceil
from statistics import median

from branch.clock import minutes_between
from branch.statistics.stories import FINISHED, Turn
from branch.visits.models import EventKind

TAIL = 0.9


@dataclass(frozen=True)
class Spread:
    """Minutes: the middle one, and the one that nine in ten stay below; both were really seen or lie between two seen."""

    median: float
    p90: float


@dataclass(frozen=True)
class Figures:
    """What a group did: `calls` counts turns at desks, so that a ticket sent on to a second desk counts there too."""

    issued: int
    calls: int
    finished: int
    missed: int
    transferred: int
    wait: Spread | None
    service: Spread | None

    @property
    def missed_share(self) -> float | None:
        """From 0 to 1: of all calls, those to which nobody came; None while nobody was called."""
        return self.missed / self.calls if self.calls else None


@dataclass
class Tally:
    """Figures while they are being counted."""

    issued: int = 0
    calls: int = 0
    finished: int = 0
    missed: int = 0
    transferred: int = 0
    waits: list[float] = field(default_factory=list)
    services: list[float] = field(default_factory=list)

    def take(self, turn: Turn) -> None:
        """Count one turn at a desk; one to which nobody came is no time of service."""
        self.calls += 1
        self.finished += turn.ended in FINISHED
        self.missed += turn.ended == EventKind.TICKET_NO_SHOW
        self.transferred += turn.ended == EventKind.TICKET_TRANSFERRED
        minutes = served(turn)
        if minutes is not None:
            self.services.append(minutes)

    def figures(self) -> Figures:
        """The sums and spreads of what was counted."""
        return Figures(
            self.issued,
            self.calls,
            self.finished,
            self.missed,
            self.transferred,
            spread(self.waits),
            spread(self.services),
        )


def served(turn: Turn) -> float | None:
    """Minutes that a turn took at its desk; None while it lasts and where nobody came."""
    if turn.ended_at is None or turn.ended == EventKind.TICKET_NO_SHOW:
        return None
    return max(0.0, minutes_between(turn.called_at, turn.ended_at))


def spread(minutes: Sequence[float]) -> Spread | None:
    """Median and 90th percentile (nearest rank: the smallest value that at least nine in ten do not exceed)."""
    if not minutes:
        return None
    ordered = sorted(minutes)
    return Spread(median(ordered), ordered[ceil(TAIL * len(ordered)) - 1])
