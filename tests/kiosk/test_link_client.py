"""The hub's line to the centre, over real sockets: up, down, refused, behind, and commands done once."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from branch import clock, ids
from branch.content import catalogue
from branch.database import Database
from branch.demo import seed
from branch.link import commands, inbox
from branch.people.models import Role, Staff
from branch.people.services import get_branch
from branch.schedule import services as schedule
from branch.schema import migrate
from branch.tickets.models import Ticket, TicketState
from branch.visits.models import VisitEvent
from branch.visits.services import append
from kiosk.app import Process
from kiosk.settings import HubSettings
from signaling import rooms
from signaling.link_client import LinkState
from tests.kiosk.people import Teller, Visitor
from tests.link import centre
from tests.waiting import until
from tools.ports import free_port


def centre_database(file: Path) -> Database:
    migrate(f"sqlite:///{file}")
    database = Database(f"sqlite:///{file}")
    with database.transaction() as session:
        seed(session, catalogue.load())
    return database


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def hub(settings: HubSettings, port: int, make_hub: Callable[[HubSettings], Process]) -> Process:
    process = make_hub(settings.model_copy(update={"centre_url": f"http://127.0.0.1:{port}"}))
    process.start()
    return process


@pytest.fixture
def above(tmp_path: Path) -> Iterator[Database]:
    database = centre_database(tmp_path / "centre.db")
    yield database
    database.close()


def events(database: Database, visit: str) -> list[str]:
    with database.reading() as session:
        rows = session.scalars(select(VisitEvent).where(VisitEvent.visit_id == visit).order_by(VisitEvent.at))
        return [event.kind for event in rows]


def arrived(database: Database, visitor: Visitor) -> Callable[[], bool]:
    return lambda: events(database, visitor.visit) == events(visitor.process.hub.database, visitor.visit)


def test_what_happens_at_the_kiosk_is_known_at_the_centre(hub: Process, above: Database, port: int) -> None:
    with centre(above, port):
        visitor = Visitor(hub).arrives()
        visitor.takes_ticket()
        until(arrived(above, visitor), "the centre to know the visit")
        until(lambda: hub.hub.link.pending_count() == 0, "everything to be acknowledged")
        assert hub.hub.link.state is LinkState.UP


def test_the_kiosk_lives_without_the_centre_and_tells_it_all_later(
    hub: Process, above: Database, port: int
) -> None:
    with centre(above, port):
        before = Visitor(hub).arrives()
        until(arrived(above, before), "the line to stand")
    until(lambda: hub.hub.link.state is LinkState.DOWN, "the hub to notice")
    visitor = Visitor(hub).arrives()
    visitor.takes_quiz()
    visitor.takes_ticket()
    waiting = hub.hub.link.pending_count()
    assert waiting >= 4
    link = visitor.client.get("/healthz").get_json()["link"]
    assert link["state"] == "down"
    assert waiting <= link["pending"] <= hub.hub.link.pending_count()
    with centre(above, port):
        until(arrived(above, visitor), "the centre to learn everything")


def test_what_needs_the_centre_says_so_while_it_is_away(hub: Process, above: Database, port: int) -> None:
    teller, visitor = Teller(hub).signs_in(), Visitor(hub).arrives()
    visitor.takes_ticket()
    teller.goes("/desk/next")
    cut = {"/phone": "이어지면 쓸 수 있어요", "/desk": "본점과 연결이 끊겨"}
    assert cut["/phone"] in visitor.reads("/phone")
    assert cut["/desk"] in teller.reads("/desk")
    with centre(above, port):
        until(lambda: hub.hub.link.state is LinkState.UP, "the line to stand")
        assert cut["/phone"] not in visitor.reads("/phone")
        assert cut["/desk"] not in teller.reads("/desk")


def test_open_pages_hear_that_the_line_was_cut_and_stands_again(
    hub: Process, above: Database, port: int
) -> None:
    visitor = Visitor(hub).arrives()
    socket = hub.socketio.test_client(
        hub.app, namespace="/kiosk", flask_test_client=visitor.client, auth={"csrf": visitor.csrf}
    )

    def heard(state: LinkState) -> bool:
        told = [each["args"][0]["what"] for each in socket.get_received("/kiosk")]
        return "line" in told and hub.hub.link.state is state

    with centre(above, port):
        until(lambda: heard(LinkState.UP), "the page to hear of the line")
    until(lambda: heard(LinkState.DOWN), "the page to hear that it was cut")


def test_before_going_to_the_centre_the_line_is_emptied(hub: Process, above: Database, port: int) -> None:
    assert hub.hub.link.flush(0.05) is False
    with centre(above, port):
        visitor = Visitor(hub).arrives()
        until(lambda: hub.hub.link.state is LinkState.UP, "the line to stand")
        to = visitor.goes("/expert", topic="tax")
        assert to.startswith(f"http://127.0.0.1:{port}/v/")
        assert to.endswith("?at=kiosk&topic=tax")
        assert arrived(above, visitor)()


def test_a_wrong_key_is_refused_and_shown(hub: Process, above: Database, port: int) -> None:
    with centre(above, port, key="another key"):
        until(lambda: hub.hub.link.state is LinkState.REFUSED, "the refusal to be seen")
        visitor = Visitor(hub).arrives()
        assert visitor.client.get("/healthz").get_json()["link"]["state"] == "refused"
        assert visitor.goes("/expert") == "/expert/unreachable"
    with centre(above, port):
        until(lambda: hub.hub.link.state is LinkState.UP, "the line to stand once the key is right")


def test_a_centre_that_lost_its_memory_is_told_from_the_start(
    hub: Process, above: Database, port: int, tmp_path: Path
) -> None:
    with centre(above, port):
        first = Visitor(hub).arrives()
        until(
            lambda: arrived(above, first)() and hub.hub.link.pending_count() == 0,
            "the first visit to be known",
        )
    until(lambda: hub.hub.link.state is LinkState.DOWN, "the hub to notice")
    empty = centre_database(tmp_path / "new.db")
    second = Visitor(hub).arrives()
    with centre(empty, port):
        until(arrived(empty, second), "the second visit to be known")
        until(arrived(empty, first), "the first visit to be told again")
    empty.close()


def test_an_event_the_centre_cannot_read_stops_the_pushing_and_is_shown(
    hub: Process, above: Database, port: int
) -> None:
    visitor = Visitor(hub).arrives()
    with hub.hub.database.transaction() as session:
        event = session.scalars(select(VisitEvent).where(VisitEvent.visit_id == visitor.visit)).first()
        assert event is not None
        event.payload = {}
    with centre(above, port):
        until(lambda: hub.hub.link.state is LinkState.REFUSED, "the refusal to be seen")
        assert hub.hub.link.pending_count() > 0
        visitor.takes_ticket()


def test_a_command_is_carried_out_once(hub: Process, above: Database, port: int) -> None:
    visitor = Visitor(hub).arrives()
    visitor.takes_ticket()
    with hub.hub.database.reading() as session:
        ticket = session.scalars(select(Ticket).where(Ticket.visit_id == visitor.visit)).one()
    with centre(above, port) as socketio:
        until(arrived(above, visitor), "the line to stand")
        with above.transaction() as session:
            commands.ask(session, "seongsu", "ticket.cancel", ticket=ticket.id)
        socketio.emit("commands", {}, namespace="/link", to=rooms.hub("seongsu"))
        until(lambda: cancelled(hub, ticket.id), "the ticket to be given back")
        until(lambda: not outstanding(above), "the command to be acknowledged")
    assert events(hub.hub.database, visitor.visit).count("ticket.cancelled") == 1


def cancelled(hub: Process, ticket: str) -> bool:
    with hub.hub.database.reading() as session:
        return session.get_one(Ticket, ticket).state == TicketState.CANCELLED


def outstanding(above: Database) -> int:
    with above.reading() as session:
        return len(commands.outstanding(session, "seongsu"))


def test_what_the_centre_does_not_understand_yet_is_held_until_it_does(
    hub: Process, above: Database, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor = Visitor(hub).arrives()
    newer = VisitEvent(
        id=ids.new_id(), visit_id=visitor.visit, kind="tree.watered", at=clock.now(), payload={}
    )
    with hub.hub.database.transaction() as session:
        append(session, newer)
    visitor.takes_ticket()
    with centre(above, port):
        until(lambda: hub.hub.link.state is LinkState.HELD, "the event to be held")
        assert "tree.watered" not in events(above, visitor.visit)
        assert hub.hub.link.pending_count() > 0
    monkeypatch.setattr(inbox, "KINDS", inbox.KINDS | {"tree.watered"})
    with centre(above, port):
        until(arrived(above, visitor), "the upgraded centre to learn everything")
        until(lambda: hub.hub.link.state is LinkState.UP, "the line to be as it was")


def test_hours_edited_while_the_line_is_cut_are_applied_when_it_is_back(
    hub: Process, above: Database, port: int
) -> None:
    with above.transaction() as session:
        branch = get_branch(session, "seongsu")
        shut = schedule.current(session, branch).model_copy(update={"week": (None,) * 7})
        manager = session.scalars(select(Staff.id).where(Staff.role == Role.MANAGER)).one()
        schedule.save(session, branch, shut, manager, 0)
    assert hub.hub.link.state is LinkState.DOWN
    with centre(above, port):
        until(lambda: applied(above), "the centre to hear that the branch works by them")
    with hub.hub.reading() as session:
        assert get_branch(session, "seongsu").schedule_version == 1


def applied(database: Database) -> bool:
    with database.reading() as session:
        newest = schedule.newest(session, "seongsu")
        return newest is not None and newest.applied_at is not None
