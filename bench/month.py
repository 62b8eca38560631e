"""A simulated month of a branch: Poisson arrivals by hour, log-normal service, lunches and breaks, promises kept or not.

In memory and deterministic. What is promised at each arrival comes from the functions that the product promises with, fed
with what the simulated branch has seen until then; nothing of the simulation's own parameters reaches them.
"""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import exp, log, sqrt
from random import Random
from statistics import fmean

from branch.tickets.pace import Pace, by_hour, typed
from branch.tickets.situation import Coming, Situation

DAYS = 22
OPENS, CLOSES = 9 * 60, 16 * 60  # minutes of the day
REMEMBERED = 600
# Per service: customers an hour on an ordinary hour, true mean minutes, what the bank typed in.
SERVICES = {
    "deposits": (9.0, 5.5, (3, 8)),
    "cards": (2.5, 8.0, (5, 15)),
    "savings": (2.0, 12.0, (10, 20)),
    "exchange": (2.5, 8.0, (5, 12)),
    "loans": (1.1, 27.0, (20, 40)),
}
DESKS = {
    "1": ("deposits", "cards"),
    "2": ("deposits", "savings", "cards"),
    "3": ("exchange", "savings"),
    "4": ("loans",),
}
RUSH = {9: 0.8, 10: 1.2, 11: 1.3, 12: 1.4, 13: 1.2, 14: 0.9, 15: 0.7}
SLOWER = {12: 1.15, 13: 1.1}
SPREAD = 0.65  # coefficient of variation of a service time
NO_SHOW = 0.03
GRACE, NEVER_COME = 20, 0.1  # minutes that a place is kept beyond the travel time; share of those on the way
BETWEEN = 0.4  # minutes on average until a teller calls the next


@dataclass(frozen=True)
class Promise:
    """What was said at the door, what came true, and what a plain mean would have said; minutes."""

    low: int
    high: int
    naive: float
    true: float

    @property
    def held(self) -> bool:
        """Whether the truth lies in the range."""
        return self.low <= self.true <= self.high


@dataclass
class Customer:
    """Somebody in the line."""

    service: str
    arrived: float
    low: int
    high: int
    naive: float
    kept_until: float | None = None
    """Set while they are on the way: their place is kept so long."""
    by_phone: bool = False
    """Who had first to come from home had another wait than was promised."""


@dataclass
class Day:
    """One opening day; `seen` is what the branch has learned in the days before and goes on learning.

    `from_home` is the share of customers who take their number by phone and come later; `counted` false leaves them out of
    what is promised to the others, to see what that would cost.
    """

    random: Random
    seen: deque[tuple[str, int, float]]
    from_home: float = 0.0
    counted: bool = True
    promises: list[Promise] = field(default_factory=list)
    line: list[Customer] = field(default_factory=list)
    busy: set[str] = field(default_factory=set)
    away: Counter[str] = field(default_factory=Counter)
    _events: list[tuple[float, int, str, str]] = field(default_factory=list)
    _paces: tuple[float, dict[str, Pace]] = (-1.0, {})

    def run(self) -> list[Promise]:
        """The whole day, until the last customer has gone."""
        for service, (hourly, _, _) in SERVICES.items():
            for minute in self._arrivals(hourly):
                self._at(minute, "arrive", service)
        for order, desk in enumerate(DESKS):
            for minute, length in self._pauses(order):
                self._at(minute, "leave", desk)
                self._at(minute + length, "return", desk)
        while self._events:
            minute, _, what, whom = heapq.heappop(self._events)
            getattr(self, f"_{what}")(minute, whom)
        return self.promises

    def _at(self, minute: float, what: str, whom: str) -> None:
        heapq.heappush(self._events, (minute, len(self._events), what, whom))

    def _arrivals(self, hourly: float) -> Iterator[float]:
        """A Poisson process whose rate changes by the hour, by thinning."""
        most, minute = hourly * max(RUSH.values()) / 60, float(OPENS)
        while (minute := minute + self.random.expovariate(most)) < CLOSES:
            if self.random.random() < RUSH[int(minute // 60)] / max(RUSH.values()):
                yield minute

    def _pauses(self, order: int) -> Iterator[tuple[float, float]]:
        yield 11.5 * 60 + order * 40 + self.random.uniform(0, 15), self.random.uniform(35, 50)
        for _ in range(2):
            yield self.random.uniform(OPENS, CLOSES), self.random.uniform(5, 12)

    def _arrive(self, minute: float, service: str) -> None:
        now = self._situation(minute)
        wait = now.newcomer(service)
        desks = max(1, sum(service in served for served in now.desks.values()))
        naive = wait.ahead * self._plain_mean(service) / desks
        customer = Customer(service, minute, wait.low, wait.high, naive)
        self.line.append(customer)
        if self.from_home and self.random.random() < self.from_home:
            self._set_out(minute, customer)
        self._look(minute)

    def _set_out(self, minute: float, customer: Customer) -> None:
        """Some travel as long as they said, some longer, and some never come."""
        travel = self.random.choice((10, 20, 30))
        customer.kept_until = minute + travel + GRACE
        if self.random.random() >= NEVER_COME:
            arrival = minute + travel * self.random.uniform(0.7, 1.6)
            self._at(arrival, "come", f"{customer.service}@{customer.arrived}")

    def _come(self, minute: float, whom: str) -> None:
        """In time to the place that was kept, else to the end of the line."""
        customer = next(each for each in self.line if f"{each.service}@{each.arrived}" == whom)
        if customer.kept_until is not None and minute > customer.kept_until:
            self.line.remove(customer)
            self.line.append(customer)
        customer.kept_until, customer.by_phone = None, True
        self._look(minute)

    def _leave(self, minute: float, desk: str) -> None:
        self.away[desk] += 1

    def _return(self, minute: float, desk: str) -> None:
        self.away[desk] -= 1
        self._look(minute)

    def _free(self, minute: float, desk: str) -> None:
        self.busy.discard(desk)
        self._look(minute)

    def _look(self, minute: float) -> None:
        """Every desk that is there and free calls the first of its services."""
        for desk, served in DESKS.items():
            if desk in self.busy or self.away[desk]:
                continue
            here = (waiting for waiting in self.line if waiting.kept_until is None)
            called = next((waiting for waiting in here if waiting.service in served), None)
            if called is not None:
                self._call(minute, desk, called)

    def _call(self, minute: float, desk: str, called: Customer) -> None:
        self.line.remove(called)
        self.busy.add(desk)
        if not called.by_phone:
            self.promises.append(Promise(called.low, called.high, called.naive, minute - called.arrived))
        length = 1.0 if self.random.random() < NO_SHOW else self._service_time(minute, called.service)
        self.seen.append((called.service, int(minute // 60), length))
        self._at(minute + length + self.random.expovariate(1 / BETWEEN), "free", desk)

    def _service_time(self, minute: float, service: str) -> float:
        mean = SERVICES[service][1] * SLOWER.get(int(minute // 60), 1.0)
        sigma = sqrt(log(1 + SPREAD**2))
        return exp(self.random.gauss(log(mean) - sigma**2 / 2, sigma))

    def _situation(self, minute: float) -> Situation:
        return Situation(
            {desk: frozenset(served) for desk, served in DESKS.items() if not self.away[desk]},
            frozenset(self.busy),
            Counter(waiting.service for waiting in self.line if waiting.kept_until is None),
            self._pace(minute),
            away=[
                Coming(waiting.service, 0.0, waiting.kept_until - minute)
                for waiting in self.line
                if self.counted and waiting.kept_until is not None and waiting.kept_until > minute
            ],
        )

    def _pace(self, minute: float) -> dict[str, Pace]:
        """As in the product, not learned anew for every customer."""
        if minute - self._paces[0] >= 5:
            told: dict[str, dict[int, list[float]]] = defaultdict(lambda: defaultdict(list))
            for service, hour, length in self.seen:
                told[service][hour].append(length)
            hour = int(minute // 60)
            self._paces = (
                minute,
                {
                    name: by_hour(told[name], hour, typed(*minutes))
                    for name, (_, _, minutes) in SERVICES.items()
                },
            )
        return self._paces[1]

    def _plain_mean(self, service: str) -> float:
        lengths = [length for name, _, length in self.seen if name == service]
        return fmean(lengths) if lengths else sum(SERVICES[service][2]) / 2


def month(seed: int = 1, from_home: float = 0.0, *, counted: bool = True, days: int = DAYS) -> list[Promise]:
    """Every promise of a month, in the order of calling; the same for the same seed. `from_home` and `counted` as in Day."""
    random, seen = Random(seed), deque[tuple[str, int, float]](maxlen=REMEMBERED)
    return [promise for _ in range(days) for promise in Day(random, seen, from_home, counted).run()]
