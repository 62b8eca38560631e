"""Several services in one visit: one number for life, from one line to the next."""

import pytest

from branch.database import Database
from branch.errors import NotFound, WrongState
from branch.tickets import actions, desks
from branch.tickets.calling import call_next
from branch.tickets.errands import also_wants, errands
from branch.tickets.models import Outcome, Service, Ticket, TicketState
from branch.tickets.services import issue_ticket
from branch.visits.services import open_visit
from tests.branch.test_link import deliver, parcel

FIRST, LOANS = "seongsu-1", "seongsu-4"


def called(hub: Database, *after: str) -> str:
    """Somebody at the first desk who wants these things as well."""
    with hub.transaction() as session:
        ticket = issue_ticket(session, open_visit(session, "seongsu", "kiosk", "ko").id, "deposits")
        for service in after:
            also_wants(session, ticket.id, service)
        return call_next(session, FIRST).id


def test_after_one_desk_the_same_number_stands_in_the_next_line(hub: Database, centre: Database) -> None:
    ticket = called(hub, "loans", "exchange")
    with hub.transaction() as session:
        went_on = desks.finish(session, FIRST, ticket)
        assert (went_on.number, went_on.state, went_on.service_id) == ("A-001", "waiting", "seongsu.loans")
        assert call_next(session, LOANS).id == ticket
    up = parcel(hub)
    deliver(centre, up.stream, up.events)
    with centre.reading() as session:
        known = session.get_one(Ticket, ticket)
    assert (known.state, known.service_id, known.errands) == ("called", "seongsu.loans", "exchange")
    with hub.transaction() as session:
        assert desks.finish(session, LOANS, ticket).service_id == "seongsu.exchange"
        call_next(session, "seongsu-3")
        assert desks.finish(session, "seongsu-3", ticket, Outcome.DONE).state == TicketState.FINISHED


def test_undo_brings_back_both_the_desk_and_what_comes_after(hub: Database) -> None:
    ticket = called(hub, "loans")
    with hub.transaction() as session:
        desks.finish(session, FIRST, ticket)
        actions.undo(session, FIRST)
        back = session.get_one(Ticket, ticket)
        assert (back.state, back.desk_id, errands(back)) == (TicketState.CALLED, FIRST, ["loans"])


def test_asking_again_takes_it_out_and_nonsense_is_refused(hub: Database) -> None:
    ticket = called(hub, "loans", "cards", "loans")
    with hub.transaction() as session:
        assert errands(session.get_one(Ticket, ticket)) == ["cards"]
        with pytest.raises(NotFound):
            also_wants(session, ticket, "nothing")
        with pytest.raises(WrongState):
            also_wants(session, ticket, "deposits")
        for service in ("loans", "savings"):
            also_wants(session, ticket, service)
        with pytest.raises(WrongState):
            also_wants(session, ticket, "exchange")


def test_a_service_that_is_gone_meanwhile_is_left_out(hub: Database) -> None:
    ticket = called(hub, "loans")
    with hub.transaction() as session:
        row = session.get_one(Ticket, ticket)
        row.errands = "gone,loans"
        session.flush()
        assert desks.finish(session, FIRST, ticket).service_id == "seongsu.loans"
        assert session.get(Service, "seongsu.gone") is None
