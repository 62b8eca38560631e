"""Customers and advisors on their sockets: snapshots, hints, claims, and what is refused."""

import threading
from functools import partial
from typing import Any

import pytest
from flask_socketio import SocketIOTestClient

from branch.consults import services as consults
from branch.consults.errors import ConsultTaken
from branch.consults.models import ConsultState
from branch.errors import MaruError
from branch.people.models import Role
from signaling.access import EVENTS
from tests.waiting import until
from tests.web.house import ROLE_LOGINS, Browser, House, heard
from tests.web.test_access import browser_of
from tests.web.test_visit import issued, tell

ROLES = (Role.VISITOR, Role.CUSTOMER, *ROLE_LOGINS)
OURS = ("/customer", "/staff", "/link")


def ask(socket: SocketIOTestClient, namespace: str, event: str, **detail: Any) -> dict[str, Any]:
    """The answer to an event."""
    answer: dict[str, Any] = socket.emit(event, detail, namespace=namespace, callback=True)
    return answer


def code(answer: dict[str, Any]) -> str:
    assert answer["ok"] is False, answer
    return str(answer["error"]["code"])


@pytest.fixture
def phone(house: House) -> Browser:
    return house.customer()


@pytest.fixture
def advisor(house: House) -> SocketIOTestClient:
    return house.staff("tax@maru.example").socket("/staff")


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("namespace", OURS)
def test_every_namespace_for_every_role(house: House, role: Role, namespace: str) -> None:
    socket = browser_of(house, role).socket(namespace)
    allowed = role in EVENTS[f"{namespace} connect"] and namespace != "/link"
    assert socket.is_connected(namespace) is allowed


@pytest.mark.parametrize(
    "row", [row for row in EVENTS if row.split()[0] in OURS and not row.endswith(" connect")]
)
def test_every_event_is_refused_once_its_role_is_gone(
    house: House, row: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The table is asked for each event, not only at the door."""
    namespace, event = row.split()
    if namespace == "/link":
        process = house.process
        auth = {"branch": "seongsu", "key": "the-key-of-seongsu"}
        socket = process.socketio.test_client(process.app, namespace=namespace, auth=auth)
    else:
        role = Role.CUSTOMER if namespace == "/customer" else Role.ADVISOR
        socket = browser_of(house, role).socket(namespace)
    assert socket.is_connected(namespace)
    monkeypatch.setitem(EVENTS, row, frozenset())
    assert code(ask(socket, namespace, event)) == "access.denied"


def test_a_socket_without_the_pages_token_is_refused(house: House, phone: Browser) -> None:
    process = house.process
    socket = process.socketio.test_client(
        process.app, namespace="/customer", flask_test_client=phone.client, auth={"csrf": "nonsense"}
    )
    assert not socket.is_connected("/customer")


def test_an_unknown_event_is_answered(phone: Browser) -> None:
    assert code(ask(phone.socket("/customer"), "/customer", "consult.explode")) == "event.unknown"


@pytest.mark.parametrize("detail", ["text", 5, ["list"], None])
def test_an_event_that_is_no_object_is_refused(phone: Browser, detail: object) -> None:
    answer = phone.socket("/customer").emit("media.state", detail, namespace="/customer", callback=True)
    assert code(answer) == "input.bad"


@pytest.mark.parametrize("state", ["connected!", "", None, 5])
def test_a_media_state_nobody_knows_is_refused(phone: Browser, state: object) -> None:
    socket = phone.socket("/customer")
    consult = phone.stand_in_line()
    assert code(ask(socket, "/customer", "media.state", consult=consult, state=state)) == "input.bad"


def test_a_snapshot_comes_by_itself_and_on_asking(phone: Browser) -> None:
    consult = phone.stand_in_line()
    socket = phone.socket("/customer")
    (first,) = heard(socket, "/customer", "snapshot")
    assert (first["consult"]["id"], first["ticket"]) == (consult, None)
    assert ask(socket, "/customer", "snapshot")["ok"] is True
    assert heard(socket, "/customer", "snapshot") == [first]


def test_advisors_of_the_topic_see_who_waits_and_others_do_not(house: House, phone: Browser) -> None:
    logins = ("tax@maru.example", "products@maru.example", "realestate@maru.example")
    tax, products, houses = (house.staff(login).socket("/staff") for login in logins)
    consult = phone.stand_in_line("tax")
    for socket in (tax, products):
        told = until(partial(heard, socket, "/staff", "waiting.changed"), "the line")
        assert [each["id"] for each in told[-1]] == [consult]
    assert heard(houses, "/staff", "waiting.changed") == []


def test_accepting_tells_everybody_concerned(
    house: House, phone: Browser, advisor: SocketIOTestClient
) -> None:
    consult = phone.stand_in_line()
    follower = house.customer()
    second = follower.stand_in_line()
    mine, next_in_line = phone.socket("/customer"), follower.socket("/customer")
    answer = ask(advisor, "/staff", "consult.accept", consult=consult)
    assert (answer["ok"], answer["consult"]["state"]) == (True, "accepted")
    # The line is told a little later, so what it was told of the second in it may still be under way.
    view = until(lambda: changed(mine, "consult", state="accepted"), "the acceptance")[-1]
    assert view["advisor"] == {"name": "김세연", "title": "세무 상담사"}
    until(lambda: changed(next_in_line, "consult", id=second, place=1), "a better place")


def test_the_thread_tells_an_advisor_what_happened(
    house: House, phone: Browser, advisor: SocketIOTestClient
) -> None:
    tell(house, phone.held("visit"), ("quiz.finished", {"type": "squirrel"}), issued())
    consult = phone.stand_in_line()
    texts = [
        entry["text"]
        for entry in ask(advisor, "/staff", "consult.accept", consult=consult)["consult"]["thread"]
    ]
    assert texts[0] == "방문을 시작했어요."
    assert any("유형이 나왔어요" in text and "‘’" not in text for text in texts)
    assert "입출금·통장 번호표 A-012번을 받았어요." in texts
    assert "세금 상담을 신청했어요." in texts
    assert texts[-1] == "상담사가 상담을 받았어요."


def test_the_second_advisor_is_told_that_it_is_taken(
    house: House, phone: Browser, advisor: SocketIOTestClient
) -> None:
    consult = phone.stand_in_line()
    other = house.staff("products@maru.example").socket("/staff")
    assert ask(advisor, "/staff", "consult.accept", consult=consult)["ok"] is True
    assert code(ask(other, "/staff", "consult.accept", consult=consult)) == "consult.taken"
    assert code(ask(other, "/staff", "consult.end", consult=consult)) == "consult.taken"
    assert code(ask(other, "/staff", "media.state", consult=consult, state="connected")) == "consult.taken"
    assert code(ask(other, "/staff", "consult.close", consult=consult, agreed="x")) == "consult.taken"


def test_of_many_claims_at_once_one_wins(house: House, phone: Browser) -> None:
    consult = phone.stand_in_line()
    advisors = [house.member(login) for login in ("tax@maru.example", "products@maru.example")]
    start = threading.Barrier(8)
    outcomes: list[str] = []

    def claim(number: int) -> None:
        start.wait()
        try:
            with house.database.transaction() as work:
                outcomes.append(consults.claim(work, consult, advisors[number % 2]).id)
        except MaruError as error:
            outcomes.append(error.code)

    threads = [threading.Thread(target=claim, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count(consult) == 1
    assert len(outcomes) == 8
    assert set(outcomes) == {consult, ConsultTaken.code}


def test_a_consult_is_live_once_both_are_connected(
    house: House, phone: Browser, advisor: SocketIOTestClient
) -> None:
    consult = phone.stand_in_line()
    customer = phone.socket("/customer")
    ask(advisor, "/staff", "consult.accept", consult=consult)
    heard(customer, "/customer", "consult.changed")
    assert ask(customer, "/customer", "media.state", consult=consult, state="connected") == {"ok": True}
    assert heard(advisor, "/staff", "peer.media") == [{"state": "connected", "muted": False}]
    assert heard(customer, "/customer", "consult.changed") == []
    ask(advisor, "/staff", "media.state", consult=consult, state="connected")
    assert heard(customer, "/customer", "peer.media") == [{"state": "connected", "muted": False}]
    (view,) = heard(customer, "/customer", "consult.changed")
    assert view["state"] == "live"
    assert view["started_at"]


def in_a_call(phone: Browser, advisor: SocketIOTestClient) -> tuple[str, SocketIOTestClient]:
    """A consult in which both are connected, and the customer's socket."""
    consult = phone.stand_in_line()
    customer = phone.socket("/customer")
    ask(advisor, "/staff", "consult.accept", consult=consult)
    for socket, namespace in ((customer, "/customer"), (advisor, "/staff")):
        ask(socket, namespace, "media.state", consult=consult, state="connected")
    return consult, customer


def test_a_microphone_that_is_off_is_told_also_to_a_page_that_was_loaded_anew(
    house: House, phone: Browser, advisor: SocketIOTestClient
) -> None:
    consult, customer = in_a_call(phone, advisor)
    for socket, namespace in ((customer, "/customer"), (advisor, "/staff")):
        heard(socket, namespace, "peer.media")
    ask(customer, "/customer", "media.state", consult=consult, state="connected", muted=True)
    assert heard(advisor, "/staff", "peer.media") == [{"state": "connected", "muted": True}]
    assert heard(customer, "/customer", "peer.media") == [{"state": "connected", "muted": False}]
    ask(advisor, "/staff", "media.state", consult=consult, state="connected")
    assert heard(advisor, "/staff", "peer.media") == [{"state": "connected", "muted": True}]
    ask(advisor, "/staff", "media.state", consult=consult, state="reconnecting")
    assert heard(advisor, "/staff", "peer.media") == []
    assert (
        code(ask(customer, "/customer", "media.state", consult=consult, state="connected", muted="yes"))
        == "input.bad"
    )


def test_hanging_up_writing_down_and_seeing_it(
    house: House, phone: Browser, advisor: SocketIOTestClient
) -> None:
    consult = phone.stand_in_line()
    customer = phone.socket("/customer")
    ask(advisor, "/staff", "consult.accept", consult=consult)
    assert ask(customer, "/customer", "consult.end", consult=consult) == {"ok": True}
    assert heard(advisor, "/staff", "consult.changed")[-1]["state"] == "ended"
    assert code(ask(advisor, "/staff", "consult.close", consult=consult, agreed="  ")) == "text.too_long"
    assert code(ask(advisor, "/staff", "consult.close", consult=consult, agreed=5)) == "input.bad"
    agreed = "증여세 신고를 다음 달에 하시기로 했어요."
    assert ask(advisor, "/staff", "consult.close", consult=consult, agreed=agreed) == {"ok": True}
    assert heard(customer, "/customer", "consult.changed")[-1]["agreed"] == agreed
    assert ask(advisor, "/staff", "snapshot")["ok"] is True
    assert heard(advisor, "/staff", "snapshot")[-1]["mine"] is None


def test_an_advisor_in_a_call_takes_no_second_one(
    house: House, phone: Browser, advisor: SocketIOTestClient
) -> None:
    ask(advisor, "/staff", "consult.accept", consult=phone.stand_in_line())
    other = house.customer().stand_in_line()
    assert code(ask(advisor, "/staff", "consult.accept", consult=other)) == "advisor.busy"


def test_a_lost_side_is_told_after_a_while_and_only_if_it_stays_away(
    house: House, phone: Browser, advisor: SocketIOTestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    consult, customer = in_a_call(phone, advisor)
    heard(advisor, "/staff", "peer.media")
    customer.disconnect(namespace="/customer")
    gone = until(lambda: heard(advisor, "/staff", "peer.media"), "the loss to be told")
    assert gone == [{"state": "reconnecting", "muted": False}]
    with house.database.reading() as work:
        assert consults.get_consult(work, consult).state == ConsultState.LIVE


def test_after_a_restart_in_the_middle_the_snapshots_say_the_same(
    house: House, phone: Browser, advisor: SocketIOTestClient
) -> None:
    consult = phone.stand_in_line()
    ask(advisor, "/staff", "consult.accept", consult=consult)
    staff = house.staff("tax@maru.example")
    before = [
        heard(phone.socket("/customer"), "/customer", "snapshot"),
        heard(staff.socket("/staff"), "/staff", "snapshot"),
    ]
    cookies = [phone.client.get_cookie("maru_web"), staff.client.get_cookie("maru_web")]
    house.restart()
    after = []
    for cookie, namespace in zip(cookies, ("/customer", "/staff"), strict=True):
        browser = house.browser()
        assert cookie is not None
        browser.client.set_cookie("maru_web", cookie.value)
        after.append(heard(browser.socket(namespace), namespace, "snapshot"))
    assert after == before
    assert after[1][0]["mine"]["id"] == consult


def test_a_called_number_is_told_at_once_and_the_others_see_their_place(house: House, phone: Browser) -> None:
    behind = house.customer()
    tell(house, phone.held("visit"), issued(11))
    tell(house, behind.held("visit"), issued(12, "8" * 32))
    mine, theirs = phone.socket("/customer"), behind.socket("/customer")
    where = {"ticket": "7" * 32, "number": "A-011", "desk": "seongsu-2", "desk_name": "2번 창구"}
    tell(house, phone.held("visit"), ("ticket.called", where))
    # What was told of the numbers when they were taken may still be under way.
    called = until(lambda: changed(mine, "ticket", state="called"), "the call")[-1]
    assert (called["desk"], called["reachable"]) == ("2번 창구", True)
    until(lambda: changed(theirs, "ticket", ahead=0), "the place of who is behind")


def changed(socket: SocketIOTestClient, what: str, **wanted: Any) -> list[Any]:
    """What the socket has newly heard of its ticket or consult that is as wanted."""
    told = heard(socket, "/customer", f"{what}.changed")
    return [view for view in told if wanted.items() <= view.items()]


def test_an_advisor_reads_the_thread_in_the_language_of_the_console(house: House, phone: Browser) -> None:
    browser = house.staff("tax@maru.example")
    browser.hold(language="en")
    socket = browser.socket("/staff")
    consult = phone.stand_in_line()
    assert ask(socket, "/staff", "consult.accept", consult=consult)["consult"]["topic"]["name"] == "Tax"
    customer = phone.socket("/customer")
    ask(customer, "/customer", "consult.end", consult=consult)
    assert {view["topic"]["name"] for view in heard(socket, "/staff", "consult.changed")} == {"Tax"}
