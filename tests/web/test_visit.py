"""The visit on the phone: live ticket, result, thread, help, being forgotten."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from branch import clock, ids
from branch.link import inbox
from branch.link.models import Command, LinkPosition
from branch.people.models import Role
from branch.visits.models import Visit, VisitEvent
from tests.web.house import CATALOGUE, ROLE_LOGINS, Browser, House, code_of

TICKET = "7" * 32


def tell(house: House, visit: str, *events: tuple[str, dict[str, Any]]) -> None:
    """The branch's hub tells what happened in a visit."""
    with house.database.transaction() as work:
        position = work.get(LinkPosition, "1" * 32)
        first = position.last_sequence + 1 if position else 1
        told = [
            {
                "sequence": first + number,
                "id": ids.new_id(),
                "visit": visit,
                "kind": kind,
                "at": clock.now().isoformat(),
                "payload": payload,
            }
            for number, (kind, payload) in enumerate(events)
        ]
        inbox.receive(work, "seongsu", "1" * 32, told)


def issued(serial: int = 12, ticket: str = TICKET) -> tuple[str, dict[str, Any]]:
    now = clock.now()
    number = {"ticket": ticket, "number": f"A-{serial:03d}", "letter": "A", "serial": serial}
    place = {
        "day": clock.business_day(now, "Asia/Seoul").isoformat(),
        "service": "deposits",
        "issued_at": now.isoformat(),
        "promised": [5, 10],
    }
    return "ticket.issued", {**number, **place}


def called() -> tuple[str, dict[str, Any]]:
    where = {"desk": "seongsu-2", "desk_name": "2번 창구"}
    return "ticket.called", {"ticket": TICKET, "number": "A-012", **where}


@pytest.fixture
def phone(house: House) -> Browser:
    return house.customer()


def test_the_number_is_pinned_with_place_and_range(house: House, phone: Browser) -> None:
    other = house.customer().held("visit")
    tell(house, other, issued(11, "8" * 32))
    tell(house, phone.held("visit"), issued())
    page = phone.get("/visit").text
    assert 'data-state="waiting"' in page
    assert "내 앞 1명 · " in page
    assert 'data-ticket="as_of" hidden' in page


def test_a_called_number_says_where_to_go(house: House, phone: Browser) -> None:
    tell(house, phone.held("visit"), issued(), called())
    page = phone.get("/visit").text
    assert "data-called" in page
    assert "지금 2번 창구 앞으로 와 주세요." in page


def test_who_is_passed_on_to_an_expert_is_led_there(house: House, phone: Browser) -> None:
    kind = next(kind for kind in CATALOGUE.quiz.types if kind.topic != "tax")
    tell(house, phone.held("visit"), ("quiz.finished", {"type": kind.slug}), issued(), called())
    tell(
        house, phone.held("visit"), ("ticket.referred", {"ticket": TICKET, "number": "A-012", "topic": "tax"})
    )
    page = phone.get("/visit").text
    assert 'data-mood="referred"' in page
    assert "세금 전문가에게 이어 드렸어요." in page
    assert page.count("data-chosen") == 1
    assert 'value="tax" data-chosen' in page


def test_an_unreachable_branch_is_said_kindly(house: House, phone: Browser) -> None:
    tell(house, phone.held("visit"), issued())
    with house.database.transaction() as work:
        work.execute(update(LinkPosition).values(seen_at=clock.now() - timedelta(minutes=2)))
    assert "지점과 연결이 끊겼어요. 번호표는 그대로예요." in phone.get("/visit").text


def test_type_recommends_its_topic(house: House, phone: Browser) -> None:
    kind = CATALOGUE.quiz.types[0]
    tell(house, phone.held("visit"), ("quiz.finished", {"type": kind.slug}))
    page = phone.get("/visit").text
    assert kind.name["ko"] in page
    assert f"/static/characters/{kind.slug}.svg" in page
    assert f'value="{kind.topic}" data-chosen' in page


def test_the_thread_is_newest_first_in_the_visitors_language(house: House, phone: Browser) -> None:
    tell(house, phone.held("visit"), issued(), called())
    page = phone.get("/visit").text
    assert page.index("2번 창구에서 불렸어요") < page.index("번호표 A-012번을 받았어요")


def test_the_language_can_be_changed(house: House, phone: Browser) -> None:
    assert phone.post("/visit/language", language="en").status_code == 303
    assert 'lang="en"' in phone.get("/visit").text
    assert code_of(phone.post("/visit/language", language="xx")) == "input.bad"


def test_forgetting_empties_the_visit_and_asks_the_branch_to(house: House, phone: Browser) -> None:
    visit = phone.held("visit")
    tell(house, visit, ("quiz.finished", {"type": CATALOGUE.quiz.types[0].slug}), issued())
    consult = phone.stand_in_line()
    answer = phone.post("/visit/forget")
    assert "모두 지웠어요" in phone.get(answer.location).text
    with house.database.reading() as work:
        forgotten = work.get_one(Visit, visit)
        payloads = work.scalars(select(VisitEvent.payload).where(VisitEvent.visit_id == visit)).all()
        kinds = set(work.scalars(select(Command.kind)).all())
    assert (forgotten.quiz_type, forgotten.forgotten_at is None) == (None, False)
    assert not any(payloads)
    assert kinds == {"code.claimed", "visit.forget"}
    assert code_of(phone.get("/visit")) == "access.denied"
    back = phone.get("/visit", Accept="text/html").text
    assert "이어 가던 방문이 없어요." in back
    assert "그대로 있어요" not in back
    assert code_of(phone.call(f"/api/consults/{consult}", method="GET")) == "access.denied"


def test_another_window_of_a_forgotten_visit_finds_nothing(house: House, phone: Browser) -> None:
    other = house.browser()
    other.hold(visit=phone.held("visit"))
    phone.post("/visit/forget")
    assert (other.get("/visit").status_code, code_of(other.get("/visit"))) == (404, "page.not_found")
    assert "data-submit-now" in other.get("/").text


def test_a_person_is_called_over_the_link(house: House, phone: Browser) -> None:
    assert "data-submit-now" in phone.get("/visit/help").text
    answer = phone.post("/visit/help")
    assert "직원을 불렀어요" in phone.get(answer.location).text
    with house.database.reading() as work:
        command = work.scalars(select(Command).where(Command.kind == "person.call")).one()
    assert command.payload == {"visit": phone.held("visit")}


def test_who_is_not_in_the_branch_is_led_to_an_expert(house: House) -> None:
    remote = house.browser()
    remote.post("/")
    assert "전문가가 도와드릴게요" in remote.get("/visit/help").text
    remote.post("/visit/help")
    with house.database.reading() as work:
        assert work.scalars(select(Command)).all() == []


def test_pages_without_a_visit_are_refused_kindly(house: House) -> None:
    answer = house.browser().get("/visit")
    assert (answer.status_code, code_of(answer)) == (403, "access.denied")
    assert 'href="/"' in answer.text


def test_after_an_error_staff_go_back_to_their_own_page(house: House) -> None:
    manager = house.staff(ROLE_LOGINS[Role.MANAGER])
    assert 'href="/manager"' in manager.get("/advisor").text
