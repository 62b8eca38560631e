"""Hours that the centre edited, as visitors see them: a closed door, a closed service, and both at once on open pages."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from branch import clock, ids
from branch.link import outbox
from branch.schedule import services as schedule
from kiosk.app import Process
from tests.kiosk.people import Visitor

NEVER: dict[str, Any] = {"week": [None] * 7, "exceptions": []}


def work_by(process: Process, version: int = 1, **changes: Any) -> None:
    """The centre's command arrives at the hub."""
    hub = process.hub
    with hub.writing() as work:
        content = {**schedule.current(work, hub.branch).as_json(), **changes}
        payload = {"branch": hub.branch.id, "version": version, "content": content}
        outbox.carry_out(work, {"id": ids.new_id(), "kind": "schedule.apply", "payload": payload})


def tomorrow(process: Process) -> str:
    return (process.hub.local(clock.now()) + timedelta(days=1)).date().isoformat()


def attract(process: Process) -> str:
    client: FlaskClient = process.app.test_client()
    return client.get("/").get_data(as_text=True)


def test_an_open_branch_tells_its_waits(process: Process) -> None:
    assert "문을 닫았어요" not in attract(process)


def test_a_closed_branch_says_when_it_opens_in_both_languages(process: Process) -> None:
    opens = {"day": tomorrow(process), "hours": ["09:30", "12:00"]}
    work_by(process, **{**NEVER, "exceptions": [opens]})
    page = attract(process)
    assert "지금은 문을 닫았어요" in page
    assert "내일 09:30에 열어요" in page
    assert "tomorrow at 09:30" in page
    assert "기다리시는 분" not in page


def test_a_branch_that_does_not_know_when_it_opens_asks_to_ask(process: Process) -> None:
    work_by(process, **NEVER)
    assert "직원에게 물어봐 주세요" in attract(process)


def test_a_number_is_refused_by_name_and_the_page_says_why(process: Process, visitor: Visitor) -> None:
    work_by(process, **NEVER)
    assert "지금은 문을 닫았어요" in visitor.reads("/ticket")
    assert visitor.error("/ticket", service="deposits")[:2] == (409, "service.closed")


def test_a_service_that_was_closed_a_moment_ago(process: Process, visitor: Visitor) -> None:
    assert "잠시 쉬고 있어요" not in visitor.reads("/ticket")
    services = [{**each, "open": each["slug"] != "loans"} for each in current(process)["services"]]
    work_by(process, services=services)
    assert "잠시 쉬고 있어요" in visitor.reads("/ticket")
    assert visitor.error("/ticket", service="loans")[1] == "service.closed"
    assert visitor.takes_ticket("deposits") == "A-001"


def current(process: Process) -> dict[str, Any]:
    with process.hub.reading() as work:
        return schedule.current(work, process.hub.branch).as_json()


@pytest.mark.parametrize("namespace", ["/display", "/kiosk"])
def test_open_pages_are_told_at_once(process: Process, visitor: Visitor, namespace: str) -> None:
    socket = process.socketio.test_client(
        process.app, namespace=namespace, flask_test_client=visitor.client, auth={"csrf": visitor.csrf}
    )
    socket.get_received(namespace)
    work_by(process, **NEVER)
    told = [each["args"][0]["what"] for each in socket.get_received(namespace)]
    assert told == ["queue"]


def test_screens_follow_the_clock(
    process: Process, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    work_by(process, week=[["00:00", "23:59"]] * 7)
    socket = process.socketio.test_client(process.app, namespace="/display")
    process.day.look()
    socket.get_received("/display")
    process.day.look()
    assert socket.get_received("/display") == []
    midnight = process.hub.local(clock.now()).replace(hour=23, minute=59, second=30)
    monkeypatch.setattr(clock, "now", lambda: midnight)
    process.day.look()
    assert [each["args"][0]["what"] for each in socket.get_received("/display")] == ["queue"]
