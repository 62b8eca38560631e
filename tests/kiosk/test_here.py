"""Checking in at the branch: numbers that phones hold, the code on the screens, and guessing."""

from typing import Any

import pytest

from branch import clock, ids
from branch.database import Database
from branch.link.outbox import carry_out
from branch.slips.services import latest_slip
from branch.tickets.door import STEP, door_code, is_here
from branch.tickets.models import Priority, Ticket, TicketState
from branch.visits.models import VisitEvent
from kiosk.app import Process
from tests.kiosk.people import Teller, Visitor


def asks(database: Database, kind: str, **payload: object) -> None:
    """The centre asks something of the hub."""
    with database.transaction() as session:
        carry_out(session, {"id": ids.new_id(), "kind": kind, "payload": payload})


def from_home(process: Process, kept: int | None = 30, service: str = "deposits") -> tuple[str, str]:
    """A phone's number; its visit and the request's id."""
    visit, request = ids.new_id(), ids.new_id()
    wish = {"visit": visit, "request": request, "branch": "seongsu", "language": "ko", "service": service}
    asks(process.hub.database, "ticket.issue", kept=kept, **wish)
    return visit, request


def ticket_of(process: Process, visit: str) -> Ticket:
    with process.hub.database.reading() as session:
        return session.query(Ticket).filter_by(visit_id=visit).one()


def events(process: Process, visit: str) -> list[tuple[str, dict[str, Any]]]:
    with process.hub.database.reading() as session:
        told = session.query(VisitEvent).filter_by(visit_id=visit).order_by(VisitEvent.at).all()
    return [(event.kind, event.payload) for event in told]


def test_a_number_from_home_is_typed_on_arrival(process: Process, visitor: Visitor) -> None:
    visit, _ = from_home(process)
    assert 'data-key="A"' in visitor.reads("/here")
    assert visitor.goes("/here", number=" a-001 ") == "/here/welcome"
    page = visitor.reads("/here/welcome")
    assert "기다리고 있었어요" in page
    assert "A-001" in page
    assert ticket_of(process, visit).state == TicketState.WAITING
    assert visitor.goes("/here", number="A001") == "/here/welcome"


def test_it_is_not_called_and_not_printed_before(process: Process, teller: Teller) -> None:
    visit, _ = from_home(process)
    with process.hub.reading() as session:
        assert latest_slip(session, ticket_of(process, visit).id) is None
    assert teller.error("/desk/next", seen="")[1] == "queue.empty"


def test_five_wrong_numbers_lock_the_typing_for_a_while(process: Process, visitor: Visitor) -> None:
    from_home(process)
    codes = [visitor.error("/here", number=f"A-9{number}")[1] for number in range(6)]
    assert codes == ["ticket.not_found"] * 5 + ["input.too_often"]
    assert visitor.error("/here", number="A-001")[1] == "input.too_often"


@pytest.mark.parametrize("number", ["", "012", "AA-1", "A-0000", "<b>", "A-001; DROP"])
def test_what_is_no_number_is_not_found(visitor: Visitor, number: str) -> None:
    assert visitor.error("/here", number=number)[:2] == (404, "ticket.not_found")


def test_the_code_on_the_screens_changes_and_is_known_to_the_centre(
    process: Process, visitor: Visitor
) -> None:
    answer = visitor.client.get("/here.svg")
    assert answer.mimetype == "image/svg+xml"
    key, now = process.hub.settings.link_key.get_secret_value(), clock.now()
    code = door_code("seongsu", key, now)
    later = now.fromtimestamp(now.timestamp() + 3 * STEP, now.tzinfo)
    assert is_here("seongsu", key, code, now)
    assert not is_here("seongsu", key, code, later)
    assert not is_here("gangnam", key, code, now)
    assert not is_here("seongsu", "another key", code, now)


def test_a_refusal_is_told_to_the_phone_that_asked(process: Process) -> None:
    visit, request = from_home(process, service="nothing")
    assert events(process, visit) == [("request.refused", {"request": request, "code": "page.not_found"})]


def test_what_the_phone_asks_is_done_once_and_too_late_changes_nothing(process: Process) -> None:
    visit, _ = from_home(process, kept=None)
    ticket, database = ticket_of(process, visit).id, process.hub.database
    asks(database, "ticket.out", ticket=ticket, minutes=10)
    assert ticket_of(process, visit).is_away
    asks(database, "ticket.back", ticket=ticket)
    asks(database, "ticket.give_back", ticket=ticket)
    asks(database, "ticket.give_back", ticket=ticket)
    assert ticket_of(process, visit).state == TicketState.CANCELLED
    asks(database, "ticket.keep", ticket=ticket)
    asks(database, "ticket.keep", ticket=ticket)
    assert ticket_of(process, visit).state == TicketState.WAITING
    kinds = [kind for kind, _ in events(process, visit)]
    assert kinds.count("ticket.cancelled") == kinds.count("ticket.undone") == 1


def test_the_setting_says_how_long_a_missed_call_can_be_made_good(process: Process, teller: Teller) -> None:
    visit, _ = from_home(process, kept=None)
    ticket = ticket_of(process, visit).id
    teller.goes("/desk/next", seen="")
    teller.goes(f"/desk/tickets/{ticket}/no-show")
    kept = ticket_of(process, visit).kept_until
    told = dict(events(process, visit))["ticket.no_show"]
    assert kept is not None
    assert str(kept) == told["kept_until"]
    assert round((kept - clock.now()).total_seconds() / 60) == process.hub.settings.return_minutes


def test_an_appointment_is_typed_by_its_number(process: Process, visitor: Visitor) -> None:
    visit = ids.new_id()
    booked = {"appointment": ids.new_id(), "service": "loans", "starts_at": clock.now().isoformat()}
    who = {"visit": visit, "branch": "seongsu", "language": "ko", "number": "482107"}
    asks(process.hub.database, "appointment.set", **booked, **who, state="booked", version=1)
    assert visitor.error("/here", number="482108")[1] == "appointment.not_found"
    assert visitor.goes("/here", number="482 107") == "/here/welcome"
    assert "예약하신 분" in visitor.reads("/here/welcome")
    ticket = ticket_of(process, visit)
    assert (ticket.number, ticket.priority) == ("C-001", Priority.BOOKED)
    assert visitor.goes("/here", number="482107") == "/here/welcome"
    with process.hub.database.reading() as session:
        assert latest_slip(session, ticket.id) is not None
