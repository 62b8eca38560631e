"""The time, in one place: always aware, always UTC inside, local only when a person reads it."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def now() -> datetime:
    """The present moment in UTC."""
    return datetime.now(UTC)


def business_day(at: datetime, timezone: str) -> date:
    """The calendar day on which a branch in `timezone` (IANA name) counts the moment `at`."""
    return at.astimezone(ZoneInfo(timezone)).date()


def minutes_between(start: datetime, end: datetime) -> float:
    """Whole and part minutes from `start` to `end`; negative when the order is reversed."""
    return (end - start).total_seconds() / 60
