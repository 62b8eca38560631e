"""The line at one moment: which desks work, who waits for what, how fast it goes; and what wait follows for a service.

People wait for a service, or for one desk that they were sent to: either is a queue with a name, and `queue_of` names it. A
queue of one desk is served by that desk alone, at the pace of its service.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from branch.tickets.pace import Load, Pace, span

UNKNOWN = Pace(8.0, 36.0)  # of a service that was added a moment ago
SENT = "@"


@dataclass(frozen=True)
class Wait:
    """People ahead and a range of minutes, rounded outwards to fives once it is long."""

    ahead: int
    low: int
    high: int


@dataclass(frozen=True)
class Crew:
    """The desks that work through one queue: what they have in hand, and what somebody of each queue means to them.

    `weights` holds the desk time of one customer, as far as these desks will have them; None for a queue they do not serve.
    """

    desks: frozenset[str]
    in_hand: Load
    weights: dict[str, Load | None] = field(default_factory=dict)


def queue_of(service_id: str, for_desk_id: str | None) -> str:
    """The queue of a ticket: its service's slug, or that slug at the one desk it was sent to."""
    slug = service_id.rpartition(".")[2]
    return f"{slug}{SENT}{for_desk_id}" if for_desk_id else slug


@dataclass(frozen=True)
class Situation:
    """`desks` are the open ones with the slugs they serve, `busy` those with a customer, `waiting` counts by queue.

    `overtaking` is the share of customers who come later and go first by right.
    """

    desks: Mapping[str, frozenset[str]]
    busy: frozenset[str]
    waiting: Mapping[str, int]
    paces: Mapping[str, Pace]
    newest: datetime | None = None
    """When the last of those who wait took a number."""
    overtaking: float = 0.0
    _crews: dict[str, Crew] = field(default_factory=dict, compare=False, repr=False)

    def newcomer(self, slug: str) -> Wait:
        """The wait of somebody who takes a number for this service now."""
        return self.wait(slug, self.waiting)

    def wait(self, queue: str, ahead: Mapping[str, int]) -> Wait:
        """The wait of somebody behind so many of each queue; where no desk is open, as if one were."""
        crew = self._crews.get(queue) or self._crews.setdefault(queue, self._crew(queue))
        people, mean, variance = 0, 0.0, 0.0
        for other, count in ahead.items():
            weight = crew.weights[other] if other in crew.weights else self._weigh(crew, queue, other)
            if weight is not None:
                people += count
                mean += count * weight.mean
                variance += count * weight.variance
        later = 1 + self.overtaking
        load = Load(mean * later + crew.in_hand.mean, variance * later + crew.in_hand.variance)
        low, high = span(load, len(crew.desks))
        return Wait(people, low, high)

    def _crew(self, queue: str) -> Crew:
        """The rest of what the desks are doing now counts as one customer of this queue at each that is busy."""
        desks = self._at_work(queue) or frozenset((queue,))
        own, rest = self._pace(queue).mean, len(self.busy & desks) / len(desks)
        return Crew(desks, Load(rest * own, rest * own * own))

    def _weigh(self, crew: Crew, queue: str, other: str) -> Load | None:
        """Who can go to other desks, too, weighs less."""
        theirs = self._at_work(other) or (crew.desks if other == queue else frozenset())
        share, pace = len(theirs & crew.desks) / len(theirs) if theirs else 0.0, self._pace(other)
        crew.weights[other] = Load(share * pace.mean, share * pace.variance) if share else None
        return crew.weights[other]

    def _pace(self, queue: str) -> Pace:
        return self.paces.get(queue.partition(SENT)[0], UNKNOWN)

    def _at_work(self, queue: str) -> frozenset[str]:
        """The open desks of a queue."""
        slug, _, desk = queue.partition(SENT)
        if desk:
            return frozenset((desk,)) if desk in self.desks else frozenset()
        return frozenset(desk for desk, served in self.desks.items() if slug in served)
