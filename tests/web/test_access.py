"""Every route for every role, as the access table says; pages without sign-in; headers; the OpenAPI document."""

import re

import pytest

from branch import __version__
from branch.people.models import Role
from branch.people.services import issue_sign_in_link
from signaling.access import CENTRE
from tests.web.house import ROLE_LOGINS, Browser, House, code_of
from web.openapi import document

ROLES = (Role.VISITOR, Role.CUSTOMER, Role.GUEST, *ROLE_LOGINS)
NOWHERE = "0" * 32


def browser_of(house: House, role: Role) -> Browser:
    browser = house.browser()
    if role == Role.CUSTOMER:
        browser.claim(house.code())
    elif role == Role.GUEST:
        browser.hold(guest=NOWHERE)
    elif role in ROLE_LOGINS:
        browser.hold(staff=house.member(ROLE_LOGINS[role]).id, staff_role=role.value, language="ko")
    return browser


def routes(house: House) -> dict[str, tuple[str, str]]:
    """One method and one path for each endpoint."""
    found = {}
    for rule in house.process.app.url_map.iter_rules():
        method = next(name for name in ("POST", "PATCH", "GET") if name in (rule.methods or ()))
        found[rule.endpoint] = (method, re.sub(r"<[^>]*>", NOWHERE, rule.rule))
    return found


@pytest.mark.parametrize("role", ROLES)
def test_every_route_for_every_role(house: House, role: Role) -> None:
    for endpoint, (method, path) in routes(house).items():
        answer = browser_of(house, role).call(path, method=method)
        denied = answer.status_code == 403 and code_of(answer) == "access.denied"
        allowed = role in CENTRE[endpoint]
        assert denied is not allowed, f"{role} {method} {path}: {answer.status_code}"


def test_nothing_has_failed_inside(house: House) -> None:
    for role in ROLES:
        for method, path in routes(house).values():
            answer = browser_of(house, role).call(path, method=method)
            expected = 503 if path.endswith("/media") else 499
            assert answer.status_code <= expected, f"{role} {method} {path}: {answer.text}"


@pytest.mark.parametrize("path", ["/advisor", "/manager"])
def test_staff_pages_need_a_sign_in(house: House, path: str) -> None:
    answer = house.browser().get(path)
    assert (answer.status_code, code_of(answer)) == (403, "access.denied")


def test_a_sign_in_link_opens_once(house: House) -> None:
    browser = house.staff("manager@maru.example")
    assert browser.get("/manager").status_code == 200
    assert code_of(house.browser().post("/sign-in/nonsense")) == "sign_in.unknown"
    assert browser.post("/sign-out").status_code == 200
    assert code_of(browser.get("/manager")) == "access.denied"


def test_signing_in_and_out_leaves_the_visit_of_another_window_alone(house: House) -> None:
    browser = house.customer()
    with house.database.transaction() as work:
        token = issue_sign_in_link(work, "tax@maru.example")
    browser.post(f"/sign-in/{token}")
    assert browser.get("/advisor").status_code == 200
    assert browser.get("/visit").status_code == 200
    browser.post("/sign-out")
    assert code_of(browser.get("/advisor")) == "access.denied"
    assert browser.get("/visit").status_code == 200


def test_every_page_carries_the_policy(house: House) -> None:
    answer = house.browser().get("/")
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy.replace("'wasm-unsafe-eval'", "")
    assert answer.headers["Cache-Control"] == "no-store"
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert " style=" not in answer.text


def test_the_openapi_document_names_the_calls_there_are(house: House) -> None:
    there = {
        (re.sub(r"<(\w+)>", r"{\1}", rule.rule), method.lower())
        for rule in house.process.app.url_map.iter_rules()
        if rule.rule.startswith("/api")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    paths = document(__version__)["paths"]
    told = {(path, method) for path, item in paths.items() for method in item if method != "parameters"}
    assert told == there
    assert house.browser().get("/api/openapi.json").json == document(__version__)


def test_figures_count_what_there_is(house: House) -> None:
    house.customer().stand_in_line()
    figures = house.browser().get("/metrics").text
    assert 'maru_consults{state="waiting"} 1.0' in figures
    assert 'maru_consults_waiting{topic="tax"} 1.0' in figures
    assert 'maru_link_reachable{branch="seongsu"} 0.0' in figures
