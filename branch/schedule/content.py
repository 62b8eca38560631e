"""What a manager edits, as one checked whole: the week, days that differ, and the services at the desks."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
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
    """A day that is not like its weekday: closed, or open at other hours; `reason` is for people.

    `kept` are hours that were typed for it before it was closed.
    """

    day: date
    hours: OpenHours = None
    kept: OpenHours = None
    reason: str = Field(default="", max_length=60)


class ServiceOffer(ServiceContent):
    """A service with its own hours inside those of the branch, whether it is given now, and which desks serve it.

    One that was taken away is `retired` and stays in the list, since its history keeps its name and its letter. `desks`
    None, as in versions of before, leaves the desks as they are.
    """

    hours: OpenHours = None
    open: bool = True
    retired: bool = False
    desks: tuple[str, ...] | None = None


class ScheduleContent(Strict):
    """One version: seven days from Monday, exceptions, services in the order of the screens.

    `week_kept` holds for each day the hours it had before it was closed, so that they need not be typed again.
    """

    week: Annotated[tuple[OpenHours, ...], Field(min_length=7, max_length=7)]
    week_kept: Annotated[tuple[OpenHours, ...], Field(max_length=7)] = ()
    exceptions: Annotated[tuple[ExceptionDay, ...], Field(max_length=400)] = ()
    services: Annotated[tuple[ServiceOffer, ...], Field(max_length=26)] = ()

    @model_validator(mode="after")
    def _once_each(self) -> "ScheduleContent":
        for told in (
            (each.day for each in self.exceptions),
            (each.letter for each in self.services),
            (each.slug for each in self.services),
        ):
            if _twice(told):
                raise ValueError("a day, a letter or a service is there twice")
        return self

    def offered(self) -> tuple[ServiceOffer, ...]:
        """The services that were not taken away."""
        return tuple(service for service in self.services if not service.retired)

    def calendar(self) -> dict[str, Any]:
        """The hours alone, as a branch stores them."""
        return {
            "week": [_spelled(hours) for hours in self.week],
            "exceptions": {each.day.isoformat(): _spelled(each.hours) for each in self.exceptions},
        }

    def as_json(self) -> dict[str, Any]:
        """As it is stored and goes down the link."""
        return self.model_dump(mode="json")

    def differences(self, before: "ScheduleContent") -> "Differences":
        """What is not as it was."""
        was = {service.slug: service for service in before.offered()}
        now = {service.slug: service for service in self.offered()}
        stayed = [slug for slug in now if slug in was]
        return Differences(
            week=(self.week, self.week_kept) != (before.week, before.week_kept),
            exceptions=self.exceptions != before.exceptions,
            order=stayed != [slug for slug in was if slug in now],
            added=tuple(each.letter for slug, each in now.items() if slug not in was),
            removed=tuple(each.letter for slug, each in was.items() if slug not in now),
            changed=tuple(now[slug].letter for slug in stayed if now[slug] != was[slug]),
        )


@dataclass(frozen=True)
class Differences:
    """Which parts of a version are not as in the one before, and the letters of services that came, went or changed."""

    week: bool = False
    exceptions: bool = False
    order: bool = False
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()


def _twice(values: Iterable[object]) -> bool:
    return any(count > 1 for count in Counter(values).values())


def _spelled(hours: tuple[time, time] | None) -> list[str] | None:
    return [hours[0].isoformat("minutes"), hours[1].isoformat("minutes")] if hours else None
