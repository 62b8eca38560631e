"""The rules of appointments as a bank writes them: when, how many, how early and late, at a counter and with an expert."""

from datetime import date, time
from typing import Annotated

from pydantic import Field, model_validator

from branch.content.reader import Strict

Minutes = Annotated[int, Field(ge=0, le=240)]


class TimeRules(Strict):
    """What counters and experts have in common. Times are the branch's own; `country` names the calendar of holidays.

    `early` and `grace` are minutes before and after the time; `missed_after` ends the appointment.
    """

    hours: tuple[time, time]
    lunch: tuple[time, time] | None = None
    weekdays: Annotated[tuple[int, ...], Field(min_length=1)] = (0, 1, 2, 3, 4)
    closed: tuple[date, ...] = ()
    country: str = "KR"
    slot: Annotated[int, Field(ge=5, le=240)] = 30
    days_ahead: Annotated[int, Field(ge=1, le=90)] = 14
    early: Minutes = 10
    grace: Minutes = 10
    missed_after: Minutes = 60

    @model_validator(mode="after")
    def _in_order(self) -> "TimeRules":
        if self.hours[0] >= self.hours[1] or (self.lunch and self.lunch[0] >= self.lunch[1]):
            raise ValueError("hours and lunch must be [earlier, later]")
        if self.grace > self.missed_after:
            raise ValueError("missed_after must not be shorter than grace")
        return self


class ExpertRules(TimeRules):
    """Video consults. The door opens `early` minutes before the time; who comes until `grace` after it goes first.

    As many can book one time as there are advisors of the topic, or at most `capacity`; `remind` minutes before it whoever
    wished for notices is told.
    """

    hours: tuple[time, time] = (time(9, 30), time(17, 30))
    lunch: tuple[time, time] | None = (time(12), time(13))
    missed_after: Minutes = 20
    capacity: Annotated[int, Field(ge=1, le=50)] | None = None
    remind: Minutes = 30


class AppointmentRules(TimeRules):
    """The file appointments.yaml. A service's and the branch's hours narrow the times at a counter.

    Within `early` and `grace` somebody is helped first; `capacity` people may have the same time for one service.
    """

    capacity: Annotated[int, Field(ge=1, le=50)] = 2
    experts: ExpertRules = ExpertRules()
