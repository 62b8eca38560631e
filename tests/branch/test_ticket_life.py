"""A ticket's life at the desks: one number for all of it, and every step that can be taken back."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from branch import clock
from branch.database import Database
from branch.errors import Conflict, MaruError, NotFound, WrongState
from branch.link import inbox, outbox
from branch.people.models import Desk
from branch.tickets import actions, desks, returns, workday
from branch.tickets.calling import call_next, waiting_tickets
from branch.tickets.errors import CustomerAtDesk, DeskClosed, NobodyWaiting, NothingToUndo, TooLate
from branch.tickets.models import Outcome, ParkReason, Priority, Ticket, TicketState
from branch.tickets.moves import ALLOWED, CHANGING, as_it_is, close_ticket
from branch.tickets.services import issue_ticket
from branch.visits.models import VisitEvent, VisitNote
from branch.visits.notes import notes_of, write_note
from branch.visits.services import forget, open_visit

FIRST, SECOND, LOANS = "seongsu-1", "seongsu-2", "seongsu-4"


def arrive(hub: Database, service: str = "deposits", priority: Priority | None = None) -> str:
    with hub.transaction() as session:
        return issue_ticket(session, open_visit(session, "seongsu", "kiosk", "ko").id, service, priority).id


def now(hub: Database, ticket: str) -> Ticket:
    with hub.reading() as session:
        return session.get_one(Ticket, ticket)


def kinds(hub: Database, ticket: str) -> list[str]:
    with hub.reading() as session:
        events = session.scalars(select(VisitEvent).where(VisitEvent.kind.like("ticket.%")))
        return [event.kind for event in events if event.payload.get("ticket") == ticket]


def called(hub: Database, priority: Priority | None = None) -> str:
    arrive(hub, priority=priority)
    with hub.transaction() as session:
        return call_next(session, FIRST).id


def test_parking_brings_back_to_the_front_of_the_class(hub: Database) -> None:
    parked = called(hub)
    arrive(hub)
    with hub.transaction() as session:
        desks.park(session, FIRST, parked, ParkReason.FORM)
        assert session.get_one(Ticket, parked).park_reason == ParkReason.FORM
        returns.come_back(session, parked)
        assert call_next(session, FIRST).id == parked
    assert kinds(hub, parked)[-3:] == ["ticket.parked", "ticket.returned", "ticket.called"]


def test_a_recall_is_counted_and_starts_anew_with_the_next_call(hub: Database) -> None:
    ticket = called(hub)
    with hub.transaction() as session:
        desks.recall(session, FIRST, ticket)
        assert desks.recall(session, FIRST, ticket).recalls == 2
        desks.transfer_to_desk(session, FIRST, ticket, SECOND)
        assert call_next(session, SECOND).recalls == 0


def test_the_number_stays_when_the_service_changes_and_the_waiting_counts(hub: Database) -> None:
    early, number = called(hub), now(hub, arrive(hub)).number
    arrive(hub, "loans")
    with hub.transaction() as session:
        moved = desks.transfer_to_service(session, FIRST, early, "loans")
        assert (moved.number, moved.service_id) == ("A-001", "seongsu.loans")
        assert call_next(session, LOANS).id == early
        assert call_next(session, FIRST).number == number
        with pytest.raises(NotFound):
            desks.transfer_to_service(session, LOANS, early, "massage")


def test_who_is_sent_to_a_desk_is_called_there_only(hub: Database) -> None:
    ticket = called(hub)
    with hub.transaction() as session:
        desks.transfer_to_desk(session, FIRST, ticket, LOANS)
        with pytest.raises(NobodyWaiting):
            call_next(session, FIRST)
        with pytest.raises(NotFound):
            desks.transfer_to_desk(session, LOANS, call_next(session, LOANS).id, LOANS)


def test_closing_a_desk_gives_back_who_was_sent_there(hub: Database) -> None:
    ticket = called(hub)
    with hub.transaction() as session:
        desks.transfer_to_desk(session, FIRST, ticket, LOANS)
        workday.close_desk(session, LOANS)
        with pytest.raises(DeskClosed):
            call_next(session, LOANS)
        assert call_next(session, FIRST).id == ticket
        with pytest.raises(CustomerAtDesk):
            workday.pause_desk(session, FIRST)


def test_a_break_keeps_everything_as_it_is(hub: Database) -> None:
    arrive(hub)
    with hub.transaction() as session:
        workday.pause_desk(session, FIRST)
        with pytest.raises(DeskClosed):
            call_next(session, FIRST)
        workday.open_desk(session, FIRST)
        assert call_next(session, FIRST)


def test_after_a_no_show_there_is_a_way_back_for_a_while(hub: Database) -> None:
    ticket = called(hub)
    arrive(hub)
    with hub.transaction() as session:
        desks.no_show(session, FIRST, ticket)
        returns.come_back(session, ticket)
        assert call_next(session, FIRST).id == ticket
        desks.no_show(session, FIRST, ticket, within=timedelta(seconds=-1))
        with pytest.raises(TooLate):
            returns.come_back(session, ticket)


def test_a_visit_with_a_new_ticket_does_not_get_the_old_one_back(hub: Database) -> None:
    ticket = called(hub)
    with hub.transaction() as session:
        desks.no_show(session, FIRST, ticket)
        issue_ticket(session, session.get_one(Ticket, ticket).visit_id, "cards")
        with pytest.raises(WrongState):
            returns.come_back(session, ticket)


def test_who_walks_up_is_served_at_once(hub: Database) -> None:
    waiting = arrive(hub)
    with hub.transaction() as session:
        direct = desks.walk_direct(session, FIRST, "deposits")
        assert (direct.state, direct.number) == (TicketState.CALLED, "A-002")
        with pytest.raises(WrongState):
            desks.walk_direct(session, FIRST, "deposits")
        actions.undo(session, FIRST)
    assert now(hub, direct.id).state == TicketState.CANCELLED
    assert now(hub, waiting).state == TicketState.WAITING


def test_a_referral_ends_the_desks_part(hub: Database) -> None:
    ticket = called(hub)
    with hub.transaction() as session:
        assert desks.refer_to_expert(session, FIRST, ticket, "tax").outcome == Outcome.EXPERT
    assert kinds(hub, ticket)[-1] == "ticket.referred"


ACTIONS: dict[str, Callable[[Session, str], object]] = {
    "called": lambda _session, _ticket: None,
    "recalled": lambda session, ticket: desks.recall(session, FIRST, ticket),
    "parked": lambda session, ticket: desks.park(session, FIRST, ticket, ParkReason.OTHER),
    "no_show": lambda session, ticket: desks.no_show(session, FIRST, ticket),
    "finished": lambda session, ticket: desks.finish(session, FIRST, ticket, Outcome.NOT_POSSIBLE),
    "service": lambda session, ticket: desks.transfer_to_service(session, FIRST, ticket, "loans"),
    "desk": lambda session, ticket: desks.transfer_to_desk(session, FIRST, ticket, SECOND),
    "referred": lambda session, ticket: desks.refer_to_expert(session, FIRST, ticket, "tax"),
    "priority": lambda session, ticket: desks.say_priority(session, FIRST, ticket, None),
}


@pytest.mark.parametrize("action", ACTIONS)
def test_undo_puts_everything_back_here_and_at_the_centre(
    hub: Database, centre: Database, action: str
) -> None:
    ticket = called(hub, priority=Priority.SENIOR)
    waiting = {"state": "waiting", "desk_id": None, "called_at": None}
    before = {**as_it_is(now(hub, ticket)), **(waiting if action == "called" else {})}
    with hub.transaction() as session:
        ACTIONS[action](session, ticket)
        actions.undo(session, FIRST)
        with pytest.raises(NothingToUndo):
            actions.undo(session, FIRST)
        assert session.get_one(Desk, FIRST).priority_streak == (0 if action == "called" else 1)
    assert as_it_is(now(hub, ticket)) == before
    follows(hub, centre)


def follows(hub: Database, centre: Database) -> None:
    """The centre knows every ticket as the hub does."""
    with hub.transaction() as session:
        up = outbox.pending(session)
        ours = {ticket.id: as_it_is(ticket) for ticket in session.scalars(select(Ticket))}
    with centre.transaction() as session:
        inbox.receive(session, "seongsu", up.stream, up.events)
        theirs = {ticket.id: as_it_is(ticket) for ticket in session.scalars(select(Ticket))}
    untimed = [name for name in CHANGING if not name.endswith("_at")]
    assert {key: [told[name] for name in untimed] for key, told in theirs.items()} == {
        key: [told[name] for name in untimed] for key, told in ours.items()
    }


def test_the_centre_follows_a_long_life(hub: Database, centre: Database) -> None:
    ticket = called(hub)
    with hub.transaction() as session:
        desks.recall(session, FIRST, ticket)
        desks.park(session, FIRST, ticket, ParkReason.DOCUMENTS)
    follows(hub, centre)
    with hub.transaction() as session:
        returns.come_back(session, ticket)
        returns.set_priority(session, ticket, Priority.PREGNANT)
        call_next(session, FIRST)
        desks.transfer_to_service(session, FIRST, ticket, "loans")
    follows(hub, centre)
    with hub.transaction() as session:
        call_next(session, LOANS)
        desks.finish(session, LOANS, ticket, Outcome.OTHER_APPOINTMENT)
    follows(hub, centre)


def test_one_tap_that_finished_and_called_is_one_undo(hub: Database) -> None:
    first, second = called(hub), arrive(hub)
    with hub.transaction() as session:
        assert desks.next_customer(session, FIRST, seen=first).id == second
        assert actions.undo(session, FIRST) == "called"
    assert (now(hub, first).state, now(hub, second).state) == (TicketState.CALLED, TicketState.WAITING)


def test_what_moved_on_is_not_undone(hub: Database) -> None:
    ticket = called(hub)
    with hub.transaction() as session:
        desks.transfer_to_desk(session, FIRST, ticket, SECOND)
        call_next(session, SECOND)
    with pytest.raises(Conflict), hub.transaction() as session:
        actions.undo(session, FIRST)
    assert now(hub, ticket).desk_id == SECOND


def test_a_second_tap_on_an_old_page_calls_nobody(hub: Database) -> None:
    first = arrive(hub)
    second = arrive(hub)
    with hub.transaction() as session:
        assert desks.next_customer(session, FIRST, seen="").id == first
    with pytest.raises(Conflict), hub.transaction() as session:
        desks.next_customer(session, FIRST, seen="")
    assert now(hub, second).state == TicketState.WAITING


def test_with_nobody_waiting_the_customer_stays(hub: Database) -> None:
    ticket = called(hub)
    with pytest.raises(NobodyWaiting), hub.transaction() as session:
        desks.next_customer(session, FIRST, seen=ticket)
    assert now(hub, ticket).state == TicketState.CALLED


def test_another_desk_cannot_touch_ones_customer(hub: Database) -> None:
    ticket = called(hub)
    with hub.transaction() as session:
        for act in (desks.recall, desks.no_show, desks.finish):
            with pytest.raises(WrongState):
                act(session, SECOND, ticket)


def test_a_parked_number_can_be_called_by_hand(hub: Database) -> None:
    ticket = called(hub)
    with hub.transaction() as session:
        desks.park(session, FIRST, ticket, ParkReason.PHONE)
        assert desks.call_given(session, SECOND, ticket, seen="").desk_id == SECOND


def test_a_ticket_of_yesterday_is_not_called_and_is_closed(hub: Database) -> None:
    ticket = arrive(hub)
    with hub.transaction() as session:
        session.get_one(Ticket, ticket).day -= timedelta(days=1)
    with hub.transaction() as session:
        assert waiting_tickets(session, "seongsu") == []
        with pytest.raises(NobodyWaiting):
            call_next(session, FIRST)
        with pytest.raises(WrongState):
            desks.call_given(session, FIRST, ticket)
        assert workday.end_of_day(session, "seongsu") == 1
        assert workday.end_of_day(session, "seongsu") == 0
    assert now(hub, ticket).state == TicketState.EXPIRED


def test_a_priority_is_said_and_taken_back(hub: Database) -> None:
    first, second = arrive(hub), arrive(hub)
    with hub.transaction() as session:
        returns.set_priority(session, second, Priority.HELP)
        returns.set_priority(session, second, Priority.HELP)
        assert [ticket.id for ticket in waiting_tickets(session, "seongsu")] == [second, first]
        returns.set_priority(session, second, None)
        assert [ticket.id for ticket in waiting_tickets(session, "seongsu")] == [first, second]
    assert kinds(hub, second).count("ticket.priority") == 2


@pytest.mark.parametrize("state", TicketState)
def test_a_ticket_goes_only_where_the_table_says(hub: Database, state: TicketState) -> None:
    ticket = arrive(hub)
    with hub.transaction() as session:
        row = session.get_one(Ticket, ticket)
        row.state, row.desk_id = state, FIRST
    for to in (TicketState.FINISHED, TicketState.NO_SHOW, TicketState.CANCELLED, TicketState.EXPIRED):
        if to in ALLOWED.get(state, frozenset()):
            continue
        with pytest.raises(MaruError), hub.transaction() as session:
            close_ticket(session, ticket, to)
        assert now(hub, ticket).state == state


@pytest.mark.parametrize(
    ("column", "value"),
    [("state", "lost"), ("priority", "vip"), ("park_reason", "tea"), ("outcome", "bored"), ("desk_id", None)],
)
def test_the_schema_knows_the_words(hub: Database, column: str, value: str | None) -> None:
    ticket = called(hub)
    with pytest.raises(IntegrityError), hub.transaction() as session:
        setattr(session.get_one(Ticket, ticket), column, value)


def test_forgetting_a_visit_erases_its_notes(hub: Database) -> None:
    with hub.transaction() as session:
        visit = open_visit(session, "seongsu", "kiosk", "ko").id
        session.add(VisitNote(id="a" * 32, visit_id=visit, staff_id=None, at=clock.now(), text="통장 재발급"))
    with hub.transaction() as session:
        assert [note.text for note in notes_of(session, visit)] == ["통장 재발급"]
        forget(session, visit)
        assert notes_of(session, visit) == []
        with pytest.raises(NotFound):
            write_note(session, visit, "b" * 32, "다시")
