"""Every route and every socket of the hub, tried as everybody: the access table is what happens."""

from itertools import product

import pytest
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from branch.people.models import Role
from kiosk.app import Process
from signaling.access import EVENTS, KIOSK
from tests.kiosk.people import Person, Visitor, staff

LOGINS = {
    Role.ADVISOR: "tax@maru.example",
    Role.TELLER: "teller@maru.example",
    Role.MANAGER: "manager@maru.example",
}
ROLES = (Role.VISITOR, Role.CUSTOMER, *LOGINS)
NAMESPACES = ("/kiosk", "/desk", "/display")


def somebody(process: Process, role: Role) -> Person:
    if role is Role.CUSTOMER:
        return Visitor(process).arrives()
    person = Person(process)
    person.reads("/display")
    if role in LOGINS:
        with person.client.session_transaction() as session:
            session.update(staff=staff(process, LOGINS[role]).id, staff_role=str(role))
    return person


def tries(person: Person, rule: Rule) -> TestResponse:
    path = rule.rule.replace("<path:filename>", "none.css").replace("<int:question>", "1")
    for name in rule.arguments:
        path = path.replace(f"<{name}>", "0" * 32)
    if "POST" in (rule.methods or set()):
        return person.sends(path)
    return person.client.get(path, headers={"Accept": "text/html"})


def was_refused(answer: TestResponse) -> bool:
    """A visitor's page without a visit leads to the first screen; everything else says 403."""
    sent_away = answer.status_code == 302 and answer.location == "/"
    return answer.status_code == 403 or sent_away


@pytest.mark.parametrize("role", ROLES)
def test_every_route_as_the_table_says(process: Process, role: Role) -> None:
    for rule in process.app.url_map.iter_rules():
        may = bool({Role.VISITOR, role} & KIOSK[rule.endpoint])
        if rule.endpoint == "attract.leave":
            continue  # leads to the first screen for everybody: test_goodbye
        answer = tries(somebody(process, role), rule)
        assert was_refused(answer) is not may, f"{role} {rule.rule}: {answer.status_code} {answer.location}"
        assert answer.status_code < 500, f"{role} {rule.rule}"


@pytest.mark.parametrize(("role", "namespace"), list(product(ROLES, NAMESPACES)))
def test_every_socket_as_the_table_says(process: Process, role: Role, namespace: str) -> None:
    person = somebody(process, role)
    socket = process.socketio.test_client(
        process.app, namespace=namespace, auth={"csrf": person.csrf}, flask_test_client=person.client
    )
    may = bool({Role.VISITOR, role} & EVENTS[f"{namespace} connect"])
    assert socket.is_connected(namespace) is may


@pytest.mark.parametrize("namespace", ["/kiosk", "/desk"])
def test_a_socket_without_the_pages_token_is_refused(process: Process, namespace: str) -> None:
    person = somebody(process, Role.CUSTOMER if namespace == "/kiosk" else Role.TELLER)
    socket = process.socketio.test_client(
        process.app, namespace=namespace, auth={"csrf": "guessed"}, flask_test_client=person.client
    )
    assert not socket.is_connected(namespace)


def test_a_form_without_its_token_changes_nothing(process: Process) -> None:
    visitor = Visitor(process).arrives()
    visitor.csrf = "guessed"
    status, code, _sentence = visitor.error("/ticket", service="deposits")
    assert (status, code) == (400, "csrf.failed")
    assert visitor.opens("/ticket/issued").location == "/ticket"


def test_staff_pages_say_who_may_see_them(process: Process) -> None:
    answer = Person(process).opens("/desk")
    assert answer.status_code == 403
    assert "권한이 있는 분만" in answer.get_data(as_text=True)
    assert "surface-console" in answer.get_data(as_text=True)


def test_the_look_is_shown_in_development_alone(process: Process) -> None:
    assert Person(process).opens("/look").status_code == 200


def test_pages_carry_a_policy_without_inline_code(process: Process) -> None:
    policy = Person(process).opens("/").headers["Content-Security-Policy"]
    assert "unsafe-inline" not in policy
    assert f"connect-src 'self' {process.hub.settings.vision_origin}" in policy
