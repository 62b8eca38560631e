"""A number from home or from a poster: asked of the branch once, shown when it is there, and kindly refused."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from branch import clock, ids
from branch.database import Database
from branch.link import reach
from branch.link.models import Command, LinkPosition
from branch.tickets.door import STEP, door_code
from branch.tickets.models import Ticket, TicketRequest
from branch.visits.models import Visit
from tests.web.house import LINK_KEY, Browser, House, code_of, page_data
from tests.web.test_visit import TICKET, issued, tell

POSTER = "/b/seongsu"
SOON = timedelta(minutes=30)


@pytest.fixture(autouse=True)
def _heard(house: House) -> None:
    with house.database.transaction() as work:
        reach.heard(work, "seongsu")


@pytest.fixture
def phone(house: House) -> Browser:
    browser = house.browser()
    assert browser.get(POSTER).status_code == 200
    return browser


def silence(house: House) -> None:
    """The branch was last heard of some minutes ago."""
    with house.database.transaction() as work:
        work.execute(update(LinkPosition).values(seen_at=clock.now() - timedelta(minutes=3)))


def asked(database: Database) -> list[tuple[str, dict[str, Any]]]:
    with database.reading() as work:
        commands = work.scalars(select(Command).order_by(Command.created_at)).all()
    return [(command.kind, command.payload) for command in commands]


def on_the_way(house: House, phone: Browser, until: timedelta = SOON) -> dict[str, Any]:
    """Ask for a number, and let the branch answer with one."""
    assert phone.post(POSTER, service="deposits", travel="10").status_code == 303
    _, wish = asked(house.database)[-1]
    kind, told = issued()
    told |= {"request": wish["request"], "kept_until": (clock.now() + until).isoformat()}
    tell(house, phone.held("visit"), (kind, told))
    return wish


def test_the_poster_says_what_the_branch_does_and_how_long_it_takes(phone: Browser) -> None:
    page = phone.get(POSTER).text
    assert "돈을 넣고 찾거나 통장을 새로 만들어요" in page
    assert "지금 한산해요" in page
    assert "몇 분 뒤에 도착하세요?" in page


def test_a_number_is_asked_of_the_branch_and_shown_when_it_is_there(house: House, phone: Browser) -> None:
    answer = phone.post(POSTER, service="deposits", travel="10")
    assert 'data-asking="' in phone.get(answer.location).text
    kind, wish = asked(house.database)[-1]
    visit = phone.held("visit")
    assert (kind, wish["visit"], wish["service"], wish["kept"]) == ("ticket.issue", visit, "deposits", 30)
    told = issued()[1] | {"request": wish["request"], "kept_until": (clock.now() + SOON).isoformat()}
    tell(house, visit, ("ticket.issued", told))
    page = phone.get("/visit").text
    assert 'data-mood="on_the_way"' in page
    assert "data-asking" not in page
    assert "이미 A-012번을 갖고 계세요" in phone.get(POSTER).text


def test_a_double_tap_opens_one_visit_and_asks_once(house: House, phone: Browser) -> None:
    again = house.browser()
    again.hold(**{name: phone.held(name) for name in ("coming", "csrf_token")})
    for browser in (phone, again, phone):
        assert browser.post(POSTER, service="deposits", travel="10").status_code == 303
    assert [kind for kind, _ in asked(house.database)] == ["ticket.issue"]
    with house.database.reading() as work:
        assert work.scalar(select(func.count(Visit.id))) == 1


def test_a_refusal_of_the_branch_is_said_with_a_way_on(house: House, phone: Browser) -> None:
    phone.post(POSTER, service="loans", travel="0")
    request = asked(house.database)[-1][1]["request"]
    tell(house, phone.held("visit"), ("request.refused", {"request": request, "code": "service.closed"}))
    page = phone.get("/visit").text
    assert "번호표를 받지 못했어요" in page
    assert "이 업무는 지금 번호표를 받지 않아요." in page


def test_without_the_branch_nothing_is_begun(house: House) -> None:
    silence(house)
    phone = house.browser()
    assert "지금 지점과 연결이 끊겨 번호표를 드릴 수 없어요." in phone.get(POSTER).text
    answer = phone.post(POSTER, service="deposits", travel="10")
    assert (answer.status_code, code_of(answer)) == (503, "branch.unreachable")
    assert asked(house.database) == []
    with house.database.reading() as work:
        assert work.scalar(select(func.count(Visit.id))) == 0


def test_a_branch_that_does_not_answer_in_time_is_not_waited_for(house: House, phone: Browser) -> None:
    phone.post(POSTER, service="deposits", travel="10")
    with house.database.transaction() as work:
        work.execute(update(TicketRequest).values(closes_at=clock.now()))
        work.execute(update(Command).values(expires_at=clock.now()))
    assert "번호표를 받지 못했어요" in phone.get("/visit").text
    phone.post(POSTER, service="deposits", travel="10")
    assert 'data-asking="' in phone.get("/visit").text


@pytest.mark.parametrize("form", [{"travel": "7"}, {"travel": "-1"}, {"travel": "x"}])
def test_a_travel_time_that_is_not_offered_is_refused(phone: Browser, form: dict[str, str]) -> None:
    assert code_of(phone.post(POSTER, service="deposits", **form)) == "input.bad"


def test_an_unknown_branch_has_no_poster(house: House) -> None:
    assert house.browser().get("/b/nowhere").status_code == 404


def here_path(back: int = 0) -> str:
    seen = clock.now() - timedelta(seconds=STEP * back)
    return f"/here/seongsu/{door_code('seongsu', LINK_KEY, seen)}"


def test_scanning_the_branchs_code_checks_in(house: House, phone: Browser) -> None:
    on_the_way(house, phone)
    assert "data-submit-now" in phone.get(here_path()).text
    assert phone.post(here_path()).status_code == 303
    assert asked(house.database)[-1] == ("ticket.arrived", {"ticket": TICKET})
    place = clock.now().isoformat()
    tell(
        house,
        phone.held("visit"),
        ("ticket.arrived", {"ticket": TICKET, "number": "A-012", "issued_at": place}),
    )
    assert 'data-mood="waiting"' in phone.get("/visit").text


def test_who_scans_it_without_a_number_takes_one_and_waits_at_once(house: House) -> None:
    phone = house.browser()
    assert phone.post(here_path()).location == POSTER
    assert "몇 분 뒤에 도착하세요?" not in phone.get(POSTER).text
    phone.post(POSTER, service="deposits")
    assert asked(house.database)[-1][1]["kept"] is None


@pytest.mark.parametrize("path", [here_path(3), "/here/seongsu/AAAAAAAAAAAA", "/here/nowhere/AAAAAAAAAAAA"])
def test_an_old_or_invented_code_is_refused(house: House, path: str) -> None:
    answer = house.browser().post(path)
    assert (answer.status_code, code_of(answer)) == (410, "door.expired")


ACTS = [
    ("out", {"minutes": "10"}, ("ticket.out", {"minutes": 10})),
    ("back", {}, ("ticket.back", {})),
    ("give-back", {}, ("ticket.give_back", {})),
    ("keep", {}, ("ticket.keep", {})),
    ("errands", {"service": "loans"}, ("ticket.errands", {"service": "loans"})),
]


@pytest.mark.parametrize(("act", "form", "command"), ACTS)
def test_what_a_phone_does_with_its_number_is_asked_of_the_branch(
    house: House, phone: Browser, act: str, form: dict[str, str], command: tuple[str, dict[str, Any]]
) -> None:
    on_the_way(house, phone)
    answer = phone.post(f"/visit/ticket/{act}", **form)
    assert "아직 지점의 답이 오지 않았어요." in phone.get(answer.location).text
    kind, payload = command
    assert asked(house.database)[-1] == (kind, {"ticket": TICKET, **payload})
    silence(house)
    refused = phone.post(f"/visit/ticket/{act}", **form)
    assert (refused.status_code, code_of(refused)) == (503, "branch.unreachable")


def test_without_a_number_there_is_nothing_to_do(phone: Browser) -> None:
    phone.post("/")
    assert code_of(phone.post("/visit/ticket/back")) == "ticket.not_found"
    assert code_of(phone.post("/visit/ticket/out", minutes="soon")) == "input.bad"


def test_a_missed_call_says_until_when_the_branch_lets_one_come_back(house: House, phone: Browser) -> None:
    on_the_way(house, phone)
    until = clock.now() + timedelta(minutes=42)
    desk = {"ticket": TICKET, "number": "A-012", "desk": "seongsu-1", "desk_name": "1번 창구"}
    missed = ("ticket.no_show", {**desk, "kept_until": until.isoformat()})
    tell(house, phone.held("visit"), ("ticket.called", desk), missed)
    page = phone.get("/visit").text
    shown = until.astimezone(clock.now().astimezone().tzinfo)
    assert 'data-mood="missed"' in page
    assert f"{shown:%M}까지 오시면 먼저 모실게요." in page


def test_yesterdays_number_is_shown_kindly(house: House, phone: Browser) -> None:
    on_the_way(house, phone)
    tell(house, phone.held("visit"), ("ticket.expired", {"ticket": TICKET, "number": "A-012"}))
    page = phone.get("/visit").text
    assert "지난 날의 번호표예요." in page
    assert 'data-mood="over"' in page


def test_forgetting_gives_the_number_back(house: House, phone: Browser) -> None:
    on_the_way(house, phone)
    visit = phone.held("visit")
    phone.post("/visit/forget")
    assert asked(house.database)[-2:] == [
        ("ticket.give_back", {"ticket": TICKET}),
        ("visit.forget", {"visit": visit}),
    ]


def test_each_number_is_somebodys_own(house: House, phone: Browser) -> None:
    on_the_way(house, phone)
    stranger = house.browser()
    stranger.hold(visit=ids.new_id())
    assert code_of(stranger.post("/visit/ticket/back")) == "ticket.not_found"
    with house.database.reading() as work:
        assert work.get_one(Ticket, TICKET).visit_id == phone.held("visit")
    assert page_data(phone.get("/visit"))["page"] == "visit"
