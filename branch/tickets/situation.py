"""The line at one moment: which desks work, who waits for what, how fast it goes; and what wait follows for a service.

People wait for a service, or for one desk that they were sent to: either is a queue with a name, and `queue_of` names it. A
queue of one desk is served by that desk alone, at the pace of its service.

Some are not here and may still be helped first: who is on the way or stepped out and keeps a place, and who has booked. They
are not counted among the people ahead, and they make the range longer by as much as they are likely to come in time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from branch.tickets.pace import Load, Pace, span

UNKNOWN = Pace(8.0, 36.0)  # of a service that was added a moment ago
SENT = "@"
COME = 0.85  # of those who are expected; the others never do


@dataclass(frozen=True)
class Wait:
    """People ahead and a range of minutes, rounded outwards to fives once it is long."""

    ahead: int
    low: int
    high: int


@dataclass(frozen=True)
class Coming:
    """Somebody who is not here and goes first if they come in time: at some moment between so many minutes from now."""

    queue: str
    earliest: float
    latest: float

    def chance(self, minutes: float) -> float:
        """How likely they are here before somebody has waited so long, from 0 to COME."""
        if minutes <= self.earliest:
            return 0.0
        return COME * min(1.0, (minutes - self.earliest) / max(self.latest - self.earliest, 1.0))


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

    `overtaking` is the share of customers who come later and go first by right. `away` keep a place in the line, `booked` go
    before everybody at their time.
    """

    desks: Mapping[str, frozenset[str]]
    busy: frozenset[str]
    waiting: Mapping[str, int]
    paces: Mapping[str, Pace]
    newest: datetime | None = None
    """When the last of those who wait took a number."""
    overtaking: float = 0.0
    away: Sequence[Coming] = ()
    booked: Sequence[Coming] = ()
    _crews: dict[str, Crew] = field(default_factory=dict, compare=False, repr=False)

    def newcomer(self, slug: str) -> Wait:
        """The wait of somebody who takes a number for this service now."""
        return self.wait(slug, self.waiting, (*self.away, *self.booked))

    def wait(self, queue: str, ahead: Mapping[str, int], coming: Sequence[Coming] = ()) -> Wait:
        """The wait of somebody behind so many of each queue; where no desk is open, as if one were.

        The low end is that of nobody `coming`, the high end that of those who are likely to come in time.
        """
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
        if coming:
            high = max(high, span(self._with(crew, queue, load, coming), len(crew.desks))[1])
        return Wait(people, low, high)

    def _with(self, crew: Crew, queue: str, load: Load, coming: Sequence[Coming]) -> Load:
        """Who comes with some chance adds that share of their time, and the doubt whether they come."""
        mean, variance, minutes = load.mean, load.variance, load.mean / len(crew.desks)
        for other in coming:
            weight = (
                crew.weights[other.queue]
                if other.queue in crew.weights
                else self._weigh(crew, queue, other.queue)
            )
            chance = other.chance(minutes)
            if weight is not None and chance:
                mean += chance * weight.mean
                variance += chance * weight.variance + chance * (1 - chance) * weight.mean**2
        return Load(mean, variance)

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
