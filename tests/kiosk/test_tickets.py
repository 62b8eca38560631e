"""Numbers at the kiosk: one a visit, none for a closed service, never the same twice."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import time

from branch.tickets.models import Service
from kiosk.app import Process
from tests.kiosk.people import Person, Visitor


def close(process: Process, slug: str) -> None:
    with process.hub.database.transaction() as session:
        session.get_one(Service, f"seongsu.{slug}").paused = True


def test_a_ticket_says_number_people_ahead_and_wait(process: Process, visitor: Visitor) -> None:
    assert visitor.takes_ticket() == "A-001"
    page = Visitor(process).arrives().reads("/ticket")
    assert "앞에 1명" in page
    assert re.search(r"\d+~\d+", page)


def test_the_first_screen_tells_the_wait_in_two_languages(process: Process, visitor: Visitor) -> None:
    visitor.takes_ticket()
    page = Person(process).reads("/")
    korean, english = (page.split(f'id="waits-{tongue}"')[1].split("</dl>")[0] for tongue in ("ko", "en"))
    assert "<dt>기다리시는 분</dt><dd>1명</dd>" in korean
    assert "<dt>Waiting</dt><dd>1</dd>" in english


def test_tapping_twice_gives_the_same_ticket(visitor: Visitor) -> None:
    first = visitor.takes_ticket()
    assert visitor.takes_ticket("loans") == first
    assert visitor.opens("/ticket").location == "/ticket/issued"


def test_a_closed_service_uses_no_number(process: Process, visitor: Visitor) -> None:
    close(process, "deposits")
    status, code, sentence = visitor.error("/ticket", service="deposits")
    assert (status, code) == (409, "service.closed")
    assert "번호표를 받지 않아요" in sentence
    assert "잠시 쉬고 있어요" in visitor.reads("/ticket")
    with process.hub.database.transaction() as session:
        session.get_one(Service, "seongsu.deposits").paused = False
    assert visitor.takes_ticket() == "A-001"


def test_a_service_outside_its_hours_says_when_it_opens(process: Process, visitor: Visitor) -> None:
    with process.hub.database.transaction() as session:
        loans = session.get_one(Service, "seongsu.loans")
        loans.opens = loans.closes = time(9, 0)
    assert "09:00~09:00에 열어요" in visitor.reads("/ticket")
    assert visitor.error("/ticket", service="loans")[1] == "service.closed"


def test_an_unknown_service_is_not_found(visitor: Visitor) -> None:
    assert visitor.error("/ticket", service="moon")[1] == "page.not_found"
    assert visitor.error("/ticket")[0] == 404


def test_many_at_once_never_get_one_number(process: Process) -> None:
    visitors = [Visitor(process).arrives() for _ in range(16)]
    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(lambda visitor: visitor.takes_ticket("cards"), visitors))
    assert sorted(numbers) == [f"E-{serial:03d}" for serial in range(1, 17)]
