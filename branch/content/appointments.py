"""The rules of appointments as a bank writes them: when, how many, how early and how late."""

from datetime import date, time
from typing import Annotated

from pydantic import Field, model_validator

from branch.content.reader import Strict

Minutes = Annotated[int, Field(ge=0, le=240)]


class AppointmentRules(Strict):
    """The file appointments.yaml. Times are the branch's own; a service's and the branch's hours narrow them.

    `early` and `grace` are minutes before and after the time in which somebody is helped first; `missed_after` ends
    the appointment. `country` names the calendar of public holidays.
    """

    hours: tuple[time, time]
    lunch: tuple[time, time] | None = None
    weekdays: Annotated[tuple[int, ...], Field(min_length=1)] = (0, 1, 2, 3, 4)
    closed: tuple[date, ...] = ()
    country: str = "KR"
    slot: Annotated[int, Field(ge=5, le=240)] = 30
    capacity: Annotated[int, Field(ge=1, le=50)] = 2
    days_ahead: Annotated[int, Field(ge=1, le=90)] = 14
    early: Minutes = 10
    grace: Minutes = 10
    missed_after: Minutes = 60

    @model_validator(mode="after")
    def _in_order(self) -> "AppointmentRules":
        if self.hours[0] >= self.hours[1] or (self.lunch and self.lunch[0] >= self.lunch[1]):
            raise ValueError("hours and lunch must be [earlier, later]")
        if self.grace > self.missed_after:
            raise ValueError("missed_after must not be shorter than grace")
        return self
