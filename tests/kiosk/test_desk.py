"""The counter: calling numbers, answering the bell, and the display that follows."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from branch.people.pins import set_pin
from branch.tickets.models import Ticket
from kiosk.app import Process
from tests.kiosk.people import Teller, Visitor


def changes(process: Process, person: Visitor | Teller, namespace: str) -> "Listener":
    return Listener(process, person, namespace)


class Listener:
    """A page's socket and what it was told."""

    def __init__(self, process: Process, person: Visitor | Teller, namespace: str) -> None:
        self._namespace = namespace
        self._socket = process.socketio.test_client(
            process.app, namespace=namespace, auth={"csrf": person.csrf}, flask_test_client=person.client
        )

    def heard(self) -> list[str]:
        return [told["args"][0]["what"] for told in self._socket.get_received(self._namespace)]


def test_numbers_are_called_in_order_to_the_tellers_desk(process: Process, teller: Teller) -> None:
    first, second = Visitor(process).arrives(), Visitor(process).arrives()
    numbers = [first.takes_ticket(), second.takes_ticket("cards")]
    teller.goes("/desk/next")
    assert "1번 창구에서 모실게요" in first.reads("/ticket/issued")
    assert "내 앞" in second.reads("/ticket/issued")
    teller.goes("/desk/next")
    assert "이 번호표는 끝났어요" in first.reads("/ticket/issued")
    display = teller.reads("/display")
    assert f'<p class="display-number">{numbers[1]}</p>' in display
    assert f"<strong>{numbers[0]}</strong>" in display


def test_a_teller_who_reads_english_reads_the_line_and_the_visit_in_english(
    process: Process, teller: Teller
) -> None:
    for _ in range(2):
        Visitor(process).arrives().takes_ticket()
    teller.goes("/desk/next")
    assert teller.reads("/desk").count("입출금·통장") > 1
    teller.goes("/staff/language", language="en")
    page = teller.reads("/desk")
    assert "입출금·통장" not in page
    assert page.count("Accounts and cash") > 1
    assert "<span>Began the visit.</span>" in page


def test_calling_with_nobody_there_keeps_the_customer_at_the_desk(process: Process, teller: Teller) -> None:
    visitor = Visitor(process).arrives()
    visitor.takes_ticket()
    teller.goes("/desk/next")
    assert teller.error("/desk/next")[1] == "queue.empty"
    assert "1번 창구에서 모실게요" in visitor.reads("/ticket/issued")


def test_a_desk_calls_only_what_it_serves(process: Process, teller: Teller) -> None:
    Visitor(process).arrives().takes_ticket("loans")
    assert teller.error("/desk/next")[1] == "queue.empty"


def test_finishing_twice_is_refused_and_changes_nothing(process: Process, teller: Teller) -> None:
    visitor = Visitor(process).arrives()
    visitor.takes_ticket()
    teller.goes("/desk/next")
    with process.hub.database.reading() as session:
        from branch.tickets.services import latest_ticket

        ticket = latest_ticket(session, visitor.visit)
    assert ticket is not None
    teller.goes(f"/desk/tickets/{ticket.id}/no-show")
    assert teller.error(f"/desk/tickets/{ticket.id}/finish")[1] == "state.wrong"
    assert teller.error(f"/desk/tickets/{'0' * 32}/finish")[1] == "ticket.not_found"


def test_who_has_no_desk_calls_nobody(process: Process) -> None:
    manager = Teller(process).signs_in("manager@maru.example")
    assert manager.goes_home == "/desk"
    assert manager.error("/desk/next")[1] == "desk.none"
    assert "맡으실 창구를 골라 주세요" in manager.reads("/desk")


def test_the_bell_rings_once_and_is_answered(process: Process, visitor: Visitor, teller: Teller) -> None:
    visitor.goes("/help", back="/ticket")
    visitor.goes("/help", back="/ticket")
    assert "직원이 곧 갑니다" in visitor.reads("/help")
    assert 'href="/ticket"' in visitor.reads("/help")
    assert 'data-ringing="1"' in teller.reads("/desk")
    teller.goes(f"/desk/help/{visitor.visit}")
    assert "직원이 가고 있어요" in visitor.reads("/help")
    assert "data-ringing" not in teller.reads("/desk")


def test_the_bell_works_before_anything_was_touched(process: Process, teller: Teller) -> None:
    stranger = Visitor(process)
    stranger.reads("/")
    stranger.goes("/help", back="/")
    assert "직원이 곧 갑니다" in stranger.reads("/help")
    assert "입구 키오스크" in teller.reads("/desk")


def test_everybody_concerned_is_told(process: Process, visitor: Visitor, teller: Teller) -> None:
    other = Visitor(process).arrives()
    kiosk, stranger = changes(process, visitor, "/kiosk"), changes(process, other, "/kiosk")
    desk, display = changes(process, teller, "/desk"), changes(process, teller, "/display")
    for listener in (kiosk, stranger, desk, display):
        assert listener.heard() == ["all"]
    visitor.goes("/help")
    assert desk.heard() == ["help"]
    assert kiosk.heard() == ["help"]
    assert stranger.heard() == []
    visitor.takes_ticket()
    assert "queue" in desk.heard()
    assert "queue" in display.heard()


def here(page: str) -> str:
    """The ticket at the desk, as the page's forms name it."""
    found = re.search(r"/desk/tickets/(\w{32})/recall", page)
    assert found, "nobody is at the desk"
    return found.group(1)


def calls(teller: Teller) -> str:
    teller.goes("/desk/next")
    return here(teller.reads("/desk"))


def test_the_teller_sees_who_is_next_and_why(process: Process, teller: Teller) -> None:
    Visitor(process).arrives().takes_ticket()
    first = Visitor(process).arrives()
    first.takes_ticket()
    first.goes("/ticket/reason", reason="senior")
    page = teller.reads("/desk")
    row = page[page.index("data-next") :]
    assert row.index("A-002") < row.index("70세 이상이신 분") < row.index("A-001")
    assert "먼저 모실게요" in first.reads("/ticket/issued")


def test_a_reason_is_only_what_somebody_can_say_of_themselves(process: Process, visitor: Visitor) -> None:
    assert visitor.error("/ticket/reason", reason="senior")[1] == "ticket.not_found"
    visitor.takes_ticket()
    assert visitor.error("/ticket/reason", reason="booked")[1] == "input.bad"
    visitor.goes("/ticket/reason", reason="help")
    assert "data-chosen" in visitor.reads("/ticket/reason")
    visitor.goes("/ticket/reason", reason="")
    assert "data-chosen" not in visitor.reads("/ticket/reason")


def test_two_taps_on_one_page_call_one_customer(process: Process, teller: Teller) -> None:
    for _ in range(2):
        Visitor(process).arrives().takes_ticket()
    teller.goes("/desk/next", seen="")
    assert teller.error("/desk/next", seen="")[1] == "state.conflict"
    assert "A-001" in teller.reads("/desk")


def test_parking_and_a_missed_call_have_a_way_back(process: Process, teller: Teller) -> None:
    visitor = Visitor(process).arrives()
    visitor.takes_ticket()
    ticket = calls(teller)
    teller.goes(f"/desk/tickets/{ticket}/park", reason="documents")
    assert "잠시 자리를 비우셨어요" in visitor.reads("/ticket/issued")
    assert "서류를 가지러 가셨어요" in teller.reads("/desk")
    teller.goes(f"/desk/tickets/{ticket}/back")
    teller.goes(f"/desk/tickets/{calls(teller)}/no-show")
    missed = visitor.reads("/ticket/issued")
    assert "번호를 불렀지만 못 만났어요" in missed
    live_part = missed.partition('id="steps" data-live')[2]
    assert 'action="/ticket/back"' in live_part, "the way back shows only on a page opened anew"
    visitor.goes("/ticket/back")
    assert "내 앞" in visitor.reads("/ticket/issued")
    assert "다시 오신 분" in teller.reads("/desk")


def test_a_recall_reaches_kiosk_and_display(process: Process, teller: Teller) -> None:
    visitor = Visitor(process).arrives()
    visitor.takes_ticket()
    teller.goes(f"/desk/tickets/{calls(teller)}/recall")
    assert "번호를 한 번 더 불렀어요" in visitor.reads("/ticket/issued")
    assert '"again": true' in teller.reads("/display")


@pytest.mark.parametrize(
    ("action", "fields", "says"),
    [
        ("to-service", {"to": "loans"}, "대출 상담"),
        ("to-desk", {"to": "seongsu-2"}, "A-001"),
        ("to-expert", {"to": "tax"}, "전문가에게 이어 드렸어요"),
        ("finish", {"outcome": "not_possible"}, "업무를 마쳤어요"),
        ("priority", {"reason": "pregnant"}, "임신 중이신 분"),
    ],
)
def test_what_a_teller_does_with_a_ticket_is_seen(
    process: Process, teller: Teller, action: str, fields: dict[str, str], says: str
) -> None:
    Visitor(process).arrives().takes_ticket()
    teller.goes(f"/desk/tickets/{calls(teller)}/{action}", **fields)
    assert says in teller.reads("/desk")


def test_who_is_passed_on_to_an_expert_is_led_there_until_it_is_undone(
    process: Process, teller: Teller
) -> None:
    visitor = Visitor(process).arrives()
    visitor.takes_ticket()
    teller.goes(f"/desk/tickets/{calls(teller)}/to-expert", to="tax")
    page = visitor.reads("/ticket/issued")
    assert "세금 전문가에게 이어 드렸어요" in page
    assert 'name="topic" value="tax"' in page
    assert "번호표를 새로" not in page
    teller.goes("/desk/undo")
    assert "1번 창구에서 모실게요" in visitor.reads("/ticket/issued")


def test_what_makes_no_sense_is_refused(process: Process, teller: Teller) -> None:
    Visitor(process).arrives().takes_ticket()
    ticket = calls(teller)
    assert teller.error(f"/desk/tickets/{ticket}/park", reason="tea")[1] == "input.bad"
    assert teller.error(f"/desk/tickets/{ticket}/dance")[0] == 404
    assert teller.error("/desk/day", what="party")[1] == "input.bad"
    assert teller.error("/desk/at", desk="moon")[0] == 404


def test_undo_takes_the_last_thing_back(process: Process, teller: Teller) -> None:
    visitor = Visitor(process).arrives()
    visitor.takes_ticket()
    teller.goes(f"/desk/tickets/{calls(teller)}/finish")
    teller.goes("/desk/undo")
    assert "1번 창구에서 모실게요" in visitor.reads("/ticket/issued")
    assert teller.error("/desk/undo")[1] == "desk.nothing_to_undo"


def test_who_walks_up_is_served_at_once(teller: Teller) -> None:
    teller.goes("/desk/walk-in", service="cards")
    assert "E-001" in teller.reads("/desk")


def test_a_break_stops_the_calling(process: Process, teller: Teller) -> None:
    Visitor(process).arrives().takes_ticket()
    teller.goes("/desk/day", what="break")
    assert "쉬는 중" in teller.reads("/desk")
    assert teller.error("/desk/next")[1] == "desk.closed"
    teller.goes("/desk/day", what="open")
    teller.goes("/desk/next")
    assert teller.error("/desk/day", what="close")[1] == "desk.customer_here"


def test_a_note_stays_with_the_visit(process: Process, teller: Teller) -> None:
    visitor = Visitor(process).arrives()
    visitor.takes_ticket()
    calls(teller)
    teller.goes("/desk/notes", visit=visitor.visit, text=" 인감을 <b>가져오셨어요</b> ")
    assert "인감을 &lt;b&gt;가져오셨어요&lt;/b&gt;" in teller.reads("/desk")
    assert teller.error("/desk/notes", visit=visitor.visit, text=" ")[1] == "text.too_long"
    assert teller.error("/desk/notes", visit="", text="누구?")[0] == 404


def test_a_pin_signs_in_at_a_desk_without_the_centre(process: Process) -> None:
    with process.hub.database.transaction() as session:
        set_pin(session, "teller@maru.example", "480159")
    teller = Teller(process)
    teller.reads("/desk/sign-in")
    again = teller.sends("/desk/sign-in", login="teller@maru.example", pin="1111")
    assert again.status_code == 400
    assert "PIN이 맞지 않아요" in again.get_data(as_text=True)
    assert 'value="teller@maru.example"' in again.get_data(as_text=True)
    fields = {"login": "teller@maru.example", "pin": "480159", "desk": "seongsu-3"}
    assert teller.goes("/desk/sign-in", **fields) == "/desk"
    assert "3번 창구" in teller.reads("/desk")


def test_yesterdays_tickets_are_closed_by_themselves(process: Process, visitor: Visitor) -> None:
    visitor.takes_ticket()
    with process.hub.database.transaction() as session:
        session.scalars(select(Ticket)).one().day -= timedelta(days=1)
    assert process.day.look() == 1
    assert process.day.look() == 0
    assert "이 번호표는 끝났어요" in visitor.reads("/ticket/issued")
