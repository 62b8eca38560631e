"""Statistics of a small day that was computed by hand, on both databases, through the link."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from branch import ids
from branch.consults.models import Consult, ConsultState
from branch.content.catalogue import Catalogue
from branch.database import Database
from branch.demo import seed
from branch.errors import BadPeriod
from branch.link import inbox
from branch.people.models import Desk
from branch.schema import migrate
from branch.statistics import period
from branch.statistics.experts import read_topics
from branch.statistics.figures import Spread, spread
from branch.statistics.now import read_now
from branch.statistics.period import Period
from branch.statistics.report import read_report
from branch.tickets.calling import call_next
from branch.tickets.services import issue_ticket
from branch.visits.services import erase, open_visit
from tests.servers import postgresql

SEOUL = ZoneInfo("Asia/Seoul")
FRIDAY = date(2026, 11, 20)
STREAM = "5" * 32


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('day') / 'centre.db'}"
        return
    with postgresql() as server:
        yield server


class Day:
    """A day at the centre, told as the branch's hub tells it; times are the branch's own."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._sequence = count(1)
        self._serials = count(1)

    def ticket(self, service: str, issued: str, *happened: tuple[str, str, dict[str, Any]]) -> str:
        """Somebody takes a number, and what comes of it; returns the visit."""
        visit, ticket, at = ids.new_id(), ids.new_id(), local(issued)
        serial = next(self._serials)
        told = {"ticket": ticket, "number": f"A-{serial:03d}", "letter": "A", "serial": serial}
        place = {"day": at.astimezone(SEOUL).date().isoformat(), "service": service, "promised": [0, 5]}
        self._tell(visit, "visit.opened", at, {"origin": "kiosk", "language": "ko"})
        self._tell(visit, "ticket.issued", at, {**told, **place, "issued_at": at.isoformat()})
        for kind, moment, payload in happened:
            self._tell(visit, f"ticket.{kind}", local(moment), {"ticket": ticket, **payload})
        return visit

    def _tell(self, visit: str, kind: str, at: datetime, payload: dict[str, Any]) -> None:
        event = {"sequence": next(self._sequence), "id": ids.new_id(), "visit": visit, "kind": kind}
        with self.database.transaction() as session:
            told = [{**event, "at": at.isoformat(), "payload": payload}]
            inbox.receive(session, "seongsu", STREAM, told)


def local(moment: str) -> datetime:
    """ "09:30" on that Friday, or "+1 00:30" on the day after, in Seoul."""
    days, _, clock = moment.rpartition(" ")
    hour, minute = map(int, clock.split(":"))
    start = datetime(FRIDAY.year, FRIDAY.month, FRIDAY.day, hour, minute, tzinfo=SEOUL)
    return (start + timedelta(days=int(days or 0))).astimezone(UTC)


def call(at: str, desk: int) -> tuple[str, str, dict[str, Any]]:
    return "called", at, {"desk": f"seongsu-{desk}"}


def done(at: str) -> tuple[str, str, dict[str, Any]]:
    return "finished", at, {"outcome": "done"}


@pytest.fixture(scope="module")
def friday(url: str, catalogue: Catalogue) -> Iterator[Database]:
    migrate(url)
    database = Database(url)
    with database.transaction() as session:
        seed(session, catalogue)
    day = Day(database)
    day.ticket("deposits", "09:00", call("09:04", 1), done("09:10"))
    day.ticket("deposits", "09:01", call("09:10", 1), ("no_show", "09:13", {}))
    sent_on = ("transferred", "10:05", {"service": "deposits"})
    day.ticket("loans", "09:30", call("10:00", 4), sent_on, call("10:15", 2), done("10:20"))
    taken_back = ("undone", "10:26", {"restored": {"state": "called", "desk_id": "seongsu-1"}})
    day.ticket("deposits", "10:10", call("10:20", 1), done("10:25"), taken_back, done("10:30"))
    day.ticket("deposits", "10:40", ("cancelled", "10:50", {}))
    forgotten = day.ticket("deposits", "10:45", call("10:50", 1), done("10:58"))
    day.ticket("savings", "+1 00:30", call("+1 00:31", 2), done("+1 00:41"))
    with database.transaction() as session:
        erase(session, forgotten, local("11:00"))
    yield database
    database.close()


def test_the_day_in_all(friday: Database) -> None:
    with friday.reading() as session:
        total = read_report(session, "seongsu", period.day(FRIDAY)).total
    assert (total.issued, total.calls, total.finished, total.missed, total.transferred) == (6, 6, 4, 1, 1)
    assert total.wait == Spread(9, 30)  # 4 5 9 10 30
    assert total.service == Spread(6, 10)  # 5 5 6 8 10
    assert total.missed_share == pytest.approx(1 / 6)


def test_by_hour(friday: Database) -> None:
    with friday.reading() as session:
        hours = read_report(session, "seongsu", period.day(FRIDAY)).by_hour
    assert list(hours) == [9, 10]
    nine, ten = hours[9], hours[10]
    assert (nine.issued, nine.calls, nine.missed, nine.wait, nine.service) == (
        3,
        2,
        1,
        Spread(9, 30),
        Spread(6, 6),
    )
    assert (ten.issued, ten.calls, ten.transferred, ten.wait, ten.service) == (
        3,
        4,
        1,
        Spread(7.5, 10),
        Spread(6.5, 10),
    )


def test_by_service_a_ticket_counts_where_it_was_taken_and_a_turn_where_it_was_called(
    friday: Database,
) -> None:
    with friday.reading() as session:
        services = read_report(session, "seongsu", period.day(FRIDAY)).by_service
    assert {slug: (found.issued, found.calls) for slug, found in services.items()} == {
        "deposits": (5, 5),
        "loans": (1, 1),
    }
    assert services["loans"].transferred == 1
    assert services["loans"].service == Spread(5, 5)


def test_by_desk(friday: Database) -> None:
    with friday.reading() as session:
        desks = read_report(session, "seongsu", period.day(FRIDAY)).by_desk
    counts = {desk: (found.calls, found.finished, found.missed) for desk, found in desks.items()}
    assert counts == {"seongsu-1": (4, 3, 1), "seongsu-2": (1, 1, 0), "seongsu-4": (1, 0, 0)}


def test_a_day_begins_at_midnight_in_the_branch(friday: Database) -> None:
    saturday = FRIDAY + timedelta(days=1)
    with friday.reading() as session:
        assert read_report(session, "seongsu", period.day(saturday)).by_hour[0].issued == 1
        weekly = read_report(session, "seongsu", period.week(FRIDAY))
    assert {day: found.issued for day, found in weekly.by_day.items()} == {FRIDAY: 6, saturday: 1}


def test_a_day_without_tickets_is_empty_and_divides_by_nothing(friday: Database) -> None:
    with friday.reading() as session:
        quiet = read_report(session, "seongsu", period.day(FRIDAY - timedelta(days=1)))
    assert quiet.empty
    assert (quiet.total.wait, quiet.total.service, quiet.total.missed_share) == (None, None, None)


def test_consults_by_topic(friday: Database) -> None:
    with friday.transaction() as session:
        for waited, talked in ((2, 10), (6, 30), (None, None)):
            session.add(_consult(open_visit(session, "seongsu", "phone", "ko").id, waited, talked))
    with friday.reading() as session:
        (tax,) = read_topics(session, "seongsu", period.day(FRIDAY)).values()
        assert read_topics(session, "seongsu", period.day(FRIDAY + timedelta(days=1))) == {}
    assert (tax.requested, tax.held, tax.given_up) == (3, 2, 1)
    assert (tax.wait, tax.talk) == (Spread(4, 6), Spread(20, 30))


def _consult(visit: str, waited: int | None, talked: int | None) -> Consult:
    since = local("11:00")
    consult = Consult(id=ids.new_id(), visit_id=visit, topic="tax", channel="phone", requested_at=since)
    consult.state, consult.waiting_since = ConsultState.CANCELLED, since
    if waited is not None and talked is not None:
        consult.state = ConsultState.CLOSED
        consult.accepted_at = consult.live_at = since + timedelta(minutes=waited)
        consult.ended_at = consult.accepted_at + timedelta(minutes=talked)
    return consult


def test_the_branch_now(hub: Database) -> None:
    with hub.transaction() as session:
        for service in ("deposits", "deposits", "loans"):
            issue_ticket(session, open_visit(session, "seongsu", "kiosk", "ko").id, service)
        called = call_next(session, "seongsu-1").number
        closed = session.get_one(Desk, "seongsu-4")
        closed.open, closed.on_break = False, True
    with hub.reading() as session:
        now = read_now(session, "seongsu")
    assert (dict(now.waiting), now.waiting_total, now.desks_open) == ({"deposits": 1, "loans": 1}, 2, 3)
    assert now.longest is not None
    assert [(desk.number, desk.on_break) for desk in now.desks] == [
        (called, False),
        (None, False),
        (None, False),
        (None, True),
    ]


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [
        ([], None),
        ([3.0], Spread(3, 3)),
        (list(range(1, 11)), Spread(5.5, 9)),
        (list(range(1, 12)), Spread(6, 10)),
    ],
)
def test_the_spread_by_nearest_rank(minutes: list[float], expected: Spread | None) -> None:
    assert spread(minutes) == expected


def test_weeks_and_months() -> None:
    assert period.week(FRIDAY) == Period(date(2026, 11, 16), date(2026, 11, 22))
    assert period.month(date(2028, 2, 29)) == Period(date(2028, 2, 1), date(2028, 2, 29))
    assert period.month(date(2026, 12, 31)) == Period(date(2026, 12, 1), date(2026, 12, 31))
    assert len(period.parsed("2026-11-01", "2026-11-30").days) == 30


@pytest.mark.parametrize(
    ("first", "last"),
    [("", ""), ("yesterday", "2026-11-20"), ("2026-11-21", "2026-11-20"), ("2020-01-01", "2026-01-01")],
)
def test_days_that_make_no_period(first: str, last: str) -> None:
    with pytest.raises(BadPeriod):
        period.parsed(first, last)
