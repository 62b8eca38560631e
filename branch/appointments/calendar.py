"""Which times can be booked: the rules, the branch's and the service's hours, and the country's holidays."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

from branch.content.appointments import AppointmentRules, ExpertRules, TimeRules
from branch.people.models import Branch
from branch.tickets.models import Service
from branch.tickets.services import is_open


@lru_cache(maxsize=64)
def _holidays_of(country: str, year: int) -> dict[date, str]:
    """Public and bank holidays with their names in the country's own language (PyPI holidays; Labour Day is one)."""
    known = holidays.country_holidays(country)
    wanted = tuple(kind for kind in ("public", "bank") if kind in known.supported_categories)
    own = known.default_language
    return dict(holidays.country_holidays(country, years=year, categories=wanted, language=own))


def holiday(rules: TimeRules, day: date) -> str | None:
    """The name of the holiday on a day; None on a working one."""
    return _holidays_of(rules.country, day.year).get(day)


def is_closed(rules: TimeRules, day: date) -> bool:
    """Whether nobody can come on this day at all."""
    return day.weekday() not in rules.weekdays or day in rules.closed or holiday(rules, day) is not None


def days(rules: TimeRules, branch: Branch, now: datetime) -> list[date]:
    """The days from today on that can be chosen; closed ones among them say so on the page."""
    today = now.astimezone(ZoneInfo(branch.timezone)).date()
    return [today + timedelta(days=ahead) for ahead in range(rules.days_ahead + 1)]


def slots(
    rules: AppointmentRules, branch: Branch, service: Service, day: date, now: datetime
) -> list[datetime]:
    """The beginnings that can be booked on a day, in the branch's own time; past ones and closed hours are left out."""
    return [at for at in _ahead(rules, branch, day, now) if is_open(service, branch, at)]


def times(rules: ExpertRules, branch: Branch, day: date, now: datetime) -> list[datetime]:
    """The beginnings at which experts can be booked on a day; a branch's own hours do not matter to them."""
    return list(_ahead(rules, branch, day, now))


def is_within_hours(rules: TimeRules, branch: Branch, now: datetime) -> bool:
    """Whether this is a working hour: no closed day, between the hours, and not lunch."""
    local = now.astimezone(ZoneInfo(branch.timezone))
    opens, closes = rules.hours
    at_lunch = rules.lunch is not None and rules.lunch[0] <= local.time() < rules.lunch[1]
    return not is_closed(rules, local.date()) and opens <= local.time() < closes and not at_lunch


def _ahead(rules: TimeRules, branch: Branch, day: date, now: datetime) -> Iterator[datetime]:
    """The beginnings on a day that can be chosen, and that are still to come."""
    if is_closed(rules, day) or day not in days(rules, branch, now):
        return
    yield from (at for at in _grid(rules, day, ZoneInfo(branch.timezone)) if at > now)


def _grid(rules: TimeRules, day: date, zone: ZoneInfo) -> Iterator[datetime]:
    length = timedelta(minutes=rules.slot)
    at, closes = (datetime.combine(day, edge, zone) for edge in rules.hours)
    while at + length <= closes:
        if not _meets_lunch(rules, at, at + length):
            yield at
        at += length


def _meets_lunch(rules: TimeRules, begins: datetime, ends: datetime) -> bool:
    return rules.lunch is not None and begins.time() < rules.lunch[1] and ends.time() > rules.lunch[0]
