"""The line at one moment: which desks work, who waits for what, how fast it goes; and what wait follows for a service."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from branch.tickets.pace import Load, Pace, span

UNKNOWN = Pace(8.0, 36.0)  # of a service that was added a moment ago


@dataclass(frozen=True)
class Wait:
    """People ahead and a range of minutes, rounded outwards to fives once it is long."""

    ahead: int
    low: int
    high: int


@dataclass(frozen=True)
class Situation:
    """`desks` are the open ones with the slugs they serve, `busy` those with a customer, `waiting` counts by slug."""

    desks: Mapping[str, frozenset[str]]
    busy: frozenset[str]
    waiting: Mapping[str, int]
    paces: Mapping[str, Pace]
    newest: datetime | None = None
    """When the last of those who wait took a number."""

    def newcomer(self, slug: str) -> Wait:
        """The wait of somebody who takes a number for this service now."""
        return self.wait(slug, self.waiting)

    def wait(self, slug: str, ahead: Mapping[str, int]) -> Wait:
        """The wait of somebody behind so many of each service; where no desk is open, as if one were."""
        desks = self._at_work(slug) or frozenset((slug,))
        rivals = self._rivals(desks) | {slug}
        before = {other: count for other, count in ahead.items() if other in rivals and count}
        low, high = span(self._load(slug, desks, before), len(desks))
        return Wait(sum(before.values()), low, high)

    def _rivals(self, desks: frozenset[str]) -> frozenset[str]:
        return frozenset(served for desk in desks for served in self.desks.get(desk, ()))

    def _load(self, slug: str, desks: frozenset[str], before: Mapping[str, int]) -> Load:
        """Everybody ahead, as far as these desks will have them, and the rest of what the desks are doing now."""
        mean = variance = 0.0
        for other, count in before.items():
            share, pace = count * self._overlap(other, desks), self.paces.get(other, UNKNOWN)
            mean += share * pace.mean
            variance += share * pace.variance
        own = self.paces.get(slug, UNKNOWN).mean
        rest = len(self.busy & desks) / len(desks)
        return Load(mean + rest * own, variance + rest * own * own)

    def _overlap(self, slug: str, desks: frozenset[str]) -> float:
        theirs = self._at_work(slug)
        return len(theirs & desks) / len(theirs) if theirs else 1.0

    def _at_work(self, slug: str) -> frozenset[str]:
        """The open desks of a service."""
        return frozenset(desk for desk, served in self.desks.items() if slug in served)
