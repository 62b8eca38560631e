"""Agreed times: which can be booked, the last place, changing and giving back, and arriving early, in time and late."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar
from sqlalchemy import select
from sqlalchemy.orm import Session

from branch import clock
from branch.appointments import arriving, services
from branch.appointments.calendar import holiday, slots
from branch.appointments.errors import (
    AppointmentNotFound,
    AppointmentOver,
    BookedAlready,
    DayClosed,
    SlotFull,
    SlotPast,
)
from branch.appointments.ics import calendar_file
from branch.appointments.links import secret_of
from branch.appointments.models import Appointment, AppointmentState
from branch.content.appointments import AppointmentRules
from branch.content.catalogue import Catalogue
from branch.database import Database
from branch.errors import MaruError, NotFound
from branch.link.commands import outstanding
from branch.link.outbox import carry_out
from branch.people.models import Branch
from branch.tickets.calling import call_next, waiting_tickets
from branch.tickets.errors import ServiceClosed
from branch.tickets.models import Priority, Service
from branch.tickets.services import issue_ticket
from branch.visits.services import open_visit
from tests.branch.test_link import deliver, parcel

KEY = "the centre's key"
SEOUL = ZoneInfo("Asia/Seoul")
MONDAY = datetime(2026, 12, 21, 9, 0, tzinfo=SEOUL)
TEN = datetime(2026, 12, 21, 10, 0, tzinfo=SEOUL)
Clock = Callable[[datetime], None]


@pytest.fixture
def rules(catalogue: Catalogue) -> AppointmentRules:
    return catalogue.appointments


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Set the clock; it stands on Monday at nine."""

    def set_to(moment: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: moment.astimezone(UTC))

    set_to(MONDAY)
    return set_to


def books(
    session: Session, rules: AppointmentRules, starts_at: datetime = TEN, service: str = "loans"
) -> Appointment:
    visit = open_visit(session, "seongsu", "phone", "ko").id
    return services.book(session, rules, KEY, visit, service, starts_at).appointment


def goes_down(centre: Database, hub: Database) -> None:
    """The hub hears what the centre asks of it."""
    with centre.reading() as session:
        asked = [
            {"id": each.id, "kind": each.kind, "payload": each.payload}
            for each in outstanding(session, "seongsu")
        ]
    for command in asked:
        with hub.transaction() as session:
            carry_out(session, command)


def test_times_leave_out_lunch_weekends_holidays_and_the_past(
    centre: Database, rules: AppointmentRules, at: Clock
) -> None:
    with centre.reading() as session:
        branch, service = session.get_one(Branch, "seongsu"), session.get_one(Service, "seongsu.loans")

    def told(day: date, now: datetime = MONDAY) -> list[str]:
        return [slot.strftime("%H:%M") for slot in slots(rules, branch, service, day, now)]

    today = MONDAY.date()
    assert told(today)[:6] == ["09:30", "10:00", "10:30", "11:00", "11:30", "13:00"]
    assert told(today)[-1] == "15:00"
    assert told(today, TEN)[0] == "10:30"
    christmas, labour_day = date(2026, 12, 25), date(2027, 5, 1)
    assert told(christmas) == [] != told(date(2026, 12, 24))
    assert holiday(rules, christmas) == "기독탄신일"
    assert holiday(rules, labour_day) == "노동절"
    assert holiday(rules, date(2026, 5, 25)) == "부처님오신날 대체 휴일"
    assert told(date(2026, 12, 26)) == told(today - timedelta(days=1)) == told(date(2027, 3, 2)) == []
    service.opens, service.closes = time(13), time(14)
    assert told(today) == ["13:00", "13:30"]


REFUSED: list[tuple[str, datetime, str, type[MaruError]]] = [
    ("a holiday", datetime(2026, 12, 25, 10, 0, tzinfo=SEOUL), "loans", DayClosed),
    ("a weekend", datetime(2026, 12, 26, 10, 0, tzinfo=SEOUL), "loans", DayClosed),
    ("the past", datetime(2026, 12, 18, 10, 0, tzinfo=SEOUL), "loans", SlotPast),
    ("lunch", datetime(2026, 12, 21, 12, 0, tzinfo=SEOUL), "loans", ServiceClosed),
    ("between two times", datetime(2026, 12, 21, 10, 7, tzinfo=SEOUL), "loans", ServiceClosed),
    ("too far ahead", datetime(2027, 2, 1, 10, 0, tzinfo=SEOUL), "loans", ServiceClosed),
    ("an unknown service", TEN, "nothing", NotFound),
]


@pytest.mark.parametrize(("_name", "starts_at", "service", "error"), REFUSED)
def test_a_time_that_nobody_can_have_is_refused(
    centre: Database,
    rules: AppointmentRules,
    at: Clock,
    _name: str,
    starts_at: datetime,
    service: str,
    error: type[MaruError],
) -> None:
    with centre.transaction() as session, pytest.raises(error):
        books(session, rules, starts_at, service)


def test_a_paused_service_takes_no_appointments(centre: Database, rules: AppointmentRules, at: Clock) -> None:
    with centre.transaction() as session:
        session.get_one(Service, "seongsu.loans").paused = True
        with pytest.raises(ServiceClosed):
            books(session, rules)


def test_a_full_time_is_free_again_after_changing_and_cancelling(
    centre: Database, rules: AppointmentRules, at: Clock
) -> None:
    later = TEN + timedelta(minutes=30)
    with centre.transaction() as session:
        first, second = books(session, rules), books(session, rules)
        with pytest.raises(SlotFull):
            books(session, rules)
        services.change(session, rules, first, later)
        books(session, rules)
        services.cancel(session, second)
        services.cancel(session, second)
        books(session, rules)
        with pytest.raises(SlotFull):
            books(session, rules)
        with pytest.raises(AppointmentOver):
            services.change(session, rules, second, later)
        assert services.left(session, rules, "seongsu", "loans", [TEN, later]) == {TEN: 0, later: 1}
        with pytest.raises(BookedAlready):
            services.book(session, rules, KEY, first.visit_id, "loans", later)


def test_the_link_is_a_secret_that_is_not_kept(centre: Database, rules: AppointmentRules, at: Clock) -> None:
    with centre.transaction() as session:
        visit = open_visit(session, "seongsu", "phone", "ko").id
        booked = services.book(session, rules, KEY, visit, "loans", TEN)
        assert services.by_secret(session, booked.secret) is booked.appointment
        assert booked.secret not in repr(booked.appointment.__dict__)
        assert len(booked.secret) == 32
        assert (
            secret_of(KEY, booked.appointment)
            == booked.secret
            != secret_of("another key", booked.appointment)
        )
        with pytest.raises(AppointmentNotFound):
            services.by_secret(session, booked.appointment.id)


def test_with_the_line_cut_the_branch_knows_the_list(
    centre: Database, hub: Database, rules: AppointmentRules, at: Clock
) -> None:
    with centre.transaction() as session:
        mine, other = books(session, rules), books(session, rules)
        services.cancel(session, other)
    goes_down(centre, hub)
    at(TEN - timedelta(minutes=5))
    with hub.transaction() as session:
        issue_ticket(session, open_visit(session, "seongsu", "kiosk", "ko").id, "loans")
        with pytest.raises(AppointmentNotFound):
            arriving.by_number(session, "seongsu", other.number)
        found = arriving.by_number(session, "seongsu", mine.number)
        first = arriving.is_time(rules, found.starts_at, clock.now())
        ticket = arriving.check_in(session, found, first=first)
        assert arriving.check_in(session, found, first=first) is ticket
        assert call_next(session, "seongsu-4").id == ticket.id
    up = parcel(hub)
    deliver(centre, up.stream, up.events)
    with centre.reading() as session:
        known = session.get_one(Appointment, mine.id)
    assert (known.state, known.ticket_id) == (AppointmentState.ARRIVED, ticket.id)


def test_an_older_version_from_the_centre_changes_nothing(
    centre: Database, hub: Database, rules: AppointmentRules, at: Clock
) -> None:
    with centre.transaction() as session:
        mine = books(session, rules)
        services.change(session, rules, mine, TEN + timedelta(hours=1))
        asked = [each.payload for each in outstanding(session, "seongsu")]
    with hub.transaction() as session:
        for payload in (*asked, asked[0]):
            arriving.keep(session, payload)
        assert session.scalars(select(Appointment)).one().starts_at == TEN + timedelta(hours=1)


def test_early_waits_with_everybody_until_the_time_and_late_has_no_right(
    centre: Database, hub: Database, rules: AppointmentRules, at: Clock
) -> None:
    with centre.transaction() as session:
        early, late = books(session, rules), books(session, rules)
    goes_down(centre, hub)
    at(TEN - timedelta(minutes=30))
    with hub.transaction() as session:
        walk_in = issue_ticket(session, open_visit(session, "seongsu", "kiosk", "ko").id, "loans")
        ticket = arriving.check_in(session, session.get_one(Appointment, early.id), first=False)
        arriving.look(session, rules, "seongsu")
        assert [each.id for each in waiting_tickets(session, "seongsu")] == [walk_in.id, ticket.id]
    at(TEN - timedelta(minutes=rules.early))
    with hub.transaction() as session:
        arriving.look(session, rules, "seongsu")
        assert [each.id for each in waiting_tickets(session, "seongsu")] == [ticket.id, walk_in.id]
    at(TEN + timedelta(minutes=rules.grace, seconds=1))
    with hub.transaction() as session:
        second = session.get_one(Appointment, late.id)
        behind = arriving.check_in(
            session, second, first=arriving.is_time(rules, second.starts_at, clock.now())
        )
        arriving.look(session, rules, "seongsu")
        assert behind.priority is None
        assert waiting_tickets(session, "seongsu")[0].priority == Priority.BOOKED


def test_who_does_not_come_loses_the_time_and_not_the_day(
    centre: Database, hub: Database, rules: AppointmentRules, at: Clock
) -> None:
    with centre.transaction() as session:
        mine = books(session, rules)
    goes_down(centre, hub)
    at(TEN + timedelta(minutes=rules.missed_after, seconds=1))
    with hub.transaction() as session:
        for _ in range(2):
            arriving.look(session, rules, "seongsu")
        found = arriving.by_number(session, "seongsu", mine.number)
        assert found.state == AppointmentState.MISSED
        assert arriving.check_in(session, found, first=False).priority is None
    at(TEN + timedelta(days=1))
    with hub.transaction() as session, pytest.raises(AppointmentNotFound):
        arriving.by_number(session, "seongsu", mine.number)


def test_the_calendar_file_can_be_read_and_replaced() -> None:
    file = calendar_file("a" * 32, TEN, 30, "대출 상담", "마루은행 성수지점", "https://maru.example/a/x", 2)
    event = Calendar.from_ical(file).walk("VEVENT")[0]
    assert event.decoded("dtstart") == TEN
    assert event.decoded("dtend") - event.decoded("dtstart") == timedelta(minutes=30)
    assert (str(event["summary"]), str(event["sequence"])) == ("대출 상담", "2")
    assert event["uid"] == f"{'a' * 32}@maru"
