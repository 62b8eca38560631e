"""What a manager edits, as one checked whole: the week, days that differ, and the services at the desks."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, time
from typing import Annotated, Any

from pydantic import AfterValidator, Field, model_validator

from branch.content.catalogue import ServiceContent
from branch.content.reader import Strict
from branch.schedule.hours import AROUND_THE_CLOCK


def _in_order(hours: tuple[time, time] | None) -> tuple[time, time] | None:
    if hours is not None and hours != AROUND_THE_CLOCK and hours[0] >= hours[1]:
        raise ValueError("closes before it opens")
    return hours


OpenHours = Annotated[tuple[time, time] | None, AfterValidator(_in_order)]


class ExceptionDay(Strict):
    """A day that is not like its weekday: closed, or open at other hours; `reason` is for people."""

    day: date
    hours: OpenHours = None
    reason: str = Field(default="", max_length=60)


class ServiceOffer(ServiceContent):
    """A service with its own hours inside those of the branch, and whether it is given at all."""

    hours: OpenHours = None
    open: bool = True


class ScheduleContent(Strict):
    """One version: seven days from Monday, exceptions, services."""

    week: Annotated[tuple[OpenHours, ...], Field(min_length=7, max_length=7)]
    exceptions: Annotated[tuple[ExceptionDay, ...], Field(max_length=400)] = ()
    services: Annotated[tuple[ServiceOffer, ...], Field(max_length=26)] = ()

    @model_validator(mode="after")
    def _once_each(self) -> "ScheduleContent":
        if _twice(each.day for each in self.exceptions) or _twice(each.letter for each in self.services):
            raise ValueError("a day or a letter is there twice")
        return self

    def calendar(self) -> dict[str, Any]:
        """The hours alone, as a branch stores them."""
        return {
            "week": [_spelled(hours) for hours in self.week],
            "exceptions": {each.day.isoformat(): _spelled(each.hours) for each in self.exceptions},
        }

    def as_json(self) -> dict[str, Any]:
        """As it is stored and goes down the link."""
        return self.model_dump(mode="json")

    def differences(self, before: "ScheduleContent") -> list[str]:
        """What is not as it was: "week", "exceptions", and the letters of services."""
        was = {service.slug: service for service in before.services}
        parts = [name for name in ("week", "exceptions") if getattr(self, name) != getattr(before, name)]
        return [*parts, *(each.letter for each in self.services if was.get(each.slug) != each)]


def _twice(values: Iterable[object]) -> bool:
    return any(count > 1 for count in Counter(values).values())


def _spelled(hours: tuple[time, time] | None) -> list[str] | None:
    return [hours[0].isoformat("minutes"), hours[1].isoformat("minutes")] if hours else None
