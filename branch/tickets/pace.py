"""How fast a branch works, learned from its own tickets, and the range of minutes that follows from it. Pure arithmetic."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor, sqrt
from statistics import fmean, pvariance

STEP = 5
EXACT_BELOW = 10
# Nine in ten wait longer than the low end and nine in ten shorter than the high end: eight in ten in between.
TAIL = 1.2816
# Desks come and go and people step aside while somebody waits: what no service time tells, as a share of the wait.
DOUBT = 0.25
SAMPLES, ENOUGH_SAMPLES = 40, 8
TYPED_WEIGHT = 8  # what the bank typed in counts as much as so many customers
DAY_WEIGHT = 12  # and the whole day as much as so many customers of this hour
UNSURE = 0.4  # beyond it the approximation turns back on itself
SOON = 0.05  # minutes; a desk is free
FORGOTTEN = 120.0  # minutes; a desk that was left without a tap is no service time


@dataclass(frozen=True)
class Pace:
    """How long one customer keeps a desk: mean in minutes, variance in minutes squared."""

    mean: float
    variance: float


@dataclass(frozen=True)
class Load:
    """What must be done before somebody's turn comes, in minutes of desk time: mean and variance."""

    mean: float
    variance: float


def typed(low: float, high: float) -> Pace:
    """What the bank typed in, as long as nothing is known: most customers take between these minutes."""
    return Pace((low + high) / 2, ((high - low) / 2) ** 2)


def learned(minutes: Sequence[float], before: Pace, weight: float) -> Pace:
    """Customers seen, pulled towards what was believed before as if that were `weight` customers."""
    seen = [minute for minute in minutes if 0 <= minute <= FORGOTTEN]
    if not seen:
        return before
    share = len(seen) / (len(seen) + weight)
    return Pace(
        share * fmean(seen) + (1 - share) * before.mean,
        share * pvariance(seen) + (1 - share) * before.variance,
    )


def by_hour(minutes: Mapping[int, Sequence[float]], hour: int, before: Pace) -> Pace:
    """The pace at an hour of the day: this hour and its neighbours, leaning on the whole day, leaning on what was typed."""
    day = learned([minute for told in minutes.values() for minute in told], before, TYPED_WEIGHT)
    around = [minute for near in (hour - 1, hour, hour + 1) for minute in minutes.get(near, ())]
    return learned(around, day, DAY_WEIGHT)


def span(load: Load, desks: int) -> tuple[int, int]:
    """The range of minutes in which `desks` working side by side get through a load, rounded outwards.

    The sum of service times is taken as gamma distributed, its quantiles after Wilson and Hilferty (1931).
    """
    mean = load.mean / desks
    variance = load.variance / desks**2 + (DOUBT * mean) ** 2
    if mean < SOON:
        return 0, 1
    ninth = min(variance / (9 * mean * mean), UNSURE)
    low, high = (mean * max(0.0, 1 - ninth + tail * sqrt(ninth)) ** 3 for tail in (-TAIL, TAIL))
    return _floor(low), max(_ceil(high), _floor(low) + 1)


def spread(ahead: int, desks: int, short: float, long: float) -> tuple[int, int]:
    """Minutes from the quickest to the slowest plausible course, where only a short and a long service time are known."""
    low = ahead / desks * short
    high = (ahead + 1) / desks * long
    return _floor(low), _ceil(high)


def _floor(minutes: float) -> int:
    return floor(minutes) if minutes < EXACT_BELOW else floor(minutes / STEP) * STEP


def _ceil(minutes: float) -> int:
    return ceil(minutes) if minutes <= EXACT_BELOW else ceil(minutes / STEP) * STEP
