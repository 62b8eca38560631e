"""What the statistics page shows: which branch and days somebody asked for, and tables that a chart can draw."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from branch import clock
from branch.content.catalogue import in_language
from branch.errors import NotFound
from branch.link.reach import is_reachable, last_seen
from branch.people.models import Branch, Desk
from branch.people.services import all_branches, get_branch
from branch.statistics import period
from branch.statistics.figures import Figures
from branch.statistics.now import Now, read_now
from branch.statistics.period import Period
from branch.statistics.report import Report, read_report
from branch.tickets.services import all_services
from signaling.names import desk_name

ALL = "all"
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Column:
    """A column of figures: `unit` is "count", "minutes" or "share"."""

    name: str
    head: str
    unit: str
    value: Callable[[Figures], float | None]


COLUMNS = (
    Column("issued", "발급", "count", lambda told: told.issued),
    Column("calls", "호출", "count", lambda told: told.calls),
    Column("finished", "완료", "count", lambda told: told.finished),
    Column("missed", "안 오심", "count", lambda told: told.missed),
    Column("missed_share", "안 오신 비율", "share", lambda told: told.missed_share),
    Column("transferred", "옮김", "count", lambda told: told.transferred),
    Column("wait", "기다림 중간값", "minutes", lambda told: told.wait.median if told.wait else None),
    Column("wait_p90", "기다림 (열에 아홉)", "minutes", lambda told: told.wait.p90 if told.wait else None),
    Column("service", "응대 중간값", "minutes", lambda told: told.service.median if told.service else None),
    Column(
        "service_p90", "응대 (열에 아홉)", "minutes", lambda told: told.service.p90 if told.service else None
    ),
)
# A ticket is taken for a service, not for a desk.
AT_DESKS = tuple(column for column in COLUMNS if column.name not in {"issued", "wait", "wait_p90"})
PEOPLE = ("손님 수", ("issued", "finished"))
WAITS = ("기다린 시간 (분)", ("wait", "wait_p90"))
CALLS = ("부른 손님 수", ("calls", "missed"))
SERVICE = ("응대한 시간 (분)", ("service", "service_p90"))


@dataclass(frozen=True)
class Table:
    """One group of figures as a table, and the charts that are drawn from its columns."""

    id: str
    title: str
    head: str
    lines: Sequence[tuple[str, Figures]]
    charts: Sequence[tuple[str, Sequence[str]]]
    columns: Sequence[Column] = COLUMNS


@dataclass(frozen=True)
class Asked:
    """`branch` is None for all of them side by side; `live` while the days are today alone."""

    branch: Branch | None
    branches: Sequence[Branch]
    period: Period
    today: date

    @property
    def live(self) -> bool:
        """Whether what is shown still changes."""
        return self.period == period.day(self.today)

    @property
    def shortcuts(self) -> dict[str, Period]:
        """The periods one tap away, by their names."""
        return {
            "오늘": period.day(self.today),
            "이번 주": period.week(self.today),
            "이번 달": period.month(self.today),
        }


@dataclass(frozen=True)
class BranchNow:
    """A branch at this moment, and how fresh that is."""

    branch: Branch
    now: Now
    seen: datetime | None
    reachable: bool


def asked(work: Session, branch_id: str, first: str, last: str) -> Asked:
    """What a form asked for; no days mean today. Raises NotFound and BadPeriod."""
    branches = all_branches(work)
    branch = None if branch_id == ALL else get_branch(work, branch_id)
    if not branches:
        raise NotFound()
    today = clock.business_day(clock.now(), (branch or branches[0]).timezone)
    days = period.parsed(first or last, last or first) if first or last else period.day(today)
    return Asked(branch, branches, days, today)


def tables_of(work: Session, branch: Branch, report: Report, language: str) -> list[Table]:
    """The groups of one branch's report: by day where there are several, by hour, service and desk."""
    services = {
        each.slug: in_language(each.name, language)
        for each in all_services(work, branch.id)
        if not each.retired or each.slug in report.by_service
    }
    at_branch = select(Desk).where(Desk.branch_id == branch.id).order_by(Desk.id)
    desks = {each.id: desk_name(each.name, language) for each in work.scalars(at_branch)}
    hours = {hour: f"{hour:02d}:00" for hour in _from_first_to_last(report.by_hour)}
    days = {each: f"{each:%m-%d}" for each in report.by_day}
    by_day = Table("by-day", "날마다", "날짜", _lines(days, report.by_day), (PEOPLE, WAITS))
    return [
        *([by_day] if len(report.by_day) > 1 else []),
        Table("by-hour", "시간마다", "시각", _lines(hours, report.by_hour), (PEOPLE, WAITS)),
        Table("by-service", "업무마다", "업무", _lines(services, report.by_service), (PEOPLE, WAITS)),
        Table("by-desk", "창구마다", "창구", _lines(desks, report.by_desk), (CALLS, SERVICE), AT_DESKS),
    ]


def side_by_side(
    work: Session,
    branches: Iterable[Branch],
    named: Callable[[Branch], str],
    days: Period,
    pause: Callable[[], None],
) -> Table:
    """Every branch in one table; `pause` as in read_report."""
    lines = [(named(branch), read_report(work, branch.id, days, pause).total) for branch in branches]
    return Table("by-branch", "지점마다", "지점", lines, (PEOPLE, WAITS))


def branch_now(work: Session, branch: Branch) -> BranchNow:
    """How the branch is as far as the centre has heard, and when it heard last, in the branch's own time."""
    seen = last_seen(work, branch.id)
    local = seen.astimezone(ZoneInfo(branch.timezone)) if seen else None
    return BranchNow(branch, read_now(work, branch.id), local, is_reachable(work, branch.id))


def _from_first_to_last(hours: Mapping[int, Figures]) -> range:
    """Quiet hours in between are shown too."""
    return range(min(hours), max(hours) + 1) if hours else range(0)


def _lines(labels: Mapping[Key, str], figures: Mapping[Key, Figures]) -> list[tuple[str, Figures]]:
    """A line for each label, and one for each figure whose service or desk is not there any more."""
    nothing = Figures(0, 0, 0, 0, 0, None, None)
    known = [(label, figures.get(key, nothing)) for key, label in labels.items()]
    return known + [(str(key), told) for key, told in figures.items() if key not in labels]
