"""The order of the line: nobody starves, nobody is passed more often than the rule says, nobody is called twice."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from branch.database import Database
from branch.people.models import Desk
from branch.tickets.calling import call_next, waiting_tickets
from branch.tickets.errors import NobodyWaiting
from branch.tickets.models import Priority, Ticket
from branch.tickets.order import MOST_IN_A_ROW, Turn, calling_order, next_streak, why
from branch.tickets.services import issue_ticket
from branch.visits.services import open_visit

MORNING = datetime(2026, 11, 23, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Somebody:
    """Somebody in line, as the order sees them."""

    id: str
    priority: Priority | None
    issued_at: datetime
    returned_at: datetime | None = None


people = st.builds(
    Somebody,
    id=st.uuids().map(lambda uuid: uuid.hex),
    priority=st.sampled_from([None, None, *Priority]),
    issued_at=st.integers(0, 90).map(lambda minute: MORNING + timedelta(minutes=minute)),
    returned_at=st.sampled_from([None, None, None, MORNING]),
)
lines = st.lists(people, max_size=25, unique_by=lambda person: person.id)
streaks = st.integers(0, MOST_IN_A_ROW)


@given(line=lines, streak=streaks)
def test_everybody_is_called_once(line: list[Somebody], streak: int) -> None:
    called = calling_order(line, streak)
    assert sorted(person.id for person in called) == sorted(person.id for person in line)


@given(line=lines, streak=streaks)
def test_within_a_class_nobody_is_passed_but_by_who_came_back(line: list[Somebody], streak: int) -> None:
    called = calling_order(line, streak)
    for is_priority in (True, False):
        kind = [person for person in called if (person.priority is not None) is is_priority]
        assert kind == sorted(kind, key=lambda p: (p.returned_at is None, p.issued_at, p.id))


@given(line=lines, streak=streaks)
def test_of_three_calls_in_a_row_one_is_ordinary_while_somebody_ordinary_waits(
    line: list[Somebody], streak: int
) -> None:
    called = calling_order(line, streak)
    last_ordinary = max((at for at, person in enumerate(called) if person.priority is None), default=-1)
    for person in called[: last_ordinary + 1]:
        streak = next_streak(streak, person.priority)
        assert streak <= MOST_IN_A_ROW


@given(line=lines, arrivals=st.lists(people, max_size=60), data=st.data())
def test_nobody_starves_however_many_priority_tickets_come(
    line: list[Somebody], arrivals: list[Somebody], data: st.DataObject
) -> None:
    ordinary = [person for person in calling_order(line) if person.priority is None]
    streak, calls, flood = 0, 0, iter(arrivals)
    bound = {person.id: 3 * (place + 1) for place, person in enumerate(ordinary)}
    while ordinary:
        late = next(flood, None)
        if late is not None:
            line = [*line, replace(late, priority=Priority.HELP, id=f"late-{calls}", returned_at=None)]
        chosen = calling_order(line, streak)[0]
        line, calls = [person for person in line if person.id != chosen.id], calls + 1
        streak = next_streak(streak, chosen.priority)
        if chosen.priority is None:
            assert calls <= bound[ordinary.pop(0).id]


def test_the_reason_of_a_turn_is_told() -> None:
    plain = Somebody("a", None, MORNING)
    assert why(plain) is Turn.ORDER
    assert why(plain, MOST_IN_A_ROW) is Turn.BALANCE
    assert why(replace(plain, priority=Priority.SENIOR)) is Turn.PRIORITY
    assert why(replace(plain, priority=Priority.SENIOR, returned_at=MORNING)) is Turn.RETURNED


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    reasons=st.lists(st.sampled_from([None, *Priority]), min_size=1, max_size=9),
    returned=st.sets(st.integers(0, 8)),
)
def test_the_database_calls_in_the_same_order(
    hub: Database, reasons: list[Priority | None], returned: set[int]
) -> None:
    _empty(hub)
    with hub.transaction() as session:
        for number, reason in enumerate(reasons):
            ticket = issue_ticket(
                session, open_visit(session, "seongsu", "kiosk", "ko").id, "deposits", reason
            )
            if number in returned:
                ticket.returned_at = ticket.issued_at
    with hub.reading() as session:
        expected = [
            ticket.id for ticket in waiting_tickets(session, "seongsu", session.get_one(Desk, "seongsu-1"))
        ]
    assert _empty(hub) == expected


def _empty(hub: Database) -> list[str]:
    called: list[Ticket] = []
    while True:
        try:
            with hub.transaction() as session:
                called.append(call_next(session, "seongsu-1"))
        except NobodyWaiting:
            return [ticket.id for ticket in called]
