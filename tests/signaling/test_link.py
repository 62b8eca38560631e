"""The link on the wire: who may come in, replays, gaps, damage, commands, and being heard."""

from datetime import timedelta
from typing import Any

import pytest
from flask_socketio import SocketIOTestClient
from sqlalchemy import select, update

from branch import clock, ids
from branch.link import commands, inbox, reach
from branch.link.models import LinkPosition
from branch.people.models import Branch, Desk
from branch.visits.models import Visit, VisitEvent
from tests.signaling.test_rooms import ask, code
from tests.waiting import until
from tests.web.house import LINK_KEY, House, heard
from tests.web.test_visit import issued, tell

STREAM = "2" * 32
VISIT = "3" * 32


def connect(house: House, **auth: str) -> SocketIOTestClient:
    process = house.process
    wanted = {"branch": "seongsu", "key": LINK_KEY, **auth}
    return process.socketio.test_client(process.app, namespace="/link", auth=wanted)


@pytest.fixture
def hub(house: House) -> SocketIOTestClient:
    return connect(house)


def event(sequence: int, kind: str, **payload: Any) -> dict[str, Any]:
    moment = clock.now().isoformat()
    return {
        "sequence": sequence,
        "id": ids.new_id(),
        "visit": VISIT,
        "kind": kind,
        "at": moment,
        "payload": payload,
    }


def opened(sequence: int = 1) -> dict[str, Any]:
    return event(sequence, "visit.opened", branch="seongsu", origin="kiosk", language="ko")


def push(hub: SocketIOTestClient, *events: Any, stream: Any = STREAM) -> dict[str, Any]:
    return ask(hub, "/link", "push", stream=stream, events=list(events))


def kinds(house: House) -> list[str]:
    with house.database.reading() as work:
        return sorted(work.scalars(select(VisitEvent.kind)))


@pytest.mark.parametrize("auth", [{"key": "wrong"}, {"branch": "elsewhere"}, {"branch": "", "key": ""}])
def test_a_hub_without_its_key_is_refused(house: House, auth: dict[str, str]) -> None:
    assert not connect(house, **auth).is_connected("/link")


def test_what_is_pushed_is_known_and_acknowledged(house: House, hub: SocketIOTestClient) -> None:
    assert push(hub, opened(), event(2, "quiz.finished", type="squirrel")) == {"ok": True, "up_to": 2}
    with house.database.reading() as work:
        assert work.get_one(Visit, VISIT).quiz_type == "squirrel"


def test_a_replay_changes_nothing(house: House, hub: SocketIOTestClient) -> None:
    events = [opened(), event(2, "quiz.finished", type="squirrel")]
    push(hub, *events)
    assert push(hub, *events) == {"ok": True, "up_to": 2}
    assert push(connect(house), *events) == {"ok": True, "up_to": 2}
    assert kinds(house) == ["quiz.finished", "visit.opened"]


def test_a_gap_says_from_where_to_send_again(house: House, hub: SocketIOTestClient) -> None:
    push(hub, opened())
    answer = push(hub, event(3, "quiz.finished", type="squirrel"))
    assert (code(answer), answer["error"]["expected"]) == ("link.gap", 2)
    assert kinds(house) == ["visit.opened"]


@pytest.mark.parametrize("newer", [{"kind": "tree.watered"}, {"version": 2}])
def test_what_is_newer_than_the_centre_is_refused_and_kept_by_the_hub(
    house: House, hub: SocketIOTestClient, newer: dict[str, Any]
) -> None:
    held, after = {**event(2, "person.called"), **newer}, event(3, "person.came")
    assert push(hub, opened(), held, after) == {"ok": True, "up_to": 1}
    assert code(push(hub, held, after)) == "link.newer"
    assert kinds(house) == ["visit.opened"]


def test_a_branch_whose_news_are_held_counts_as_unreachable_until_they_are_understood(
    house: House, hub: SocketIOTestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    link, newer = house.process.link, event(2, "tree.watered")
    push(hub, opened())
    push(hub, newer)
    grow_old(house)
    link.beat()
    assert not reachable(house)
    monkeypatch.setattr(inbox, "KINDS", inbox.KINDS | {"tree.watered"})
    push(hub, newer)
    grow_old(house)
    link.beat()
    assert reachable(house)


def grow_old(house: House) -> None:
    with house.database.transaction() as work:
        work.execute(update(LinkPosition).values(seen_at=clock.now() - timedelta(minutes=1)))


def reachable(house: House) -> bool:
    with house.database.reading() as work:
        return reach.is_reachable(work, "seongsu")


def test_a_field_of_a_newer_version_does_no_harm(house: House, hub: SocketIOTestClient) -> None:
    assert push(hub, {**opened(), "weather": "sunny"}) == {"ok": True, "up_to": 1}
    assert kinds(house) == ["visit.opened"]


def in_branch(sequence: int, kind: str, desk: str) -> dict[str, Any]:
    return {**event(sequence, kind, desk=desk), "visit": ""}


def test_desks_open_and_close_at_the_centre_as_in_the_branch(house: House, hub: SocketIOTestClient) -> None:
    push(hub, in_branch(1, "desk.paused", "seongsu-1"), in_branch(2, "desk.closed", "seongsu-2"))
    assert desks(house)[:2] == [(False, True), (False, False)]
    replayed = in_branch(2, "desk.opened", "seongsu-2")
    push(hub, replayed, in_branch(3, "desk.opened", "seongsu-1"))
    assert desks(house)[:2] == [(True, False), (False, False)]


def desks(house: House) -> list[tuple[bool, bool]]:
    with house.database.reading() as work:
        return [(desk.open, desk.on_break) for desk in work.scalars(select(Desk).order_by(Desk.id))]


@pytest.mark.parametrize(
    "misplaced",
    [{**event(1, "desk.opened"), "visit": ""}, {**event(1, "person.called"), "visit": ""}],
    ids=["no desk", "no visit"],
)
def test_an_event_of_the_branch_that_does_not_fit_is_refused(
    house: House, hub: SocketIOTestClient, misplaced: dict[str, Any]
) -> None:
    assert code(push(hub, misplaced)) == "link.bad_event"


@pytest.mark.parametrize(
    "damaged",
    [
        "not an event",
        {"sequence": 2},
        {**event(2, "quiz.finished"), "payload": "text"},
        {**event(2, "quiz.finished"), "sequence": 0},
        {**event(2, "quiz.finished"), "visit": "no id"},
        {**event(2, "quiz.finished"), "at": "yesterday"},
        event(2, "quiz.finished"),
        event(2, "ticket.issued", ticket="x"),
        {**event(2, "person.called"), "visit": "9" * 32},
    ],
)
def test_a_damaged_event_is_refused_with_all_that_came_with_it(
    house: House, hub: SocketIOTestClient, damaged: object
) -> None:
    push(hub, opened())
    whole = event(2, "visit.language", language="en")
    answer = push(hub, {**whole}, {**damaged, "sequence": 3} if isinstance(damaged, dict) else damaged)
    if isinstance(damaged, dict) and damaged.get("sequence") == 0:
        answer = push(hub, whole, damaged)
    assert code(answer) == "link.bad_event"
    assert kinds(house) == ["visit.opened"]


@pytest.mark.parametrize(
    "detail",
    [{"stream": STREAM}, {"events": []}, {"stream": 5, "events": []}, {"stream": STREAM, "events": "all"}],
)
def test_a_truncated_push_is_refused(hub: SocketIOTestClient, detail: dict[str, Any]) -> None:
    assert code(ask(hub, "/link", "push", **detail)) == "input.bad"


@pytest.fixture
def neighbour(house: House) -> SocketIOTestClient:
    """The hub of a second branch."""
    with house.database.transaction() as work:
        work.add(Branch(id="gangnam", name="마루은행 강남지점", timezone="Asia/Seoul"))
    return connect(house, branch="gangnam", key="the-key-of-gangnam")


def test_a_stream_of_another_branch_is_refused(
    house: House, hub: SocketIOTestClient, neighbour: SocketIOTestClient
) -> None:
    push(hub, opened())
    assert code(push(neighbour, event(2, "visit.language", language="en"))) == "link.bad_event"
    assert kinds(house) == ["visit.opened"]


def test_commands_are_hinted_pulled_and_done_once(house: House, hub: SocketIOTestClient) -> None:
    with house.database.transaction() as work:
        asked = commands.ask(work, "seongsu", "visit.forget", visit=VISIT)
    assert heard(hub, "/link", "commands") == [{}]
    (command,) = ask(hub, "/link", "pull")["commands"]
    assert (command["id"], command["kind"], command["payload"]) == (
        asked.id,
        "visit.forget",
        {"visit": VISIT},
    )
    assert ask(hub, "/link", "done", ids=[asked.id]) == {"ok": True}
    assert ask(hub, "/link", "pull")["commands"] == []


def test_one_branch_cannot_see_or_finish_the_commands_of_another(
    house: House, hub: SocketIOTestClient, neighbour: SocketIOTestClient
) -> None:
    with house.database.transaction() as work:
        asked = commands.ask(work, "seongsu", "visit.forget", visit=VISIT)
    assert heard(neighbour, "/link", "commands") == []
    assert ask(neighbour, "/link", "pull")["commands"] == []
    assert ask(neighbour, "/link", "done", ids=[asked.id]) == {"ok": True}
    assert [each["id"] for each in ask(hub, "/link", "pull")["commands"]] == [asked.id]


def test_the_hubs_echo_of_a_claimed_code_is_not_told_twice(house: House, hub: SocketIOTestClient) -> None:
    assert push(hub, opened(), event(2, "code.claimed")) == {"ok": True, "up_to": 2}
    assert kinds(house) == ["visit.opened"]


def test_phones_learn_that_their_branch_cannot_be_heard(house: House, hub: SocketIOTestClient) -> None:
    phone = house.customer()
    tell(house, phone.held("visit"), issued())
    socket = phone.socket("/customer")
    link = house.process.link
    link.beat()
    hub.disconnect(namespace="/link")
    with house.database.transaction() as work:
        work.execute(update(LinkPosition).values(seen_at=clock.now() - timedelta(minutes=1)))
    link.beat()
    until(lambda: hears_reachable(socket, False), "the cut to be told")
    connect(house)
    link.beat()
    until(lambda: hears_reachable(socket, True), "the return to be told")


def hears_reachable(phone: SocketIOTestClient, reachable: bool) -> bool:
    return reachable in [view["reachable"] for view in heard(phone, "/customer", "ticket.changed")]
