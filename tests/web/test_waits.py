"""The manager's page of waits: what was told beside what came true."""

from datetime import timedelta

from branch.tickets.calling import call_next
from branch.tickets.models import Ticket
from branch.tickets.services import issue_ticket
from branch.visits.services import open_visit
from tests.web.house import House


def called_after(house: House, minutes: float) -> None:
    """Somebody was told five to ten minutes and was called after so many."""
    with house.database.transaction() as work:
        visit = open_visit(work, "seongsu", "kiosk", "ko")
        issue_ticket(work, visit.id, "deposits")
        ticket = work.get_one(Ticket, call_next(work, "seongsu-1").id)
        assert ticket.called_at is not None
        ticket.promised_low, ticket.promised_high = 5, 10
        ticket.issued_at = ticket.called_at - timedelta(minutes=minutes)


def test_before_the_first_call_the_page_says_so(house: House) -> None:
    assert "아직 불린 번호가 없어요" in house.staff("manager@maru.example").get("/manager/waits").text


def test_the_share_held_stands_beside_those_who_came_sooner_and_later(house: House) -> None:
    for minutes in (3, 6, 7, 8, 30):
        called_after(house, minutes)
    page = house.staff("manager@maru.example").get("/manager/waits").text
    assert "<dt>지킨 비율</dt><dd>60%</dd>" in page
    assert "<dt>더 일찍</dt><dd>1명</dd>" in page
    assert "<dt>더 늦게</dt><dd>1명</dd>" in page
    assert "알려 드린 시간을 자주 벗어나요" in page
    assert "A · 입출금·통장" in page
