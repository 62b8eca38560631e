"""What a booked time means at a moment: too early, the door is open, late, too late. Pure arithmetic."""

from datetime import datetime, timedelta
from enum import StrEnum

from branch.content.appointments import ExpertRules


class Hour(StrEnum):
    """How the clock stands to a booked time."""

    BEFORE = "before"
    OPEN = "open"
    LATE = "late"
    OVER = "over"


def hour(rules: ExpertRules, starts_at: datetime, now: datetime) -> Hour:
    """Before the door opens; while one is let in and goes first at the time; while one is let in; and when it is over."""
    if now < opens_at(rules, starts_at):
        return Hour.BEFORE
    if now <= starts_at + timedelta(minutes=rules.grace):
        return Hour.OPEN
    return Hour.OVER if is_over(rules, starts_at, now) else Hour.LATE


def opens_at(rules: ExpertRules, starts_at: datetime) -> datetime:
    """From when on the link lets its holder in."""
    return starts_at - timedelta(minutes=rules.early)


def is_over(rules: ExpertRules, starts_at: datetime, now: datetime) -> bool:
    """Whether the time has passed for somebody who has not come."""
    return now > starts_at + timedelta(minutes=rules.missed_after)
