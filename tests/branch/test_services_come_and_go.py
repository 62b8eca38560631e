"""Services that a manager adds, puts in order and takes away, from the centre to the desks of the branch and back."""

from typing import Any

import pytest

from branch.appointments import arriving
from branch.clock import now
from branch.database import Database
from branch.errors import NotFound
from branch.link import outbox
from branch.people.models import Branch, Desk
from branch.people.services import get_branch
from branch.schedule import services as schedule
from branch.schedule.content import ScheduleContent
from branch.tickets import desks
from branch.tickets.errors import ServiceClosed
from branch.tickets.models import Service
from branch.tickets.services import all_services, issue_ticket, letters_of, services_of
from branch.tickets.wait import known
from branch.visits.services import open_visit
from tests.branch.conftest import staff
from tests.branch.test_schedule import (
    asked,
    carry_out,
    edited,
    in_order,
    report,
    save,
    told,
    with_pensions,
    with_service,
)


def ticket_for(hub: Database, service: str) -> str:
    with hub.transaction() as session:
        return issue_ticket(session, open_visit(session, "seongsu", "kiosk", "ko").id, service).id


def offered(database: Database) -> list[str]:
    with database.reading() as session:
        return [service.slug for service in services_of(session, "seongsu")]


def call_at(hub: Database, desk: str) -> str:
    with hub.transaction() as session:
        return desks.next_customer(session, desk).id


def served_at(database: Database, desk: str) -> list[str]:
    with database.reading() as session:
        return session.get_one(Desk, desk).services


def test_a_new_service_is_offered_and_called_at_the_desks_that_serve_it(
    hub: Database, centre: Database
) -> None:
    save(centre, with_pensions(centre), 0)
    assert "pensions" not in offered(centre)  # not before the branch does
    carry_out(hub, *asked(centre))
    report(hub, centre)
    assert (
        offered(hub) == offered(centre) == ["pensions", "deposits", "savings", "loans", "exchange", "cards"]
    )
    waiting = ticket_for(hub, "pensions")
    assert served_at(hub, "seongsu-4") == served_at(centre, "seongsu-4")
    assert call_at(hub, "seongsu-4") == waiting


def test_desks_that_are_named_serve_and_others_do_not(hub: Database, centre: Database) -> None:
    save(centre, with_service(centre, "loans", desks=["seongsu-1", "seongsu-3"]), 0)
    carry_out(hub, *asked(centre))
    assert {desk for desk in range(1, 5) if "loans" in served_at(hub, f"seongsu-{desk}")} == {1, 3}
    assert set(served_at(hub, "seongsu-1")) == {"deposits", "cards", "loans"}


def test_a_service_that_is_taken_away_is_served_to_its_last_number(hub: Database, centre: Database) -> None:
    waiting = ticket_for(hub, "loans")
    save(centre, with_service(centre, "loans", retired=True), 0)
    carry_out(hub, *asked(centre))
    report(hub, centre)
    assert "loans" not in offered(hub) + offered(centre)
    with pytest.raises(ServiceClosed):
        ticket_for(hub, "loans")
    assert call_at(hub, "seongsu-4") == waiting
    with hub.reading() as session:
        assert session.get_one(Service, "seongsu.loans").name["ko"] == "대출 상담"
        assert "loans" in [service.slug for service in all_services(session, "seongsu")]
        assert "C" in letters_of(session, "seongsu", known(session, "seongsu").today())


def test_nobody_is_sent_to_a_service_that_was_taken_away(hub: Database, centre: Database) -> None:
    ticket = ticket_for(hub, "deposits")
    save(centre, with_service(centre, "loans", retired=True), 0)
    carry_out(hub, *asked(centre))
    assert call_at(hub, "seongsu-1") == ticket
    with hub.transaction() as session, pytest.raises(NotFound):
        desks.transfer_to_service(session, "seongsu-1", ticket, "loans")


def test_who_has_booked_what_was_taken_away_is_served(hub: Database, centre: Database) -> None:
    with hub.transaction() as session:
        visit = open_visit(session, "seongsu", "phone", "ko").id
        booked: dict[str, Any] = {
            "appointment": "a" * 32,
            "visit": visit,
            "branch": "seongsu",
            "language": "ko",
            "service": "loans",
            "starts_at": now().isoformat(),
            "number": "123456",
            "state": "booked",
            "version": 1,
        }
        arriving.keep(session, booked)
    save(centre, with_service(centre, "loans", retired=True), 0)
    carry_out(hub, *asked(centre))
    with hub.transaction() as session:
        appointment = arriving.by_number(session, "seongsu", "123456")
        assert arriving.check_in(session, appointment, first=True).number == "C-001"


def test_the_order_of_the_screens_is_that_of_the_version(hub: Database, centre: Database) -> None:
    save(centre, in_order(centre, "cards"), 0)
    carry_out(hub, *asked(centre))
    assert offered(hub) == ["cards", "deposits", "savings", "loans", "exchange"]


def test_taking_back_an_addition_takes_the_service_away_and_its_number_stands(
    hub: Database, centre: Database
) -> None:
    save(centre, with_pensions(centre), 0)
    carry_out(hub, *asked(centre))
    waiting = ticket_for(hub, "pensions")
    with centre.transaction() as session:
        branch, manager = get_branch(session, "seongsu"), staff(centre, "manager@maru.example").id
        schedule.restore_before(session, branch, manager, 1)
    carry_out(hub, *asked(centre))
    report(hub, centre)
    assert "pensions" not in offered(hub) + offered(centre)
    assert call_at(hub, "seongsu-4") == waiting


def test_taking_back_where_the_new_service_has_the_letter_of_an_old_one(
    hub: Database, centre: Database
) -> None:
    save(centre, with_service(centre, "loans", letter="Z"), 0)
    save(centre, with_pensions(centre, letter="C"), 1)
    manager = staff(centre, "manager@maru.example").id
    with centre.transaction() as session:
        branch = get_branch(session, "seongsu")
        schedule.restore_before(session, branch, manager, 2)
        third = schedule.newest(session, "seongsu")
        assert third is not None
        schedule.restore_before(session, branch, manager, 3)
        schedule.restore_before(session, branch, manager, 4)
    carry_out(hub, *asked(centre))
    assert told(hub)[-1] == "schedule.applied"
    assert "pensions" not in offered(hub)


def test_a_desk_that_the_branch_does_not_have_is_refused_whole(hub: Database, centre: Database) -> None:
    save(centre, with_pensions(centre, desks=["jeju-1"]), 0)
    carry_out(hub, *asked(centre))
    assert told(hub) == ["schedule.refused"]
    assert "pensions" not in offered(hub)


def test_a_version_of_before_leaves_desks_and_order_as_they_are(hub: Database, centre: Database) -> None:
    save(centre, edited(centre, week=[None] * 7), 0)
    (command,) = asked(centre)
    new = ("desks", "retired")
    services = [
        {key: value for key, value in each.items() if key not in new}
        for each in command["payload"]["content"]["services"]
    ]
    content = {"week": command["payload"]["content"]["week"], "services": services}
    before = [served_at(hub, f"seongsu-{desk}") for desk in range(1, 5)]
    carry_out(hub, {**command, "version": 1, "payload": {**command["payload"], "content": content}})
    assert told(hub) == ["schedule.applied"]
    assert [served_at(hub, f"seongsu-{desk}") for desk in range(1, 5)] == before
    assert ScheduleContent.model_validate(content).services[0].desks is None


def test_a_command_in_a_shape_this_hub_does_not_know_stays_asked(hub: Database, centre: Database) -> None:
    save(centre, with_pensions(centre), 0)
    (command,) = asked(centre)
    with hub.transaction() as session:
        assert not outbox.carry_out(session, {**command, "version": 3})
        assert session.get_one(Branch, "seongsu").schedule_version == 0
        assert outbox.carry_out(session, {**command, "version": 2})
