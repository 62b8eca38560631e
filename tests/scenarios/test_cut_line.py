"""The line is cut: 10,000 events wait for the centre, and arrive once and in order; clocks that jump change no order."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from branch import clock
from branch.content import catalogue
from branch.database import Database
from branch.demo import seed
from branch.link.models import LinkStream, OutboxEvent
from branch.schema import migrate
from branch.tickets.calling import call_next, waiting_tickets
from branch.tickets.errors import NobodyWaiting
from branch.tickets.models import Ticket, TicketState
from branch.tickets.moves import close_ticket
from branch.tickets.services import issue_ticket
from branch.visits.models import VisitEvent
from branch.visits.services import open_visit
from signaling.link_client import LinkClient, LinkState
from tests.link import KEY, centre
from tests.waiting import until
from tools.ports import free_port

pytestmark = [pytest.mark.scenario, pytest.mark.timeout(600)]

EVENTS = 10_000
SERVICES = ("deposits", "cards", "savings")
DESKS = ("seongsu-1", "seongsu-2", "seongsu-3")


def opened(folder: Path, name: str, *, outbox: bool) -> Database:
    url = f"sqlite:///{folder / name}"
    migrate(url)
    database = Database(url, outbox=outbox)
    with database.transaction() as session:
        seed(session, catalogue.load())
    return database


def arrive(database: Database, service: str) -> Ticket:
    with database.transaction() as session:
        visit = open_visit(session, "seongsu", "kiosk", "ko")
        return issue_ticket(session, visit.id, service)


def a_day_alone(hub: Database) -> None:
    """Visitors come and are served until enough has happened; many at a time, only so that the test is quick."""
    while last_sequence(hub) < EVENTS:
        with hub.transaction() as session:
            for turn in range(100):
                visit = open_visit(session, "seongsu", "kiosk", "ko")
                issue_ticket(session, visit.id, SERVICES[turn % len(SERVICES)])
            for turn in range(100):
                with suppress(NobodyWaiting):
                    called = call_next(session, DESKS[turn % len(DESKS)])
                    close_ticket(session, called.id, TicketState.FINISHED)


def last_sequence(hub: Database) -> int:
    with hub.reading() as session:
        return session.scalar(select(LinkStream.last_sequence)) or 0


def told(database: Database) -> list[tuple[str, str]]:
    """Every event there is, by id and kind."""
    with database.reading() as session:
        return [(event, kind) for event, kind in session.execute(select(VisitEvent.id, VisitEvent.kind))]


def states(database: Database) -> dict[str, TicketState]:
    with database.reading() as session:
        return {ticket: state for ticket, state in session.execute(select(Ticket.id, Ticket.state))}


def test_ten_thousand_events_of_a_day_without_the_centre_arrive_once_and_in_order(tmp_path: Path) -> None:
    hub, above = opened(tmp_path, "hub.db", outbox=True), opened(tmp_path, "centre.db", outbox=False)
    a_day_alone(hub)
    heard: list[str] = []
    above.bus.subscribe("*", lambda fact: heard.append(fact.id))
    port = free_port()
    link = LinkClient(hub, f"http://127.0.0.1:{port}", "seongsu", KEY)
    link.start()
    try:
        with centre(above, port):
            until(lambda: link.state is LinkState.UP, "the line to stand")
            until(lambda: link.pending_count() == 0, "the day to have gone up", patience=400)
    finally:
        link.stop()
    with hub.reading() as session:
        sent = select(OutboxEvent.event_id).order_by(OutboxEvent.sequence)
        assert heard == list(session.scalars(sent))
    assert len(heard) >= EVENTS
    assert sorted(told(above)) == sorted(told(hub))
    assert states(above) == states(hub)
    hub.close()
    above.close()


@pytest.mark.parametrize("jump", [timedelta(hours=-3), timedelta(minutes=-1), timedelta(hours=2)])
def test_a_clock_that_jumps_does_not_put_anybody_before_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jump: timedelta
) -> None:
    hub = opened(tmp_path, "hub.db", outbox=True)
    noon = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
    order = []
    for moment in (noon, noon + jump, noon + jump, noon, noon - timedelta(minutes=30)):
        monkeypatch.setattr(clock, "now", lambda moment=moment: moment)
        order.append(arrive(hub, "deposits").number)
    with hub.reading() as session:
        assert [ticket.number for ticket in waiting_tickets(session, "seongsu")] == order
    hub.close()
