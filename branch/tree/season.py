"""The tree's year: a season of three months in the branch's own time, and when it began."""

from datetime import date, datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo


class Season(StrEnum):
    """What the tree wears."""

    SPRING = "spring"
    SUMMER = "summer"
    AUTUMN = "autumn"
    WINTER = "winter"


FIRST_MONTHS = {3: Season.SPRING, 6: Season.SUMMER, 9: Season.AUTUMN, 12: Season.WINTER}


def season_at(moment: datetime, timezone: str) -> tuple[Season, datetime]:
    """The season of a moment, and its first midnight; January and February end the winter of the year before."""
    zone = ZoneInfo(timezone)
    today = moment.astimezone(zone).date()
    first = max((month for month in FIRST_MONTHS if month <= today.month), default=12)
    begins = date(today.year - (today.month < 3), first, 1)
    return FIRST_MONTHS[first], datetime.combine(begins, time(), zone)


def midnight(moment: datetime, timezone: str) -> datetime:
    """When the branch's own day of a moment began."""
    zone = ZoneInfo(timezone)
    return datetime.combine(moment.astimezone(zone).date(), time(), zone)
