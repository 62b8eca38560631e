"""One line a ticket, for a spreadsheet: what happened to it, without anything about its holder."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select

from branch.clock import minutes_between
from branch.database import Database
from branch.people.models import Branch, Desk
from branch.statistics.figures import served
from branch.statistics.period import Period
from branch.statistics.report import read_stories
from branch.statistics.stories import Story
from branch.tickets.models import Service
from branch.visits.models import EventKind


@dataclass(frozen=True)
class TicketLine:
    """Times are the branch's own; minutes have one decimal; `ended` is an event's kind or None while it is open."""

    number: str
    service: Mapping[str, str]
    issued_at: datetime
    called_at: datetime | None
    desk: str
    waited: float | None
    served: float | None
    calls: int
    transfers: int
    ended: str | None


def ticket_lines(database: Database, branch_id: str, period: Period) -> Iterator[TicketLine]:
    """The tickets of these days in order, read a day at a time so that a year needs no more memory than a day."""
    with database.reading() as session:
        zone = ZoneInfo(session.get_one(Branch, branch_id).timezone)
        of_branch = select(Service).where(Service.branch_id == branch_id)
        services = {service.slug: service.name for service in session.scalars(of_branch)}
        at_branch = select(Desk).where(Desk.branch_id == branch_id)
        desks = {desk.id: desk.name for desk in session.scalars(at_branch)}
    for each in period.days:
        with database.reading() as session:
            stories = read_stories(session, branch_id, each)
        for story in stories:
            yield _line(zone, story, services, desks)


def _line(
    zone: ZoneInfo, story: Story, services: Mapping[str, dict[str, str]], desks: Mapping[str, str]
) -> TicketLine:
    last = story.turns[-1] if story.turns else None
    minutes = [spent for turn in story.turns if (spent := served(turn)) is not None]
    return TicketLine(
        number=story.number,
        service=services.get(story.taken_for, {"ko": story.taken_for}),
        issued_at=story.issued_at.astimezone(zone),
        called_at=story.first_call.astimezone(zone) if story.first_call else None,
        desk=desks.get(last.desk or "", "") if last else "",
        waited=round(minutes_between(story.issued_at, story.first_call), 1) if story.first_call else None,
        served=round(sum(minutes), 1) if minutes else None,
        calls=len(story.turns),
        transfers=sum(turn.ended == EventKind.TICKET_TRANSFERRED for turn in story.turns),
        ended=story.closed,
    )
