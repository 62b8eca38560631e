"""Hours and services at the centre: saved, sent, applied, taken back; mistakes beside their fields; who changed what."""

import re
from typing import Any

import pytest
from sqlalchemy import select

from branch.link import commands, inbox
from branch.link.models import Command
from branch.schedule import services as schedule
from tests.waiting import until
from tests.web.house import Browser, House, code_of, heard
from tests.web.test_statistics import hears

PAGE = "/manager/hours"
INPUT = re.compile(r"<input[^>]*>")


@pytest.fixture
def manager(house: House) -> Browser:
    return house.staff("manager@maru.example")


def fields_of(page: str) -> dict[str, Any]:
    """What a browser would send of the form as it stands; an unchecked box sends nothing."""
    form = page[page.index('class="schedule-form"') : page.index('id="changes"')]
    found: dict[str, Any] = {}
    for tag in INPUT.findall(form):
        told = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if told.get("name", "csrf_token") != "csrf_token" and (
            told.get("type") != "checkbox" or " checked" in tag
        ):
            value = told.get("value", "")
            several = told["name"].endswith("-desks")
            found[told["name"]] = [*found.get(told["name"], []), value] if several else value
    return found


def save(manager: Browser, changes: dict[str, Any] | None = None, leave_out: tuple[str, ...] = ()) -> Any:
    fields = {**fields_of(manager.get(PAGE).text), **(changes or {})}
    return manager.post(PAGE, **{name: value for name, value in fields.items() if name not in leave_out})


def commands_of(house: House) -> list[Command]:
    with house.database.reading() as work:
        return commands.outstanding(work, "seongsu")


def answer(house: House, kind: str, version: int) -> None:
    """The branch's hub tells what became of a version."""
    sequence = version
    event = {"sequence": sequence, "id": f"{sequence:032x}", "visit": "", "kind": kind}
    with house.database.transaction() as work:
        told = {**event, "at": "2026-11-21T05:02:00+00:00", "payload": {"version": version}}
        inbox.receive(work, "seongsu", "9" * 32, [told])


def test_the_form_shows_what_the_branch_does(manager: Browser) -> None:
    page = manager.get(PAGE).text
    assert page.count("00:00") >= 14  # around the clock, seven days
    assert "입출금·통장" in page
    assert "Accounts and cash" in page
    assert "아직 바꾼 것이 없어요" in page
    assert "style=" not in page


def test_saving_sends_a_version_that_names_who_made_it(house: House, manager: Browser) -> None:
    assert save(manager, {"week-0-opens": "09:00", "week-0-closes": "16:00"}).status_code == 303
    (command,) = commands_of(house)
    assert (command.kind, command.payload["version"]) == ("schedule.apply", 1)
    assert command.payload["content"]["week"][0] == ["09:00:00", "16:00:00"]
    page = manager.get(PAGE).text
    assert "지점과 끊겨 있어요. 이어지면 바로 적용돼요." in page
    assert "<td>한지원</td><td>요일마다 여는 시간</td>" in page


def test_the_page_says_when_it_was_applied_or_refused(house: House, manager: Browser) -> None:
    save(manager, leave_out=("services-2-open",))
    socket = manager.socket("/manager")
    assert hears(socket) == {"all"}
    answer(house, "schedule.refused", 1)
    until(lambda: heard(socket, "/manager", "changed"), "the answer to be told")
    assert "지점이 적용하지 못했어요" in manager.get(PAGE).text
    save(manager, {"services-2-open": "y"})
    answer(house, "schedule.applied", 2)
    assert "14:02에 지점에 적용됐어요" in manager.get(PAGE).text


def test_saving_without_a_change_sends_nothing(house: House, manager: Browser) -> None:
    assert save(manager).status_code == 303
    assert commands_of(house) == []


def test_a_closed_day_and_an_english_name(house: House, manager: Browser) -> None:
    save(
        manager,
        {
            "exceptions-0-day": "2026-12-24",
            "exceptions-0-reason": "임시 휴무",
            "services-0-name_en": "Cash desk",
            "services-0-letter": "Z",
        },
    )
    content = commands_of(house)[0].payload["content"]
    assert content["exceptions"] == [
        {"day": "2026-12-24", "hours": None, "kept": None, "reason": "임시 휴무"}
    ]
    assert (content["services"][0]["letter"], content["services"][0]["name"]["en"]) == ("Z", "Cash desk")
    page = manager.get(PAGE).text
    assert "다른 날, 업무 Z" in page
    assert page.count('-day" type="date"') == 3  # the one that was saved, and room for two


def test_the_last_change_is_taken_back(house: House, manager: Browser) -> None:
    before = fields_of(manager.get(PAGE).text)
    save(manager, {"services-0-low": "7"})
    assert manager.post(f"{PAGE}/undo", seen="1").status_code == 303
    page = manager.get(PAGE).text
    assert {**fields_of(page), "seen": before["seen"]} == before
    assert "앞의 것으로 되돌림" in page
    assert [command.payload["version"] for command in commands_of(house)] == [1, 2]


def test_there_may_be_nothing_to_take_back(manager: Browser) -> None:
    assert code_of(manager.post(f"{PAGE}/undo", seen="0")) == "desk.nothing_to_undo"


def test_who_saves_an_old_page_is_told(manager: Browser) -> None:
    save(manager, {"services-0-low": "7"})
    assert code_of(save(manager, {"services-0-low": "6", "seen": "0"})) == "state.conflict"


MISTAKES: tuple[tuple[str, Any, str], ...] = (
    ("week-0-closes", "25:00", "시각을 09:00처럼 적어 주세요."),
    ("week-1-opens", "", "시각을 09:00처럼 적어 주세요."),
    ("week-2-opens", "18:00", "닫는 시각이 여는 시각보다 늦어야 해요."),
    ("exceptions-0-day", "someday", "날짜를 골라 주세요."),
    ("exceptions-0-reason", "휴무", "날짜를 골라 주세요."),
    ("services-0-letter", "가", "A에서 Z 사이의 글자 하나를 적어 주세요."),
    ("services-0-letter", "B", "다른 업무와 같은 글자예요."),
    ("services-0-name_ko", "", "이름을 적어 주세요."),
    ("services-0-low", "many", "1에서 240 사이의 분을 적어 주세요."),
    ("services-0-high", "500", "1에서 240 사이의 분을 적어 주세요."),
    ("services-0-low", "9", "짧은 시간을 앞에 적어 주세요."),
    ("services-0-closes", "16:00", "시각을 09:00처럼 적어 주세요."),
    ("services-0-place", "first", "1부터 세는 숫자를 적어 주세요."),
    ("services-0-desks", [], "맡을 창구를 하나 이상 골라 주세요."),
)

NEW = {
    "new-code": "pensions",
    "new-letter": "F",
    "new-name_ko": "연금",
    "new-name_en": "Pensions",
    "new-low": "10",
    "new-high": "20",
    "new-desks": ["seongsu-4"],
}
NEW_MISTAKES: tuple[tuple[str, Any, str], ...] = (
    ("new-code", "연금", "영어 소문자로 적어 주세요. 예: pension"),
    ("new-code", "loans", "이미 있는 코드예요. 뺀 업무라면 아래에서 다시 넣어 주세요."),
    ("new-letter", "A", "다른 업무와 같은 글자예요."),
    ("new-name_ko", "", "이름을 적어 주세요."),
    ("new-high", "", "1에서 240 사이의 분을 적어 주세요."),
    ("new-desks", [], "맡을 창구를 하나 이상 골라 주세요."),
)


def test_a_mistake_is_said_beside_its_field_and_nothing_is_sent(house: House, manager: Browser) -> None:
    for field, value, sentence in MISTAKES:
        answered = save(manager, {field: value})
        assert answered.status_code == 400, field
        said = answered.text.index('class="field-error"')
        assert sentence in answered.text[said : said + 300], (field, value)
        assert "저장하지 못했어요" in answered.text
    assert commands_of(house) == []


def test_a_new_service_goes_down_with_its_desks_in_its_place(house: House, manager: Browser) -> None:
    assert save(manager, {**NEW, "new-place": "1"}).status_code == 303
    first = commands_of(house)[0].payload["content"]["services"][0]
    assert (first["slug"], first["letter"], first["desks"]) == ("pensions", "F", ["seongsu-4"])
    assert (first["name"], first["minutes"]) == ({"ko": "연금", "en": "Pensions"}, [10, 20])
    page = manager.get(PAGE).text
    assert "업무 F 더함" in page
    assert fields_of(page)["services-0-name_ko"] == "연금"


def test_a_mistake_in_a_new_service_loses_nothing_of_it(house: House, manager: Browser) -> None:
    for field, value, sentence in NEW_MISTAKES:
        answered = save(manager, {**NEW, field: value})
        assert answered.status_code == 400, field
        assert sentence in answered.text, (field, value)
        shown = fields_of(answered.text)
        assert shown.get("new-name_en") == "Pensions"
        assert shown.get(field, []) == value
    assert commands_of(house) == []


def test_a_service_is_taken_away_and_brought_back(house: House, manager: Browser) -> None:
    save(manager, {"services-2-retired": "y"})
    loans = commands_of(house)[0].payload["content"]["services"][-1]
    assert (loans["slug"], loans["retired"]) == ("loans", True)
    page = manager.get(PAGE).text
    assert "업무 C 뺌" in page
    assert "뺀 업무 1개" in page
    assert save(manager, {**NEW, "new-letter": "C"}).status_code == 400
    save(manager, {"services-4-place": "3"}, leave_out=("services-4-retired",))
    offers = commands_of(house)[1].payload["content"]["services"]
    assert [each["slug"] for each in offers if not each["retired"]][2:4] == ["loans", "exchange"]


def test_services_are_put_in_another_order(house: House, manager: Browser) -> None:
    save(manager, {"services-4-place": "1", "services-0-place": "5"})
    offers = commands_of(house)[0].payload["content"]["services"]
    assert [each["letter"] for each in offers] == ["E", "B", "C", "D", "A"]
    assert "업무 순서" in manager.get(PAGE).text


def test_a_closed_day_keeps_its_times_for_when_it_opens_again(house: House, manager: Browser) -> None:
    times = {"week-5-opens": "10:00", "week-5-closes": "13:00"}
    day = {"exceptions-0-day": "2026-12-24", "exceptions-0-opens": "09:30", "exceptions-0-closes": "12:00"}
    save(manager, {**times, **day}, leave_out=("week-5-open",))
    content = commands_of(house)[0].payload["content"]
    assert content["week"][5] is None
    assert content["exceptions"][0]["hours"] is None
    shown = fields_of(manager.get(PAGE).text)
    assert {name: shown[name] for name in (*times, *day)} == {**times, **day}
    assert "week-5-open" not in shown
    assert save(manager).status_code == 303
    assert len(commands_of(house)) == 1, "nothing was changed"
    save(manager, {"week-5-open": "y"})
    assert commands_of(house)[1].payload["content"]["week"][5] == ["10:00:00", "13:00:00"]


def test_the_times_of_a_closed_day_are_looked_at_too(house: House, manager: Browser) -> None:
    answered = save(manager, {"week-5-opens": "18:00", "week-5-closes": "09:00"}, leave_out=("week-5-open",))
    assert answered.status_code == 400
    assert "닫는 시각이 여는 시각보다 늦어야 해요." in answered.text
    assert fields_of(answered.text)["week-5-opens"] == "18:00"
    assert commands_of(house) == []


def test_a_form_with_pieces_missing_is_refused(house: House, manager: Browser) -> None:
    assert manager.post(PAGE, seen="0").status_code == 400
    with house.database.reading() as work:
        assert schedule.newest(work, "seongsu") is None
        assert work.scalars(select(Command)).all() == []
