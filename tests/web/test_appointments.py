"""Booking on the phone: choosing, the link that is the key, changing, cancelling, and what cannot be."""

import re
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import pytest
from icalendar import Calendar
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from branch import clock
from branch.appointments.models import Appointment, AppointmentState
from branch.link.models import Command
from tests.web.house import Browser, House, code_of

PATH = "/b/seongsu/book/loans"


def free_times(page: str) -> list[str]:
    return re.findall(r'name="at" value="([^"]+)"(?! disabled)', page)


def booked(phone: Browser, number: int = 0) -> tuple[TestResponse, str]:
    """Book the first free time; the answer, and the time."""
    at = free_times(phone.get(PATH).text)[number]
    return phone.post(PATH, at=at), at


def appointment(house: House) -> Appointment:
    with house.database.reading() as work:
        return work.scalars(select(Appointment)).one()


def test_a_time_is_booked_and_the_branch_is_told(house: House) -> None:
    phone = house.browser()
    assert "어떤 일로 예약하세요?" in phone.get("/b/seongsu/book").text
    answer, at = booked(phone)
    assert re.fullmatch(r"/a/[\w-]{32}", answer.location)
    page = phone.get(answer.location).text
    kept = appointment(house)
    assert "예약되었어요" in page
    assert f"{kept.number[:3]} {kept.number[3:]}" in page
    assert kept.starts_at == datetime.fromisoformat(at)
    with house.database.reading() as work:
        command = work.scalars(select(Command)).one()
    assert (command.kind, command.expires_at) == ("appointment.set", None)
    assert answer.location[3:] not in str(command.payload)
    assert kept.number in phone.get("/visit").text


def test_the_link_changes_and_cancels_from_any_browser(house: House) -> None:
    answer, _ = booked(house.browser())
    other = house.browser()
    again = free_times(other.get(f"{answer.location}/time").text)[3]
    assert other.post(f"{answer.location}/time", at=again).location == answer.location
    assert appointment(house).starts_at == datetime.fromisoformat(again)
    other.post(f"{answer.location}/cancel")
    assert "예약을 취소했어요" in other.get(answer.location).text
    assert appointment(house).state == AppointmentState.CANCELLED
    assert code_of(other.post(f"{answer.location}/time", at=again)) == "appointment.over"


def test_the_calendar_file_leads_back_to_the_link(house: House) -> None:
    phone = house.browser()
    answer, at = booked(phone)
    file = phone.get(f"{answer.location}/maru.ics")
    event = Calendar.from_ical(file.data).walk("VEVENT")[0]
    assert file.mimetype == "text/calendar"
    assert str(event["description"]).endswith(answer.location)
    assert event.decoded("dtstart") == datetime.fromisoformat(at)


def test_a_visit_has_one_and_a_time_has_room_for_so_many(house: House) -> None:
    phone = house.browser()
    _, at = booked(phone)
    assert code_of(phone.post(PATH, at=at)) == "appointment.already"
    second, third = house.browser("10.0.0.2"), house.browser("10.0.0.3")
    assert second.post(PATH, at=at).status_code == 303
    assert code_of(third.post(PATH, at=at)) == "appointment.full"
    assert at not in free_times(third.get(f"{PATH}?day={at[:10]}").text)


@pytest.mark.parametrize(
    ("at", "code"),
    [
        ("", "input.bad"),
        ("tomorrow", "input.bad"),
        ("2020-01-02T10:00", "appointment.past"),
        ("2026-12-25T10:00:00+09:00", "appointment.day_closed"),
        ("2099-01-05T10:00", "service.closed"),
    ],
)
def test_what_cannot_be_booked_is_refused_and_opens_nothing(house: House, at: str, code: str) -> None:
    phone = house.browser()
    assert code_of(phone.post(PATH, at=at)) == code
    with house.database.reading() as work:
        assert work.scalar(select(func.count()).select_from(Appointment)) == 0


def test_bad_addresses(house: House) -> None:
    phone = house.browser()
    assert phone.get("/b/seongsu/book/nothing").status_code == 404
    assert code_of(phone.get(f"{PATH}?day=soon")) == "input.bad"
    codes = [code_of(phone.get(f"/a/{number:032d}")) for number in range(11)]
    assert codes == ["appointment.not_found"] * 10 + ["input.too_often"]


def test_a_closed_day_says_so(house: House) -> None:
    now = clock.now()
    sunday = now + timedelta(days=6 - now.weekday())
    page = house.browser().get(f"{PATH}?day={sunday.date().isoformat()}").text
    assert free_times(page) == []
    assert "다른 날을 골라 주세요." in page


def test_forgetting_the_visit_gives_the_time_back(house: House) -> None:
    phone = house.browser()
    answer, at = booked(phone)
    phone.post("/visit/forget")
    assert code_of(phone.get(answer.location)) == "page.not_found"
    assert appointment(house).state == AppointmentState.CANCELLED
    assert at in free_times(phone.get(PATH).text)


def test_the_visit_leads_back_to_the_appointment_and_a_change_can_be_left(house: House) -> None:
    phone = house.browser()
    answer, _ = booked(phone)
    link = urlsplit(answer.location).path
    assert f'href="{link}"' in phone.get("/visit").text
    assert f'href="{link}"' in phone.get(f"{link}/time").text
