"""Experts by appointment: which times, whose time, the last one, the way in early, in time, late and not at all."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from branch import clock
from branch.appointments import experts, meeting
from branch.appointments.calendar import is_within_hours, times
from branch.appointments.errors import (
    AppointmentNotFound,
    BookedAlready,
    ConsultTimeOver,
    DayClosed,
    SlotFull,
    SlotPast,
    TimeNotOffered,
    TooEarly,
)
from branch.appointments.expert_models import ExpertAppointment, ExpertPlace, ExpertState
from branch.appointments.links import COUNTER, EXPERT, secret_for, secret_of
from branch.appointments.turns import Hour, hour
from branch.consults import consent
from branch.consults import services as consults
from branch.consults.line import place, read_line
from branch.consults.models import Consult, ConsultState
from branch.content.appointments import ExpertRules
from branch.content.catalogue import Catalogue
from branch.database import Database
from branch.errors import MaruError, NotFound
from branch.people.models import Branch
from branch.tickets.order import Turn, calling_order
from branch.visits.services import forget, open_visit, thread
from tests.branch.conftest import staff

SEOUL = ZoneInfo("Asia/Seoul")
MONDAY = datetime(2026, 12, 21, 9, 0, tzinfo=SEOUL)
TEN = datetime(2026, 12, 21, 10, 0, tzinfo=SEOUL)
KEY = "a-secret-for-tests-of-at-least-32-characters"
Clock = Callable[[datetime], None]


@pytest.fixture
def rules(catalogue: Catalogue) -> ExpertRules:
    return catalogue.appointments.experts


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Set the clock; it stands on Monday at nine."""

    def set_to(moment: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: moment.astimezone(UTC))

    set_to(MONDAY)
    return set_to


def after(minutes: float, begins: datetime = TEN) -> datetime:
    return begins + timedelta(minutes=minutes)


def books(
    session: Session, rules: ExpertRules, starts_at: datetime = TEN, topic: str = "realestate"
) -> ExpertAppointment:
    visit = open_visit(session, "seongsu", "phone", "ko").id
    return experts.book(session, rules, KEY, visit, topic, starts_at).appointment


def stands(session: Session, consult: Consult) -> Consult:
    """Agree and pass the device check."""
    consent.answer(session, consult, "1", "ko", recording=True)
    consults.ready(session, consult)
    return consult


def walks_in(session: Session, topic: str = "realestate") -> Consult:
    visit = open_visit(session, "seongsu", "phone", "ko").id
    return stands(session, consults.request(session, visit, topic, "phone"))


def test_times_keep_lunch_weekends_holidays_and_the_past_free(
    centre: Database, rules: ExpertRules, at: Clock
) -> None:
    with centre.reading() as session:
        branch = session.get_one(Branch, "seongsu")

    def told(day: date, now: datetime = MONDAY) -> list[str]:
        return [each.strftime("%H:%M") for each in times(rules, branch, day, now)]

    today = MONDAY.date()
    assert told(today)[:6] == ["09:30", "10:00", "10:30", "11:00", "11:30", "13:00"]
    assert told(today)[-1] == "17:00"
    assert told(today, TEN)[0] == "10:30"
    assert told(date(2026, 12, 25)) == told(date(2026, 12, 26)) == told(date(2027, 3, 2)) == []
    working = {
        hour: is_within_hours(rules, branch, MONDAY.replace(hour=hour)) for hour in (9, 10, 12, 14, 18)
    }
    assert working == {9: False, 10: True, 12: False, 14: True, 18: False}
    assert not is_within_hours(rules, branch, datetime(2026, 12, 25, 10, 0, tzinfo=SEOUL))


REFUSED: list[tuple[str, datetime, type[MaruError]]] = [
    ("a holiday", datetime(2026, 12, 25, 10, 0, tzinfo=SEOUL), DayClosed),
    ("a weekend", datetime(2026, 12, 26, 10, 0, tzinfo=SEOUL), DayClosed),
    ("the past", datetime(2026, 12, 18, 10, 0, tzinfo=SEOUL), SlotPast),
    ("lunch", datetime(2026, 12, 21, 12, 0, tzinfo=SEOUL), TimeNotOffered),
    ("between two times", datetime(2026, 12, 21, 10, 7, tzinfo=SEOUL), TimeNotOffered),
    ("too far ahead", datetime(2027, 2, 1, 10, 0, tzinfo=SEOUL), TimeNotOffered),
]


@pytest.mark.parametrize(("_name", "starts_at", "error"), REFUSED)
def test_a_time_that_nobody_can_have_is_refused(
    centre: Database, rules: ExpertRules, at: Clock, _name: str, starts_at: datetime, error: type[MaruError]
) -> None:
    with centre.transaction() as session, pytest.raises(error):
        books(session, rules, starts_at)


def test_a_time_has_room_for_the_advisors_of_its_topic_and_one_has_one_time_for_all_topics(
    centre: Database, rules: ExpertRules, at: Clock
) -> None:
    with centre.transaction() as session:
        books(session, rules, topic="tax")
        assert experts.left(session, rules, "products", [TEN]) == {TEN: 1}
        books(session, rules, topic="tax")
        for topic in ("tax", "products"):
            assert experts.left(session, rules, topic, [TEN, after(30)]) == {
                TEN: 0,
                after(30): {"tax": 2, "products": 1}[topic],
            }
    for topic in ("tax", "products"):
        with pytest.raises(SlotFull), centre.transaction() as session:
            books(session, rules, topic=topic)
    with centre.transaction() as session:
        few = rules.model_copy(update={"capacity": 1})
        assert experts.left(session, few, "tax", [after(30)]) == {after(30): 1}
        assert experts.left(session, rules, "nothing", [TEN]) == {TEN: 0}


def test_a_full_time_is_free_again_after_changing_and_cancelling(
    centre: Database, rules: ExpertRules, at: Clock
) -> None:
    with centre.transaction() as session:
        first = books(session, rules)
    with pytest.raises(SlotFull), centre.transaction() as session:
        books(session, rules)
    with centre.transaction() as session:
        first = session.get_one(ExpertAppointment, first.id)
        experts.change(session, rules, first, after(30))
        second = books(session, rules)
        for _ in range(2):
            experts.cancel(session, second)
        books(session, rules)
        with pytest.raises(ConsultTimeOver):
            experts.change(session, rules, second, after(60))
        assert experts.left(session, rules, "realestate", [TEN, after(30)]) == {TEN: 0, after(30): 0}
        assert first.changes == 1


def test_a_visit_has_one_that_is_to_come(centre: Database, rules: ExpertRules, at: Clock) -> None:
    with centre.transaction() as session:
        mine = books(session, rules)
    with pytest.raises(BookedAlready), centre.transaction() as session:
        experts.book(session, rules, KEY, mine.visit_id, "tax", after(30))
    with centre.transaction() as session:
        experts.cancel(session, session.get_one(ExpertAppointment, mine.id))
        experts.book(session, rules, KEY, mine.visit_id, "tax", after(30))


def test_the_link_is_a_secret_that_only_the_centre_can_make_again(
    centre: Database, rules: ExpertRules, at: Clock
) -> None:
    with centre.transaction() as session:
        visit = open_visit(session, "seongsu", "phone", "ko").id
        mine, secret = experts.book(session, rules, KEY, visit, "tax", TEN)
        assert experts.by_secret(session, secret) is mine
        assert len(secret) == 32
        assert secret not in repr(mine.__dict__)
        assert secret_of(KEY, mine) == secret != secret_for("another key", EXPERT, mine.id)
        assert secret_of("another key", mine) is None
        for wrong in (mine.id, secret_for(KEY, EXPERT, visit), secret_for(KEY, COUNTER, mine.id)):
            with pytest.raises(AppointmentNotFound):
                experts.by_secret(session, wrong)
        forget(session, visit)
        with pytest.raises(NotFound):
            experts.by_secret(session, secret)


def test_who_waits_in_line_leaves_it_by_booking(centre: Database, rules: ExpertRules, at: Clock) -> None:
    with centre.transaction() as session:
        waiting = walks_in(session)
        experts.book(session, rules, KEY, waiting.visit_id, "realestate", TEN)
        assert waiting.state == ConsultState.CANCELLED


def test_the_door_opens_before_the_time_and_the_front_is_theirs_from_it_on(
    centre: Database, rules: ExpertRules, at: Clock
) -> None:
    with centre.transaction() as session:
        mine = books(session, rules)
        at(after(-rules.early - 1))
        with pytest.raises(TooEarly):
            meeting.come(session, rules, mine, "phone")
        walk_in = walks_in(session)
        at(after(-rules.early))
        consult = meeting.come(session, rules, mine, "phone")
        assert meeting.come(session, rules, mine, "phone") is consult
        stands(session, consult)
        at(after(-1))
        assert [each.id for each in consults.waiting(session, ["realestate"])] == [walk_in.id, consult.id]
        at(TEN)
        assert [each.id for each in consults.waiting(session, ["realestate"])] == [consult.id, walk_in.id]
        assert (consults.place(session, consult), consults.place(session, walk_in)) == (1, 2)
        assert read_line(session, ["realestate"]).turn is Turn.PRIORITY
        at(after(3 * rules.missed_after))
        assert meeting.look(session, rules) == []
        consults.claim(session, consult.id, staff(centre, "realestate@maru.example"))
        assert session.get_one(ExpertAppointment, mine.id, populate_existing=True).state == ExpertState.KEPT
        assert meeting.come(session, rules, mine, "phone") is consult
        consults.end(session, consult)
        for again in (
            lambda: meeting.come(session, rules, mine, "phone"),
            lambda: experts.cancel(session, mine),
        ):
            with pytest.raises(ConsultTimeOver):
                again()


def test_who_comes_late_has_no_right_and_much_later_no_appointment(
    centre: Database, rules: ExpertRules, at: Clock
) -> None:
    with centre.transaction() as session:
        late = books(session, rules)
        at(after(5))
        walk_in = walks_in(session)
        at(after(rules.grace + 1))
        behind = stands(session, meeting.come(session, rules, late, "phone"))
        assert (behind.booked_for, behind.first_from) == (TEN.astimezone(UTC), None)
        assert [each.id for each in consults.waiting(session, ["realestate"])] == [walk_in.id, behind.id]
        experts.cancel(session, late)
        assert behind.state == ConsultState.CANCELLED
        at(MONDAY)
        gone = books(session, rules)
        at(after(rules.missed_after) + timedelta(seconds=1))
        with pytest.raises(ConsultTimeOver):
            meeting.come(session, rules, gone, "phone")


def test_nobody_came(centre: Database, rules: ExpertRules, at: Clock) -> None:
    with centre.transaction() as session:
        mine = books(session, rules)
        at(TEN)
        consult = meeting.come(session, rules, mine, "phone")
        at(after(rules.missed_after))
        assert meeting.look(session, rules) == []
        at(after(rules.missed_after) + timedelta(seconds=1))
        assert [each.id for each in meeting.look(session, rules)] == [mine.id]
        assert meeting.look(session, rules) == []
        assert (mine.state, consult.first_from) == (ExpertState.MISSED, None)
        assert session.scalar(select(func.count()).select_from(ExpertPlace)) == 0
        assert [each.kind for each in thread(session, mine.visit_id)][-1] == "expert.missed"
        experts.book(session, rules, KEY, mine.visit_id, "realestate", after(60))


def test_yesterdays_link_opens_no_door(centre: Database, rules: ExpertRules, at: Clock) -> None:
    with centre.transaction() as session:
        mine = books(session, rules)
        at(TEN + timedelta(days=1))
        for late in (
            lambda: meeting.come(session, rules, mine, "phone"),
            lambda: experts.change(session, rules, mine, TEN + timedelta(days=2)),
        ):
            with pytest.raises(ConsultTimeOver):
                late()


def test_the_topic_that_was_booked_is_the_appointment_and_another_is_not(
    centre: Database, rules: ExpertRules, at: Clock
) -> None:
    with centre.transaction() as session:
        mine = books(session, rules)
        early = meeting.request(session, rules, mine.visit_id, "realestate", "phone")
        assert early.booked_for is None
        at(TEN)
        same = meeting.request(session, rules, mine.visit_id, "realestate", "phone")
        assert (same, mine.consult_id) == (early, early.id)
        assert same.first_from == TEN.astimezone(UTC)
        other = meeting.request(session, rules, mine.visit_id, "tax", "phone")
        assert (other, other.booked_for, other.first_from) == (early, None, None)


def test_a_reminder_is_said_once(centre: Database, rules: ExpertRules, at: Clock) -> None:
    with centre.transaction() as session:
        mine = books(session, rules)
        at(after(-rules.remind - 1))
        assert meeting.due_reminders(session, rules) == []
        at(after(-rules.remind))
        assert [each.id for each in meeting.due_reminders(session, rules)] == [mine.id]
        assert meeting.due_reminders(session, rules) == []


@given(minutes=st.integers(-200, 200))
def test_every_minute_has_one_meaning(minutes: int) -> None:
    rules = ExpertRules()
    expected = (
        Hour.BEFORE
        if minutes < -rules.early
        else Hour.OPEN
        if minutes <= rules.grace
        else Hour.LATE
        if minutes <= rules.missed_after
        else Hour.OVER
    )
    assert hour(rules, TEN, after(minutes)) is expected


waiters = st.lists(st.tuples(st.integers(0, 90), st.sampled_from([None, None, 30, 60, 90, 200])), max_size=20)


@given(line=waiters, streak=st.integers(0, 2), now=st.integers(90, 120))
def test_nobody_without_a_booking_is_passed_more_often_than_the_rule_says(
    line: list[tuple[int, int | None]], streak: int, now: int
) -> None:
    standing = [
        place(f"{number:02}", after(since), None if first is None else after(first), after(now))
        for number, (since, first) in enumerate(line)
    ]
    taken = calling_order(standing, streak)
    assert sorted(each.id for each in taken) == sorted(each.id for each in standing)
    ordinary = [each for each in taken if each.priority is None]
    assert ordinary == sorted(ordinary, key=lambda each: (each.issued_at, each.id))
    for before, each in enumerate(ordinary):
        assert taken.index(each) < 3 * (before + 1)
    booked = [each for each in taken if each.priority is not None]
    assert booked == sorted(booked, key=lambda each: (each.issued_at, each.id))
    assert {each.id for each in booked} == {
        f"{number:02}" for number, (_, first) in enumerate(line) if first is not None and first <= now
    }


def test_after_two_who_booked_comes_one_who_waits(centre: Database, rules: ExpertRules, at: Clock) -> None:
    advisor = staff(centre, "realestate@maru.example")
    with centre.transaction() as session:
        mine = [books(session, rules, after(30 * number)) for number in range(3)]
        at(after(-5))
        walk_in = walks_in(session)
        for number, each in enumerate(mine):
            at(after(30 * number - 5))
            stands(session, meeting.come(session, rules, each, "phone"))
        at(after(70))
        taken = []
        for _ in range(4):
            taken.append(read_line(session, ["realestate"]).ids[0])
            consult = consults.claim(session, taken[-1], advisor)
            consults.end(session, consult)
            consults.close(session, consult, "다음에 다시 이야기하기로 했어요.")
        assert taken == [mine[0].consult_id, mine[1].consult_id, walk_in.id, mine[2].consult_id]
