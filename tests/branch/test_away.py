"""A number whose holder is not here: it keeps its place, is passed over, and finds a way back."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from branch import clock, ids
from branch.appointments import arriving
from branch.database import Database
from branch.errors import BadInput, WrongState
from branch.people.models import Desk
from branch.tickets import away, desks, workday
from branch.tickets.away import arrive, give_back, keep_after_all, step_out, take_from_afar
from branch.tickets.calling import call_next, waiting_tickets
from branch.tickets.errors import NobodyWaiting, TicketOfAnotherDay, TooLate
from branch.tickets.models import Ticket, TicketState
from branch.tickets.returns import come_back
from branch.tickets.services import issue_ticket
from branch.tickets.wait import places, places_in, situation
from branch.visits.services import adopt_visit, open_visit

FIRST = "seongsu-1"
AN_HOUR = timedelta(hours=1)


def from_home(session: Session, kept: timedelta | None = AN_HOUR) -> Ticket:
    visit = ids.new_id()
    adopt_visit(session, visit, "seongsu", "ko")
    return take_from_afar(session, visit, "deposits", ids.new_id(), kept)


def walks_in(session: Session) -> Ticket:
    return issue_ticket(session, open_visit(session, "seongsu", "kiosk", "ko").id, "deposits")


def everybody(hub: Database) -> list[str]:
    """Who is called when one desk calls until nobody is left."""
    called = []
    while True:
        try:
            with hub.transaction() as session:
                called.append(call_next(session, FIRST).id)
        except NobodyWaiting:
            return called


def test_who_is_on_the_way_or_has_booked_makes_the_wait_longer_and_is_not_counted(hub: Database) -> None:
    with hub.transaction() as session:
        last = [walks_in(session) for _ in range(8)][-1]
        alone = situation(session, "seongsu").newcomer("deposits")
        for _ in range(4):
            from_home(session, timedelta(minutes=30))
        away = situation(session, "seongsu").newcomer("deposits")
        assert places(session, "seongsu")[last.id].high <= alone.high, "they are behind who was before them"
        behind = walks_in(session)
        assert places(session, "seongsu")[behind.id] == away
    assert (away.ahead, away.low) == (alone.ahead, alone.low)
    assert away.high > alone.high
    assert behind.promised_high == away.high
    with hub.transaction() as session:
        for number in range(4):
            arriving.keep(session, booked(session, number))
    again = Database(str(hub.engine.url), outbox=True)
    with again.reading() as session:
        assert situation(session, "seongsu").newcomer("deposits").high > away.high
    again.close()


def booked(session: Session, number: int) -> dict[str, Any]:
    """An appointment in a moment, as the centre tells it."""
    return {
        "appointment": ids.new_id(),
        "visit": open_visit(session, "seongsu", "phone", "ko").id,
        "branch": "seongsu",
        "language": "ko",
        "service": "deposits",
        "starts_at": (clock.now() + timedelta(minutes=2)).isoformat(),
        "number": f"{number:06d}",
        "state": "booked",
        "version": 1,
    }


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(at_home=st.lists(st.booleans(), min_size=1, max_size=8), arriving=st.sets(st.integers(0, 7)))
def test_who_is_away_is_passed_over_and_who_arrives_stands_where_the_number_stands(
    hub: Database, at_home: list[bool], arriving: set[int]
) -> None:
    everybody(hub)
    with hub.transaction() as session:
        line = [from_home(session).id if away else walks_in(session).id for away in at_home]
        for number in arriving & set(range(len(line))):
            arrive(session, line[number])
    with hub.reading() as session:
        here = [ticket.id for ticket in waiting_tickets(session, "seongsu", session.get_one(Desk, FIRST))]
    expected = [ticket for number, ticket in enumerate(line) if not at_home[number] or number in arriving]
    assert everybody(hub) == here == expected


def test_the_place_is_told_on_the_way_and_nobody_waits_behind_it(hub: Database) -> None:
    with hub.transaction() as session:
        before, coming, after = walks_in(session), from_home(session), walks_in(session)
        places = places_in(situation(session, "seongsu"), [before, coming, after])
    assert [places[ticket.id].ahead for ticket in (before, coming, after)] == [0, 1, 1]


def test_who_comes_too_late_stands_at_the_end_with_the_same_number(hub: Database) -> None:
    with hub.transaction() as session:
        late = from_home(session, timedelta(seconds=-1))
        other = walks_in(session)
        assert arrive(session, late.id).number == "A-001"
        line = [ticket.id for ticket in waiting_tickets(session, "seongsu")]
    assert line == [other.id, late.id]


def test_going_out_wins_nothing_and_loses_nothing_in_time(hub: Database) -> None:
    with hub.transaction() as session:
        first, second, third = walks_in(session), walks_in(session), walks_in(session)
        step_out(session, second.id, 10)
        assert call_next(session, FIRST).id == first.id
        desks.finish(session, FIRST, first.id)
        come_back(session, second.id)
        assert second.returned_at is None
        assert [ticket.id for ticket in waiting_tickets(session, "seongsu")] == [second.id, third.id]


REFUSED: list[tuple[str, Callable[[Session, Ticket], object], type[Exception]]] = [
    ("out for ever", lambda session, ticket: step_out(session, ticket.id, 300), BadInput),
    ("out on the way", lambda session, _ticket: step_out(session, from_home(session).id, 5), WrongState),
    ("undo of nothing", lambda session, ticket: keep_after_all(session, ticket.id), WrongState),
    ("back from nowhere", lambda session, ticket: come_back(session, ticket.id), WrongState),
]


@pytest.mark.parametrize(("_name", "act", "error"), REFUSED)
def test_what_makes_no_sense_is_refused(
    hub: Database, _name: str, act: Callable[[Session, Ticket], object], error: type[Exception]
) -> None:
    with hub.transaction() as session, pytest.raises(error):
        act(session, walks_in(session))


def test_giving_back_can_be_undone_for_a_moment(hub: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    with hub.transaction() as session:
        mine, other = walks_in(session), walks_in(session)
        give_back(session, mine.id)
        assert give_back(session, mine.id).state == TicketState.CANCELLED
        assert away.undo_until(session, mine) is not None
        keep_after_all(session, mine.id)
        assert [ticket.id for ticket in waiting_tickets(session, "seongsu")] == [mine.id, other.id]
        give_back(session, mine.id)
    monkeypatch.setattr(away, "UNDO_WITHIN", timedelta(seconds=-1))
    with hub.transaction() as session, pytest.raises(TooLate):
        keep_after_all(session, mine.id)


def test_a_number_of_another_day_does_not_come_back(hub: Database) -> None:
    with hub.transaction() as session:
        old = from_home(session)
        old.day -= timedelta(days=1)
        session.flush()
        with pytest.raises(TicketOfAnotherDay):
            arrive(session, old.id)
        assert workday.end_of_day(session, "seongsu") == 1
        assert old.state == TicketState.EXPIRED


def test_asking_twice_gives_one_number(hub: Database) -> None:
    with hub.transaction() as session:
        visit = ids.new_id()
        for _ in range(2):
            adopt_visit(session, visit, "seongsu", "ko")
        taken = [take_from_afar(session, visit, "deposits", ids.new_id(), AN_HOUR).id for _ in range(2)]
        kept = session.get_one(Ticket, taken[0]).kept_until
    assert taken[0] == taken[1]
    assert kept is not None
    assert kept > clock.now()
