"""How long a wait will be, as a range that should hold the truth: the line as the database has it, read once a question."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import BindParameter, bindparam, func, or_, select
from sqlalchemy.orm import Session

from branch import clock
from branch.appointments.models import Appointment, AppointmentState
from branch.memory import memory_of
from branch.people.models import Branch, Desk
from branch.rows import table_of
from branch.statements import Statement
from branch.tickets.models import ParkReason, Service, Ticket, TicketState
from branch.tickets.order import calling_order
from branch.tickets.pace import ENOUGH_SAMPLES, SAMPLES, Pace, by_hour, spread, typed
from branch.tickets.situation import Coming, Situation, Wait, queue_of

__all__ = [
    "ENOUGH_SAMPLES",
    "SAMPLES",
    "Wait",
    "expected",
    "people_ahead",
    "places",
    "places_in",
    "situation",
    "spread",
]

REMEMBERED = 600  # tickets; some days of a branch
PACE_LIFE = 60.0  # seconds in which a branch does not become faster or slower
AROUND = 10.0  # minutes before and after their time in which people who have booked come
LOOK_AHEAD = timedelta(hours=2)  # further than anybody's wait

_BRANCH: BindParameter[str] = bindparam("branch")
_DESKS, _TICKETS = table_of(Desk).c, table_of(Ticket).c
OPEN_DESKS = Statement(select(_DESKS.id, _DESKS.services).where(_DESKS.branch_id == _BRANCH, _DESKS.open))
IN_THE_HOUSE = Statement(
    select(
        *(_TICKETS.service_id, _TICKETS.for_desk_id, _TICKETS.state, _TICKETS.desk_id, _TICKETS.kept_until),
        *(func.count(), func.max(_TICKETS.issued_at)),
    )
    .where(
        _TICKETS.branch_id == _BRANCH,
        _TICKETS.day == bindparam("day"),
        or_(
            *(_TICKETS.state == str(state) for state in (TicketState.WAITING, TicketState.CALLED)),
            _TICKETS.state == str(TicketState.ON_THE_WAY),
            (_TICKETS.state == str(TicketState.PARKED)) & (_TICKETS.park_reason == str(ParkReason.OUT)),
        ),
    )
    .group_by(
        *(_TICKETS.service_id, _TICKETS.for_desk_id, _TICKETS.state, _TICKETS.desk_id, _TICKETS.kept_until)
    )
)
SERVED = (
    select(_TICKETS.service_id, _TICKETS.called_at, _TICKETS.closed_at, _TICKETS.priority)
    .where(
        _TICKETS.branch_id == _BRANCH,
        _TICKETS.state.in_((str(TicketState.FINISHED), str(TicketState.NO_SHOW))),
        _TICKETS.called_at.is_not(None),
    )
    .order_by(_TICKETS.issued_at.desc())
    .limit(REMEMBERED)
)


_BOOKED = table_of(Appointment).c
BOOKED_SOON = select(_BOOKED.service, _BOOKED.starts_at).where(
    _BOOKED.branch_id == _BRANCH,
    _BOOKED.state == str(AppointmentState.BOOKED),
    _BOOKED.starts_at.between(bindparam("now"), bindparam("until")),
)


@dataclass(frozen=True)
class Known:
    """What a minute does not change: the branch's zone, how fast it works, and how many of its customers go first."""

    zone: ZoneInfo
    paces: Mapping[str, Pace]
    overtaking: float
    booked: tuple[tuple[str, datetime], ...] = ()
    """Service and time of those who have booked one of the next hours and are not here."""

    def today(self) -> date:
        """The branch's business day."""
        return clock.now().astimezone(self.zone).date()


def known(session: Session, branch_id: str) -> Known:
    """The branch as it was learned within the last minute."""
    return memory_of(session).recent(("known", branch_id), PACE_LIFE, lambda: _learn(session, branch_id))


def situation(session: Session, branch_id: str) -> Situation:
    """The line at this moment. Desks and people are read now; the pace may be a minute old."""
    branch = known(session, branch_id)
    waiting: Counter[str] = Counter()
    away: list[Coming] = []
    busy, newest, now = set(), None, clock.now()
    here = {"branch": branch_id, "day": branch.today()}
    for service, sent_to, state, desk, kept_until, count, last in IN_THE_HOUSE.rows(session, here):
        if state == TicketState.WAITING:
            waiting[queue_of(service, sent_to)] += count
            newest = max(newest or last, last)
        elif state == TicketState.CALLED:
            busy.add(desk)
        else:
            away += count * _kept_place(queue_of(service, sent_to), kept_until, now)
    desks = OPEN_DESKS.rows(session, {"branch": branch_id})
    return Situation(
        {desk: frozenset(served) for desk, served in desks},
        frozenset(busy),
        waiting,
        branch.paces,
        newest,
        branch.overtaking,
        away,
        [_booked(service, starts_at, now) for service, starts_at in branch.booked],
    )


def _kept_place(queue: str, kept_until: datetime | None, now: datetime) -> list[Coming]:
    """Somebody who is away, as long as their place is kept: who comes later than that goes to the end of the line."""
    if kept_until is None or kept_until <= now:
        return []
    return [Coming(queue, 0.0, clock.minutes_between(now, kept_until))]


def _booked(service: str, starts_at: datetime, now: datetime) -> Coming:
    due = clock.minutes_between(now, starts_at)
    return Coming(service, due - AROUND, due + AROUND)


def expected(session: Session, ticket: Ticket) -> Wait:
    """The wait that is left for a ticket in the line; nothing is ahead of one that is not waiting."""
    nowhere = Wait(0, 0, 1)
    if ticket.state != TicketState.WAITING:
        return nowhere
    return places(session, ticket.branch_id).get(ticket.id, nowhere)


def places(session: Session, branch_id: str) -> dict[str, Wait]:
    """Everyone in the line of a branch with their place and wait, by ticket, from one reading."""
    return places_in(situation(session, branch_id), calling_order(_in_line(session, branch_id)))


class Queued(Protocol):
    """What a place in the line is made of."""

    @property
    def id(self) -> Any: ...
    @property
    def service_id(self) -> Any: ...
    @property
    def for_desk_id(self) -> Any: ...
    @property
    def is_away(self) -> bool: ...
    @property
    def kept_until(self) -> Any: ...


def places_in(now: Situation, line: Iterable[Queued]) -> dict[str, Wait]:
    """The place and wait of each ticket of a line in calling order; who is away is before nobody, and may come in time."""
    ahead: Counter[str] = Counter()
    coming, moment = list(now.booked), clock.now()
    told = {}
    for ticket in line:
        queue = queue_of(ticket.service_id, ticket.for_desk_id)
        told[ticket.id] = now.wait(queue, ahead, coming)
        if ticket.is_away:
            coming += _kept_place(queue, ticket.kept_until, moment)
        else:
            ahead[queue] += 1
    return told


def _in_line(session: Session, branch_id: str) -> list[Ticket]:
    """Who waits, and who keeps a place among them."""
    today = known(session, branch_id).today()
    of_today = select(Ticket).where(Ticket.branch_id == branch_id, Ticket.day == today)
    waits = Ticket.state.in_((TicketState.WAITING, TicketState.ON_THE_WAY))
    is_out = (Ticket.state == TicketState.PARKED) & (Ticket.park_reason == ParkReason.OUT)
    return list(session.scalars(of_today.where(waits | is_out)))


def people_ahead(session: Session, ticket: Ticket) -> int:
    """How many waiting tickets will be called before this one by desks that also serve its service."""
    return expected(session, ticket).ahead if ticket.state == TicketState.WAITING else 0


def slug_of(service_id: str) -> str:
    """The part of a service's id that names it within its branch."""
    return service_id.rpartition(".")[2]


def _learn(session: Session, branch_id: str) -> Known:
    """The pace of every service at this hour: the branch's own recent customers, leaning on what was typed in."""
    zone = ZoneInfo(session.get_one(Branch, branch_id).timezone)
    seen: dict[str, dict[int, list[float]]] = defaultdict(lambda: defaultdict(list))
    served, first = 0, 0
    for service, called, closed, priority in session.connection().execute(SERVED, {"branch": branch_id}):
        served, first = served + 1, first + (priority is not None)
        hour = called.astimezone(zone).hour
        seen[slug_of(service)][hour].append(clock.minutes_between(called, closed))
    hour = clock.now().astimezone(zone).hour
    paces = {
        service.slug: by_hour(seen[service.slug], hour, typed(service.minutes_low, service.minutes_high))
        for service in session.scalars(select(Service).where(Service.branch_id == branch_id))
    }
    soon = {"branch": branch_id, "now": clock.now(), "until": clock.now() + LOOK_AHEAD}
    booked = tuple((str(slug), at) for slug, at in session.connection().execute(BOOKED_SOON, soon))
    # Believed before anything was seen: nobody goes first.
    return Known(zone, paces, first / (served + SAMPLES), booked)
