"""An expert's time on the phone: booking it, the link that is the key, the way in, the reminder, and what advisors see."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar
from sqlalchemy import func, select, update

from branch import clock
from branch.appointments.expert_models import ExpertAppointment, ExpertState
from branch.consults.models import Consult
from branch.notices.models import AppointmentContact
from branch.notices.services import tidy
from branch.people.models import Staff
from tests.waiting import until
from tests.web.house import CATALOGUE, Browser, House, code_of, heard, make_house, page_data

SEOUL = ZoneInfo("Asia/Seoul")
MONDAY = datetime(2026, 12, 21, 9, 0, tzinfo=SEOUL)
TEN = datetime(2026, 12, 21, 10, 0, tzinfo=SEOUL)
RULES = CATALOGUE.appointments.experts
PATH = "/b/seongsu/expert/tax"
Clock = Callable[[datetime], None]


@pytest.fixture
def house(database_file: Path, tmp_path: Path) -> Iterator[House]:
    made = make_house(
        database_file, messages_file=tmp_path / "messages.jsonl", public_url="https://maru.example/"
    )
    yield made
    made.process.stop()


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Set the clock; it stands on Monday at nine."""

    def set_to(moment: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: moment.astimezone(UTC))

    set_to(MONDAY)
    return set_to


def free_times(page: str) -> list[str]:
    return re.findall(r'name="at" value="([^"]+)"(?! disabled)', page)


def books(phone: Browser, when: datetime = TEN, path: str = PATH) -> str:
    """Book a time; the path of its link."""
    answer = phone.post(path, at=when.isoformat())
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def appointment(house: House) -> ExpertAppointment:
    with house.database.reading() as work:
        return work.scalars(select(ExpertAppointment).order_by(ExpertAppointment.booked_at.desc())).first()  # type: ignore[return-value]


def agrees_and_stands(phone: Browser, consult: str) -> None:
    version = CATALOGUE.texts.recording_consent.version
    phone.call(f"/api/consults/{consult}/consent", {"recording": True, "text_version": version})
    assert phone.call(f"/api/consults/{consult}/ready").status_code == 200


def messages(house: House) -> list[dict[str, Any]]:
    file = house.settings.messages_file
    assert file is not None
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def test_a_time_is_booked_without_signing_in_and_the_visit_shows_it(house: House, at: Clock) -> None:
    phone = house.browser()
    assert f'href="{PATH}"' in phone.get("/b/seongsu/book").text
    assert f'href="{PATH}"' in phone.get("/b/seongsu/expert").text
    assert TEN.isoformat() in free_times(phone.get(PATH).text)
    link = books(phone)
    assert re.fullmatch(r"/e/[\w-]{32}", link)
    page = phone.get(link).text
    assert "예약되었어요" in page
    assert "09:50부터 이 주소로 들어오실 수 있어요." in page
    assert link in phone.get("/visit").text
    kept = appointment(house)
    assert (kept.topic, kept.starts_at) == ("tax", TEN.astimezone(UTC))
    with house.database.reading() as work:
        assert link[3:] not in str(list(work.execute(select(ExpertAppointment.__table__))))


def test_the_link_changes_cancels_and_fills_a_calendar_from_any_browser(house: House, at: Clock) -> None:
    link, other = books(house.browser()), house.browser("10.0.0.2")
    file = other.get(f"{link}/maru.ics")
    event = Calendar.from_ical(file.data).walk("VEVENT")[0]
    assert (file.mimetype, event.decoded("dtstart"), str(event["summary"])) == (
        "text/calendar",
        TEN,
        "세금 상담",
    )
    assert str(event["description"]).endswith(link)
    later = TEN + timedelta(minutes=30)
    assert later.isoformat() in free_times(other.get(f"{link}/time").text)
    assert other.post(f"{link}/time", at=later.isoformat()).location == link
    assert appointment(house).starts_at == later.astimezone(UTC)
    assert b"SEQUENCE:1" in other.get(f"{link}/maru.ics").data
    for _ in range(2):
        assert other.post(f"{link}/cancel").location == link
    assert "예약을 취소했어요" in other.get(link).text
    assert code_of(other.post(f"{link}/time", at=later.isoformat())) == "appointment.time_over"
    assert code_of(other.post(f"{link}/enter")) == "appointment.time_over"


REFUSED = {
    "": "input.bad",
    "2020-01-02T10:00": "appointment.past",
    "2026-12-25T10:00:00+09:00": "appointment.day_closed",
    "2026-12-21T12:30:00+09:00": "appointment.not_offered",
    "2099-01-05T10:00": "appointment.not_offered",
}


def test_what_cannot_be_booked_is_refused_and_says_why(house: House, at: Clock) -> None:
    phone = house.browser()
    assert {when: code_of(phone.post(PATH, at=when)) for when in REFUSED} == REFUSED
    with house.database.reading() as work:
        assert work.scalar(select(func.count()).select_from(ExpertAppointment)) == 0


def test_a_full_time_a_second_one_and_bad_addresses(house: House, at: Clock) -> None:
    phones = [house.browser(f"10.0.0.{number}") for number in range(3)]
    for phone in phones[:2]:
        books(phone)
    assert code_of(phones[2].post(PATH, at=TEN.isoformat())) == "appointment.full"
    assert TEN.isoformat() not in free_times(phones[2].get(PATH).text)
    assert code_of(phones[0].post(PATH, at=(TEN + timedelta(hours=1)).isoformat())) == "appointment.already"
    assert phones[2].get("/b/seongsu/expert/nothing").status_code == 404
    codes = [code_of(phones[2].get(f"/e/{number:032d}")) for number in range(11)]
    assert codes == ["appointment.not_found"] * 10 + ["input.too_often"]


def test_at_the_time_the_link_leads_into_the_consult_and_to_the_front(house: House, at: Clock) -> None:
    advisor = house.staff("tax@maru.example")
    booker, walk_in = house.browser(), house.customer()
    link = books(booker)
    assert code_of(booker.post(f"{link}/enter")) == "appointment.too_early"
    waiting = walk_in.stand_in_line("tax")
    at(TEN - timedelta(minutes=5))
    guest = house.browser("10.0.0.7")
    assert "상담하러 들어가기" in guest.get(link).text
    entered = guest.post(f"{link}/enter").location
    consult = entered.rsplit("/", 1)[1]
    assert guest.get(entered).status_code == 200
    agrees_and_stands(guest, consult)
    told = guest.call(f"/api/consults/{consult}", method="GET").json
    assert told is not None
    assert (told["place"], told["booked"]["turn"]) == (2, "early")
    console = advisor.socket("/staff")
    first = heard(console, "/staff", "snapshot")[-1]
    assert [(each["id"], each["reason"]) for each in first["waiting"]] == [
        (waiting, None),
        (consult, "예약 10:00 · 시간이 되면 먼저"),
    ]
    assert [(each["state"], each["topic"]["slug"]) for each in first["bookings"]] == [("here", "tax")]
    at(TEN)
    house.process.appointed.look()
    until(lambda: _front(console) == [consult, waiting], "the advisor to see the booked person at the front")
    told = guest.call(f"/api/consults/{consult}", method="GET").json
    assert told is not None
    assert (told["place"], told["booked"]["turn"], told["staffed"]) == (1, "first", True)
    answer = console.emit("consult.accept", {"consult": consult}, namespace="/staff", callback=True)
    texts = [entry["text"] for entry in answer["consult"]["thread"]]
    assert any("12월 21일 (월) 10:00로 예약했어요." in text for text in texts)
    assert appointment(house).state == ExpertState.KEPT
    assert guest.post(f"{link}/enter").location.endswith(consult)


def _front(console: Any) -> list[str]:
    """The line as the console was told last."""
    told = heard(console, "/staff", "waiting.changed")
    if told:
        console.__dict__["line"] = [each["id"] for each in told[-1]]
    return list(console.__dict__.get("line", []))


def test_late_and_not_at_all_are_told_kindly(house: House, at: Clock) -> None:
    phone = house.browser()
    link = books(phone)
    at(TEN + timedelta(minutes=RULES.grace + 1))
    assert "10분 넘게 지나 들어오신 순서대로" in phone.get(link).text
    at(TEN + timedelta(minutes=RULES.missed_after + 1))
    for _ in range(2):
        page = phone.get(link).text
        assert "이번에는 못 만났어요" in page
        assert f'href="{PATH}"' in page
        house.process.appointed.look()
    assert appointment(house).state == ExpertState.MISSED
    assert code_of(phone.post(f"{link}/cancel")) == "appointment.time_over"
    books(phone, TEN + timedelta(hours=1))


def test_who_wished_for_it_is_reminded_once_and_told_that_nobody_came(house: House, at: Clock) -> None:
    phone = house.browser()
    link = books(phone)
    consent = CATALOGUE.texts.appointment_consent
    assert consent is not None
    assert code_of(phone.post(f"{link}/phone", phone="010-1234-5678", consent="old")) == "input.bad"
    assert phone.post(f"{link}/phone", phone="010-1234-5678", consent=consent.version).location == link
    assert "끝자리 5678번" in phone.get(link).text
    at(TEN - timedelta(minutes=RULES.remind))
    for _ in range(2):
        house.process.appointed.look()
    at(TEN + timedelta(minutes=RULES.missed_after + 1))
    house.process.appointed.look()
    assert [each["text"] for each in messages(house)] == [
        f"10:00에 세금 상담이 있어요. 시간이 되면 예약 화면에서 들어와 주세요. https://maru.example{link}",
        f"10:00 세금 상담에서 못 만났어요. 괜찮아요. 새 시간을 예약하실 수 있어요. https://maru.example{link}",
    ]
    with house.database.reading() as work:
        assert work.scalar(select(func.count()).select_from(AppointmentContact)) == 0


def test_a_number_for_an_appointment_is_kept_until_it_is_over(house: House, at: Clock) -> None:
    phone = house.browser()
    consent = CATALOGUE.texts.appointment_consent
    assert consent is not None
    link = books(phone, TEN + timedelta(days=2))
    phone.post(f"{link}/phone", phone="010-1234-5678", consent=consent.version)

    def kept(cancelled: bool = False) -> int:
        if cancelled:
            phone.post(f"{link}/cancel")
        house.process.appointed.look()
        with house.database.transaction() as work:
            tidy(work)
            return work.scalar(select(func.count()).select_from(AppointmentContact)) or 0

    at(TEN + timedelta(days=1, hours=12))
    assert (kept(), kept(cancelled=True)) == (1, 0)


def test_nobody_there_is_no_dead_end(house: House, at: Clock) -> None:
    phone = house.customer()
    assert "지금은 상담 시간이 아니에요." in phone.get("/consult").text
    at(TEN)
    page = phone.get("/consult").text
    assert "지금은 자리에 있는 상담사가 없어요." in page
    assert phone.get("/consult/appointment").location == "/b/seongsu/expert"
    consult = phone.request_consult("tax")
    told = phone.call(f"/api/consults/{consult}", method="GET").json
    assert told is not None
    assert told["staffed"] is False
    assert page_data(phone.get(f"/consult/{consult}"))["bookUrl"] == "/consult/appointment?topic=tax"
    assert phone.get("/consult/appointment?topic=tax").location == PATH
    console = house.staff("tax@maru.example").socket("/staff")
    page = phone.get("/consult").text
    assert "data-nobody" not in page
    assert page.count("지금 가능해요") == 1
    at(TEN + timedelta(minutes=1))
    house.process.appointed.look()
    console.disconnect("/staff")
    with house.database.reading() as work:
        assert work.scalar(select(Staff.seen_at).where(Staff.login == "tax@maru.example")) == clock.now()
    at(TEN + timedelta(minutes=2))
    house.process.appointed.look()
    assert "data-nobody" in phone.get("/consult").text


def test_from_a_kiosk_the_phone_goes_on_to_the_times(house: House, at: Clock) -> None:
    kiosk, phone = house.browser(), house.browser("10.0.0.2")
    kiosk.claim(house.code(), at="kiosk")
    page = kiosk.get("/consult/appointment?topic=tax").text
    assert "휴대폰으로 예약해 주세요" in page
    spelled = re.search(r'class="code-letters">(\w{4}) (\w{4})<', page)
    assert spelled
    code = "".join(spelled.groups())
    action = re.search(r'action="(/v/[^"]+)"', phone.get(f"/v/{code}?book=tax").text)
    assert action
    there = phone.post(action.group(1).replace("&amp;", "&")).location
    assert there == "/consult/appointment?topic=tax"
    assert phone.get(there).location == PATH
    assert phone.held("visit") == kiosk.held("visit")
    assert phone.get(f"/v/{code}?book=tax").location == there
    books(phone)


def test_forgetting_the_visit_gives_the_time_back(house: House, at: Clock) -> None:
    phone = house.browser()
    link = books(phone, path="/b/seongsu/expert/realestate")
    phone.post("/visit/forget")
    assert code_of(phone.get(link)) == "page.not_found"
    assert appointment(house).state == ExpertState.CANCELLED
    assert TEN.isoformat() in free_times(phone.get("/b/seongsu/expert/realestate").text)


def test_the_advisor_sees_the_day_as_it_changes(house: House, at: Clock) -> None:
    console = house.staff("tax@maru.example").socket("/staff")
    assert heard(console, "/staff", "snapshot")[-1]["bookings"] == []
    phone = house.customer("en")
    link = books(phone)

    def day(states: list[str]) -> None:
        def told() -> bool:
            news = heard(console, "/staff", "bookings.changed")
            return bool(news) and [each["state"] for each in news[-1]] == states

        until(told, f"the advisor to see {states}")

    day(["booked"])
    books(house.browser("10.0.0.3"), path="/b/seongsu/expert/realestate")
    at(TEN)
    phone.post(f"{link}/enter")
    day(["here"])
    with house.database.transaction() as work:
        work.execute(update(Consult).values(state="cancelled"))
    at(TEN + timedelta(minutes=RULES.missed_after + 1))
    house.process.appointed.look()
    day(["missed"])
