"""Statements that go straight to the driver mean the same as SQLAlchemy's own, on both databases."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import bindparam, select, update
from sqlalchemy.exc import IntegrityError

from branch.content.catalogue import Catalogue
from branch.database import Database
from branch.demo import seed
from branch.link.models import OutboxEvent
from branch.people.models import Branch, Desk
from branch.rows import columns_of, hold, keep, put, put_all, table_of
from branch.schema import migrate
from branch.statements import Statement
from branch.visits.models import EventKind, Visit, VisitEvent
from branch.visits.services import open_visit, record
from tests.servers import postgresql

DESK = Statement(select(*columns_of(Desk)).where(table_of(Desk).c.id == bindparam("desk")))
MORNING = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, catalogue: Catalogue
) -> Iterator[Database]:
    if request.param == "sqlite":
        yield from opened(f"sqlite:///{tmp_path_factory.mktemp('statements') / 'hub.db'}", catalogue)
        return
    with postgresql() as url:
        yield from opened(url, catalogue)


def opened(url: str, catalogue: Catalogue) -> Iterator[Database]:
    migrate(url)
    database = Database(url, outbox=True)
    with database.transaction() as session:
        seed(session, catalogue)
    yield database
    database.close()


def test_what_is_put_reads_back_with_its_types(database: Database) -> None:
    with database.transaction() as session:
        visit = open_visit(session, "seongsu", "kiosk", "ko").id
        told = {"words": "가나다", "count": 3, "nothing": None}
        rows = [{"id": f"{letter * 32}", "visit_id": visit} for letter in "ab"]
        put_all(session, VisitEvent, [{**row, "kind": "k", "at": MORNING, "payload": told} for row in rows])
    with database.reading() as session:
        read = session.scalars(select(VisitEvent).where(VisitEvent.kind == "k").order_by(VisitEvent.id)).all()
        assert [(event.id[0], event.at, event.payload) for event in read] == [
            ("a", MORNING, told),
            ("b", MORNING, told),
        ]


def test_a_row_that_is_held_is_the_object_that_the_session_has(database: Database) -> None:
    with database.transaction() as session:
        read = session.get_one(Desk, "seongsu-1")
        session.execute(
            update(table_of(Desk))
            .where(table_of(Desk).c.id == read.id)
            .values(priority_streak=7, services=["cards"])
        )
        found = DESK.first(session, {"desk": "seongsu-1"})
        assert found is not None
        assert hold(session, Desk, found) is read
        assert (read.priority_streak, read.services, read.open) == (7, ["cards"], True)
        read.priority_streak = 1
    with database.reading() as session:
        assert session.get_one(Desk, "seongsu-1").priority_streak == 1


def test_what_the_session_still_holds_is_written_before(database: Database) -> None:
    with database.transaction() as session:
        session.get_one(Desk, "seongsu-2").name = "이름"
        found = DESK.rows(session, {"desk": "seongsu-2"})
        assert [hold(session, Desk, row).name for row in found] == ["이름"]
    with database.reading() as session:
        assert DESK.first(session, {"desk": "nowhere"}) is None


def test_what_the_schema_refuses_is_an_integrity_error(database: Database) -> None:
    with database.transaction() as session:
        open_visit(session, "seongsu", "kiosk", "ko", "5" * 32)
    twice = Visit(id="5" * 32, branch_id="seongsu", origin="kiosk", language="ko", opened_at=MORNING)
    with pytest.raises(IntegrityError), database.transaction() as session:
        keep(session, twice)
    with pytest.raises(IntegrityError), database.transaction() as session:
        put(session, Branch, id="seongsu", name="once more", timezone="Asia/Seoul", schedule_version=0)


def test_a_savepoint_taken_back_tells_nobody_and_queues_nothing(database: Database) -> None:
    heard: list[str] = []
    database.bus.subscribe("*", lambda fact: heard.append(fact.kind))
    with database.transaction() as session:
        visit = open_visit(session, "seongsu", "kiosk", "ko").id
        with session.begin_nested() as savepoint:
            record(session, visit, EventKind.PERSON_CALLED)
            savepoint.rollback()
        with session.begin_nested():
            record(session, visit, EventKind.PERSON_CAME)
    assert heard == ["visit.opened", "person.came"]
    with database.reading() as session:
        waiting = select(VisitEvent.kind).join(OutboxEvent, OutboxEvent.event_id == VisitEvent.id)
        told = session.scalars(waiting.where(VisitEvent.visit_id == visit).order_by(OutboxEvent.sequence))
        assert list(told) == heard
