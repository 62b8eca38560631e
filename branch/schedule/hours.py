"""Opening hours as a branch stores them: is it open at a moment, and when does it open next. Pure arithmetic."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

Hours = tuple[time, time]
# Opening and closing at midnight means that the door never closes on that day.
AROUND_THE_CLOCK: Hours = (time(0), time(0))
LOOK_AHEAD = 60  # days

# {"week": [[opens, closes] or None, Monday first], "exceptions": {day: [opens, closes] or None}}; None never closes.
Calendar = Mapping[str, Any] | None


def hours_on(calendar: Calendar, day: date) -> Hours | None:
    """From when to when the branch is open on a day; None on a closed one. An exception comes before the week."""
    if calendar is None:
        return AROUND_THE_CLOCK
    told = calendar["exceptions"].get(day.isoformat(), calendar["week"][day.weekday()])
    return (time.fromisoformat(told[0]), time.fromisoformat(told[1])) if told else None


def is_open_at(calendar: Calendar, local: datetime) -> bool:
    """Whether the branch is open at a moment of its own time."""
    hours = hours_on(calendar, local.date())
    return hours is not None and within(hours, local.time())


def within(hours: Hours, at: time) -> bool:
    """From the minute it opens up to, and not with, the one it closes."""
    return hours == AROUND_THE_CLOCK or hours[0] <= at < hours[1]


def next_opening(calendar: Calendar, local: datetime) -> datetime | None:
    """When the branch opens next after a moment at which it is closed; None if not within 60 days."""
    for ahead in range(LOOK_AHEAD):
        day = local.date() + timedelta(days=ahead)
        hours = hours_on(calendar, day)
        opens = datetime.combine(day, hours[0], local.tzinfo) if hours else None
        if opens is not None and opens > local:
            return opens
    return None
