"""Hours and services: when a branch is open, versions that go down the link once and in order, and back again."""

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from branch.database import Database
from branch.errors import Conflict
from branch.link import commands, inbox, outbox
from branch.people.models import Branch
from branch.people.services import get_branch
from branch.schedule import services as schedule
from branch.schedule.content import Differences, ScheduleContent
from branch.schedule.hours import AROUND_THE_CLOCK, hours_on, is_open_at, next_opening
from branch.tickets.errors import NothingToUndo, ServiceClosed
from branch.tickets.models import Service
from branch.tickets.services import issue_ticket
from branch.visits.services import open_visit
from tests.branch.conftest import staff

SEOUL = ZoneInfo("Asia/Seoul")
NINE_TO_FOUR = ["09:00", "16:00"]
WEEKDAYS: dict[str, Any] = {
    "week": [NINE_TO_FOUR] * 5 + [None] * 2,
    "exceptions": {"2026-12-25": None, "2026-12-26": ["10:00", "12:00"]},
}


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of December 2026 in Seoul; the 21st is a Monday."""
    return datetime(2026, 12, day, hour, minute, tzinfo=SEOUL)


@pytest.mark.parametrize(
    ("moment", "open_then"),
    [
        (at(21, 8, 59), False),
        (at(21, 9), True),
        (at(21, 15, 59), True),
        (at(21, 16), False),
        (at(25, 10), False),  # a Friday, but a holiday
        (at(26, 10), True),  # a Saturday, but open
        (at(26, 12), False),
        (at(27, 10), False),
    ],
)
def test_exceptions_come_before_the_week(moment: datetime, open_then: bool) -> None:
    assert is_open_at(WEEKDAYS, moment) is open_then


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        (at(21, 7), at(21, 9)),
        (at(21, 16), at(22, 9)),
        (at(24, 17), at(26, 10)),  # over the holiday
        (at(26, 12), at(28, 9)),  # over Sunday
    ],
)
def test_the_next_opening(moment: datetime, opens: datetime) -> None:
    assert next_opening(WEEKDAYS, moment) == opens


def test_a_branch_that_never_closes_and_one_that_never_opens() -> None:
    assert is_open_at(None, at(27, 3))
    assert hours_on(None, date(2026, 12, 27)) == AROUND_THE_CLOCK
    shut = {"week": [None] * 7, "exceptions": {}}
    assert not is_open_at(shut, at(21, 12))
    assert next_opening(shut, at(21, 12)) is None


def edited(database: Database, **changes: Any) -> ScheduleContent:
    """What the branch does now, with changes."""
    with database.reading() as session:
        now = schedule.current(session, get_branch(session, "seongsu"))
    return ScheduleContent.model_validate({**now.as_json(), **changes})


def with_service(database: Database, slug: str, **changes: Any) -> ScheduleContent:
    content = edited(database)
    services = [
        {**service.model_dump(mode="json"), **(changes if service.slug == slug else {})}
        for service in content.services
    ]
    return edited(database, services=services)


def with_pensions(database: Database, **changes: Any) -> ScheduleContent:
    """A sixth service, first on the screens."""
    offer = {
        "slug": "pensions",
        "letter": "F",
        "name": {"ko": "연금", "en": "Pensions"},
        "description": {"ko": "연금을 의논해요"},
        "minutes": [10, 20],
        "desks": ["seongsu-4"],
        **changes,
    }
    services = [each.model_dump(mode="json") for each in edited(database).services]
    return edited(database, services=[offer, *services])


def in_order(database: Database, *first: str) -> ScheduleContent:
    services = sorted(edited(database).services, key=lambda each: each.slug not in first)
    return edited(database, services=[each.model_dump(mode="json") for each in services])


def save(centre: Database, content: ScheduleContent, seen: int) -> None:
    manager = staff(centre, "manager@maru.example").id
    with centre.transaction() as session:
        schedule.save(session, get_branch(session, "seongsu"), content, manager, seen)


def asked(centre: Database) -> list[dict[str, Any]]:
    with centre.reading() as session:
        waiting = commands.outstanding(session, "seongsu")
        return [{"id": each.id, "kind": each.kind, "payload": each.payload} for each in waiting]


def carry_out(hub: Database, *wanted: dict[str, Any]) -> None:
    for command in wanted:
        with hub.transaction() as session:
            assert outbox.carry_out(session, command)


def told(hub: Database) -> list[str]:
    with hub.transaction() as session:
        return [event["kind"] for event in outbox.pending(session).events]


def report(hub: Database, centre: Database) -> None:
    with hub.transaction() as session:
        up = outbox.pending(session)
    with centre.transaction() as session:
        inbox.receive(session, "seongsu", up.stream, up.events)


def test_a_version_goes_down_and_its_answer_comes_up(hub: Database, centre: Database) -> None:
    save(centre, with_service(centre, "loans", open=False), 0)
    with centre.reading() as session:
        assert schedule.history(session, "seongsu")[0].applied_at is None
        assert not session.get_one(Service, "seongsu.loans").paused  # not before the branch does
    carry_out(hub, *asked(centre))
    with hub.transaction() as session:
        visit = open_visit(session, "seongsu", "kiosk", "ko").id
        with pytest.raises(ServiceClosed):
            issue_ticket(session, visit, "loans")
    report(hub, centre)
    with centre.reading() as session:
        newest, first = schedule.history(session, "seongsu")
        assert newest.applied_at is not None
        assert (newest.version, first.version, first.made_by) == (1, 0, None)
        assert session.get_one(Service, "seongsu.loans").paused


def test_versions_are_applied_once_and_an_older_one_that_comes_late_is_ignored(
    hub: Database, centre: Database
) -> None:
    save(centre, with_service(centre, "loans", minutes=(20, 40)), 0)
    save(centre, with_service(centre, "loans", minutes=(5, 6)), 1)
    first, second = asked(centre)
    carry_out(hub, second, first, second)
    carry_out(hub, {**second, "id": "0" * 32})  # the same version under another id
    with hub.reading() as session:
        assert session.get_one(Service, "seongsu.loans").minutes_high == 6
        assert session.get_one(Branch, "seongsu").schedule_version == 2
    assert told(hub) == ["schedule.applied"]


def test_a_closed_branch_gives_out_no_tickets_and_remembers_it_over_a_restart(
    hub: Database, centre: Database
) -> None:
    save(centre, edited(centre, week=[None] * 7), 0)
    carry_out(hub, *asked(centre))
    again = Database(str(hub.engine.url), outbox=True)
    with again.transaction() as session:
        visit = open_visit(session, "seongsu", "kiosk", "ko").id
        with pytest.raises(ServiceClosed):
            issue_ticket(session, visit, "deposits")
    again.close()


def test_two_services_may_swap_their_letters(hub: Database, centre: Database) -> None:
    content = edited(centre)
    letters = {"deposits": "B", "savings": "A"}
    services = [
        {**each.model_dump(mode="json"), "letter": letters.get(each.slug, each.letter)}
        for each in content.services
    ]
    save(centre, edited(centre, services=services), 0)
    carry_out(hub, *asked(centre))
    with hub.transaction() as session:
        visit = open_visit(session, "seongsu", "kiosk", "ko").id
        assert issue_ticket(session, visit, "deposits").number == "B-001"


def test_content_that_the_branch_cannot_apply_is_answered_and_changes_nothing(
    hub: Database, centre: Database
) -> None:
    save(centre, with_service(centre, "loans", minutes=(20, 40)), 0)
    (command,) = asked(centre)
    content = {**command["payload"]["content"], "week": [["16:00", "09:00"]] * 7}
    carry_out(hub, {**command, "payload": {**command["payload"], "content": content}})
    assert told(hub) == ["schedule.refused"]
    report(hub, centre)
    with hub.reading() as session:
        assert session.get_one(Branch, "seongsu").schedule_version == 0
    with centre.reading() as session:
        newest = schedule.newest(session, "seongsu")
        assert newest is not None
        assert newest.refused_at is not None


def test_taking_back_is_a_new_version_that_says_what_the_one_before_said(
    hub: Database, centre: Database
) -> None:
    manager = staff(centre, "manager@maru.example").id
    before = edited(centre)
    with centre.transaction() as session, pytest.raises(NothingToUndo):
        schedule.restore_before(session, get_branch(session, "seongsu"), manager, 0)
    save(centre, edited(centre, week=[None] * 7), 0)
    with centre.transaction() as session:
        restored = schedule.restore_before(session, get_branch(session, "seongsu"), manager, 1)
        assert (restored.version, restored.restores, restored.made_by) == (2, 0, manager)
    carry_out(hub, *asked(centre))
    assert edited(centre) == before
    with hub.transaction() as session:
        issue_ticket(session, open_visit(session, "seongsu", "kiosk", "ko").id, "deposits")


def test_who_saves_on_an_old_page_is_told(centre: Database) -> None:
    content = with_service(centre, "loans", minutes=(20, 40))
    save(centre, content, 0)
    with pytest.raises(Conflict):
        save(centre, content, 0)


def test_what_changed_is_named(centre: Database) -> None:
    before = edited(centre)
    assert with_service(centre, "loans", open=False).differences(before) == Differences(changed=("C",))
    assert edited(centre, week=[None] * 7).differences(before) == Differences(week=True)
    assert with_pensions(centre).differences(before) == Differences(added=("F",))
    assert before.differences(with_pensions(centre)) == Differences(removed=("F",))
    assert in_order(centre, "loans").differences(before) == Differences(order=True)
    assert before.differences(before) == Differences()


@pytest.mark.parametrize(
    "wrong",
    [
        {"week": [None] * 6},
        {"week": [["16:00", "09:00"]] * 7},
        {"exceptions": [{"day": "2026-12-25"}, {"day": "2026-12-25"}]},
        {"exceptions": [{"day": "Christmas"}]},
        {"weather": "sunny"},
    ],
)
def test_content_that_makes_no_sense_is_refused(centre: Database, wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        edited(centre, **wrong)


def test_times_travel_as_they_are(centre: Database) -> None:
    content = edited(centre, week=[NINE_TO_FOUR] * 7)
    assert content.week[0] == (time(9), time(16))
    assert ScheduleContent.model_validate(content.as_json()) == content
    assert content.calendar()["week"][0] == NINE_TO_FOUR
