"""Tickets: numbers, the order of calling, states, and races between desks and kiosks."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branch.database import Database
from branch.errors import NotFound, WrongState
from branch.people.models import Branch
from branch.tickets.calling import call_next, waiting_tickets
from branch.tickets.errors import NobodyWaiting, ServiceClosed
from branch.tickets.models import Service, Ticket, TicketState
from branch.tickets.moves import close_ticket
from branch.tickets.services import is_open, issue_ticket
from branch.tickets.wait import people_ahead, spread
from branch.visits.services import open_visit


def arrive(database: Database, service: str) -> Ticket:
    with database.transaction() as session:
        visit = open_visit(session, "seongsu", "kiosk", "ko")
        return issue_ticket(session, visit.id, service)


def test_numbers_count_up_by_letter(hub: Database) -> None:
    numbers = [arrive(hub, service).number for service in ("deposits", "savings", "deposits")]
    assert numbers == ["A-001", "B-001", "A-002"]


def test_asking_twice_gives_the_same_ticket(hub: Database) -> None:
    with hub.transaction() as session:
        visit = open_visit(session, "seongsu", "kiosk", "ko")
        first = issue_ticket(session, visit.id, "deposits")
        again = issue_ticket(session, visit.id, "deposits")
    assert first.id == again.id
    assert arrive(hub, "deposits").number == "A-002"


def test_an_unknown_service_is_not_found(hub: Database) -> None:
    with pytest.raises(NotFound):
        arrive(hub, "massage")


def test_a_closed_service_gives_no_number_and_uses_none_up(hub: Database) -> None:
    with hub.transaction() as session:
        session.get_one(Service, "seongsu.deposits").paused = True
    with pytest.raises(ServiceClosed) as refused:
        arrive(hub, "deposits")
    assert refused.value.code == "service.closed"
    with hub.transaction() as session:
        session.get_one(Service, "seongsu.deposits").paused = False
    assert arrive(hub, "deposits").number == "A-001"


@pytest.mark.parametrize(("hour_utc", "open_then"), [(23, False), (0, True), (6, True), (7, False)])
def test_hours_are_read_in_the_branchs_own_time(hour_utc: int, open_then: bool) -> None:
    service = Service(opens=time(9), closes=time(16), paused=False)
    branch = Branch(timezone="Asia/Seoul")
    assert is_open(service, branch, datetime(2026, 11, 23, hour_utc, tzinfo=UTC)) is open_then


def test_the_longest_waiting_is_called_first_and_only_where_served(hub: Database) -> None:
    loan, first, second = arrive(hub, "loans"), arrive(hub, "deposits"), arrive(hub, "deposits")
    with hub.transaction() as session:
        assert call_next(session, "seongsu-1").id == first.id
        assert call_next(session, "seongsu-1").id == second.id
        with pytest.raises(NobodyWaiting):
            call_next(session, "seongsu-1")
        assert call_next(session, "seongsu-4").id == loan.id


def test_people_ahead_counts_those_whom_the_same_desks_call_first(hub: Database) -> None:
    arrive(hub, "loans")
    arrive(hub, "savings")
    mine = arrive(hub, "deposits")
    with hub.reading() as session:
        assert people_ahead(session, mine) == 1


def test_a_finished_ticket_cannot_be_closed_again(hub: Database) -> None:
    arrive(hub, "deposits")
    with hub.transaction() as session:
        ticket = call_next(session, "seongsu-1")
        close_ticket(session, ticket.id, TicketState.FINISHED)
        with pytest.raises(WrongState):
            close_ticket(session, ticket.id, TicketState.NO_SHOW)


def test_kiosks_and_desks_at_once_repeat_no_number_and_call_nobody_twice(hub: Database) -> None:
    with ThreadPoolExecutor(8) as kiosks:
        tickets = list(kiosks.map(lambda _: arrive(hub, "deposits"), range(40)))
    assert Counter(ticket.number for ticket in tickets).most_common(1)[0][1] == 1

    def call(desk: str) -> str | None:
        try:
            with hub.transaction() as session:
                return call_next(session, desk).id
        except NobodyWaiting:
            return None

    with ThreadPoolExecutor(8) as desks:
        called = list(desks.map(call, ["seongsu-1", "seongsu-2"] * 25))
    winners = [ticket for ticket in called if ticket]
    assert sorted(winners) == sorted(ticket.id for ticket in tickets)
    with hub.reading() as session:
        assert waiting_tickets(session, "seongsu") == []


@given(ahead=st.integers(0, 80), desks=st.integers(1, 9), short=st.floats(1, 20), more=st.floats(0, 30))
def test_a_wait_range_is_ordered_and_grows_with_the_line(
    ahead: int, desks: int, short: float, more: float
) -> None:
    low, high = spread(ahead, desks, short, short + more)
    assert 0 <= low < high
    longer_low, longer_high = spread(ahead + desks, desks, short, short + more)
    assert longer_low >= low
    assert longer_high >= high
