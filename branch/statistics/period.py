"""The days somebody asks about: today, a day, its week or month, or from one day to another."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from branch.errors import BadPeriod

LONGEST = 366  # days


@dataclass(frozen=True)
class Period:
    """Business days, both included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if not 0 <= (self.last - self.first).days < LONGEST:
            raise BadPeriod()

    @property
    def days(self) -> list[date]:
        """Every day of it, the oldest first."""
        return [self.first + timedelta(days=number) for number in range((self.last - self.first).days + 1)]

    def moments(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Its first moment, and the first one after it, in UTC."""
        start = datetime.combine(self.first, time.min, zone)
        end = datetime.combine(self.last + timedelta(days=1), time.min, zone)
        return start.astimezone(UTC), end.astimezone(UTC)


def day(of: date) -> Period:
    """One day."""
    return Period(of, of)


def week(of: date) -> Period:
    """The week of a day, Monday to Sunday (ISO 8601)."""
    monday = of - timedelta(days=of.weekday())
    return Period(monday, monday + timedelta(days=6))


def month(of: date) -> Period:
    """The calendar month of a day."""
    first = of.replace(day=1)
    following = (first + timedelta(days=31)).replace(day=1)
    return Period(first, following - timedelta(days=1))


def parsed(first: str, last: str) -> Period:
    """From two ISO 8601 dates as a form sends them. Raises BadPeriod."""
    try:
        return Period(date.fromisoformat(first), date.fromisoformat(last))
    except ValueError:
        raise BadPeriod() from None
