"""The counter: calling numbers, answering the bell, and the display that follows."""

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
    assert "창구 없음" in manager.reads("/desk")


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
