"""A branch's days as the database knows them: read once, and grouped by hour, service, desk and day."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from branch.clock import minutes_between
from branch.people.models import Branch
from branch.statistics.figures import Figures, Tally
from branch.statistics.period import Period
from branch.statistics.stories import TOLD_OF, Happened, Story, Turn, of_row, told
from branch.tickets.models import Ticket
from branch.tickets.wait import slug_of
from branch.visits.models import EventKind, VisitEvent

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Report:
    """The figures of some days, in all and by group.

    A ticket and its wait count at the hour and service it was taken for; a turn at the hour, service and desk of its call.
    """

    total: Figures
    by_hour: Mapping[int, Figures]
    by_service: Mapping[str, Figures]
    by_desk: Mapping[str, Figures]
    by_day: Mapping[date, Figures]

    @property
    def empty(self) -> bool:
        """Whether nothing happened in these days."""
        return self.total.issued == 0


def _at_once() -> None:
    """Nobody else has to be thought of."""


def read_report(
    session: Session, branch_id: str, period: Period, pause: Callable[[], None] = _at_once
) -> Report:
    """The tickets that were taken in these days, in the branch's own time.

    `pause` is called after each day, so that whoever shares the process gets a turn while a year is read.
    """
    zone = ZoneInfo(session.get_one(Branch, branch_id).timezone)
    return report(_day_by_day(session, branch_id, period, pause), zone)


def _day_by_day(
    session: Session, branch_id: str, period: Period, pause: Callable[[], None]
) -> Iterator[Story]:
    for each in period.days:
        yield from read_stories(session, branch_id, each)
        pause()


def read_stories(session: Session, branch_id: str, day: date) -> list[Story]:
    """Every ticket of a day with its turns, in the order in which they were taken."""
    wanted = (Ticket.branch_id == branch_id, Ticket.day == day)
    happened = _events(session, select(Ticket.visit_id).where(*wanted))
    tickets = session.scalars(select(Ticket).where(*wanted).order_by(Ticket.issued_at, Ticket.id))
    return [_story(ticket, happened.get(ticket.id)) for ticket in tickets]


def _events(session: Session, visits: Select[str]) -> dict[str, list[Happened]]:
    """What happened to each ticket, oldest first; a forgotten visit's events say nothing any more."""
    rows = session.execute(
        select(VisitEvent.kind, VisitEvent.at, VisitEvent.payload)
        .where(
            VisitEvent.visit_id.in_(visits),
            VisitEvent.kind.in_([EventKind.TICKET_ISSUED, *TOLD_OF]),
        )
        .order_by(VisitEvent.at, VisitEvent.id)
    )
    by_ticket: dict[str, list[Happened]] = defaultdict(list)
    for kind, at, payload in rows:
        if "ticket" in payload:
            by_ticket[payload["ticket"]].append(Happened(kind, at, payload))
    return by_ticket


def _story(ticket: Ticket, events: list[Happened] | None) -> Story:
    if not events or events[0].kind != EventKind.TICKET_ISSUED:
        return of_row(ticket, slug_of(ticket.service_id))
    service = str(events[0].payload["service"])
    return told(Story(ticket.number, service, service, ticket.issued_at), events[1:])


class _Groups(Generic[Key]):
    """Tallies by a key."""

    def __init__(self) -> None:
        self._tallies: defaultdict[Key, Tally] = defaultdict(Tally)

    def __getitem__(self, key: Key) -> Tally:
        return self._tallies[key]

    def figures(self, order: Callable[[Key], Any]) -> dict[Key, Figures]:
        return {key: self._tallies[key].figures() for key in sorted(self._tallies, key=order)}


def report(stories: Iterable[Story], zone: ZoneInfo) -> Report:
    """Count every story once in each of its groups."""
    total = Tally()
    hours, days = _Groups[int](), _Groups[date]()
    services, desks = _Groups[str](), _Groups[str]()
    for story in stories:
        taken = story.issued_at.astimezone(zone)
        for tally in (total, hours[taken.hour], services[story.taken_for], days[taken.date()]):
            _take_ticket(tally, story)
        for turn, called in _turns(story, zone):
            groups = [total, hours[called.hour], services[turn.service], days[taken.date()]]
            for tally in [*groups, *([desks[turn.desk]] if turn.desk else [])]:
                tally.take(turn)
    return Report(
        total.figures(),
        hours.figures(int),
        services.figures(str),
        desks.figures(str),
        days.figures(date.toordinal),
    )


def _take_ticket(tally: Tally, story: Story) -> None:
    tally.issued += 1
    if story.first_call is not None:
        tally.waits.append(max(0.0, minutes_between(story.issued_at, story.first_call)))


def _turns(story: Story, zone: ZoneInfo) -> Iterator[tuple[Turn, datetime]]:
    return ((turn, turn.called_at.astimezone(zone)) for turn in story.turns)
