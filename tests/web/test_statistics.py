"""The manager's statistics: figures and tables, days that make no period, branches side by side, a file without formulas."""

import csv
import io
import re
from datetime import timedelta

import pytest
from flask_socketio import SocketIOTestClient
from sqlalchemy import select

from branch import clock, ids
from branch.link import inbox
from branch.people.models import Branch, Desk
from branch.tickets.models import Service
from tests.waiting import until
from tests.web.house import Browser, House, heard
from tests.web.test_visit import called, issued, tell
from web.spreadsheet import csv_lines, harmless

PAGE = "/manager/statistics"


@pytest.fixture
def manager(house: House) -> Browser:
    return house.staff("manager@maru.example")


def a_ticket(house: House, *more: tuple[str, dict[str, object]]) -> None:
    tell(house, house.customer().held("visit"), issued(), called(), *more)


def test_a_day_without_tickets_says_so(manager: Browser) -> None:
    page = manager.get(PAGE).text
    assert "이 기간에는 번호표가 없어요" in page
    assert "data-today" in page
    assert "<canvas" not in page


def test_figures_stand_in_tables_that_charts_are_drawn_from(house: House, manager: Browser) -> None:
    a_ticket(house, ("ticket.finished", {"ticket": "7" * 32, "outcome": "done"}))
    page = manager.get(PAGE).text
    for table in ("by-hour", "by-service", "by-desk"):
        assert f'id="{table}"' in page
        assert f'data-table="{table}"' in page
    assert 'data-column="finished" data-value="1"' in page
    assert "2번 창구" in page
    assert "입출금·통장" in page
    assert "style=" not in page  # the content policy would forbid it


def test_the_menu_leads_from_page_to_page(manager: Browser) -> None:
    assert f'href="{PAGE}"' in manager.get("/manager").text
    assert f'href="{PAGE}" aria-current="page"' in manager.get(PAGE).text


def test_days_gone_by_are_no_live_page(manager: Browser) -> None:
    page = manager.get(f"{PAGE}?from=2026-01-01&to=2026-01-31").text
    assert "data-today" not in page
    assert 'value="2026-01-31"' in page


@pytest.mark.parametrize(
    "days", ["from=2026-02-01&to=2026-01-01", "from=soon&to=later", "from=2020-01-01&to=2026-01-01"]
)
def test_days_that_make_no_period_are_said_beside_their_fields(manager: Browser, days: str) -> None:
    answer = manager.get(f"{PAGE}?{days}")
    assert answer.status_code == 400
    assert "data-invalid" in answer.text
    assert "시작하는 날이 먼저이고" in answer.text
    assert manager.get(f"{PAGE}.csv?{days}").status_code == 400


def test_a_branch_that_is_not_there(manager: Browser) -> None:
    assert manager.get(f"{PAGE}?branch=nowhere").status_code == 404


def test_one_branch_side_by_side_with_nobody(manager: Browser) -> None:
    assert "지점이 하나예요" in manager.get(f"{PAGE}?branch=all").text


def second_branch(house: House) -> None:
    with house.database.transaction() as work:
        work.add(Branch(id="gangnam", name="마루은행 강남지점", timezone="Asia/Seoul"))
        work.flush()
        work.add(
            Desk(id="gangnam-1", branch_id="gangnam", name="=1번 창구", services=["deposits"], open=True)
        )
        name = {"ko": "=HYPERLINK(1)", "en": "@sum"}
        work.add(
            Service(
                id="gangnam.deposits",
                branch_id="gangnam",
                slug="deposits",
                letter="A",
                name=name,
                description=name,
                minutes_low=1,
                minutes_high=2,
            )
        )


def tell_of_gangnam(house: House, count: int) -> None:
    """The second branch's own hub tells of tickets over its own stream."""
    events, at = [], clock.now().isoformat()
    for serial in range(1, count + 1):
        visit, ticket = ids.new_id(), ids.new_id()
        kind, told = issued(serial, ticket)
        happened = [
            ("visit.opened", {"origin": "kiosk", "language": "ko"}),
            (kind, told),
            ("ticket.called", {"ticket": ticket, "desk": "gangnam-1"}),
        ]
        events += [(visit, kind, payload) for kind, payload in happened]
    parcel = [
        {"sequence": place, "id": ids.new_id(), "visit": visit, "kind": kind, "at": at, "payload": payload}
        for place, (visit, kind, payload) in enumerate(events, 1)
    ]
    with house.database.transaction() as work:
        inbox.receive(work, "gangnam", "6" * 32, parcel)


def test_two_branches_side_by_side(house: House, manager: Browser) -> None:
    second_branch(house)
    a_ticket(house)
    tell_of_gangnam(house, 3)
    page = manager.get(f"{PAGE}?branch=all").text
    assert "지점이 하나예요" not in page
    seongsu, gangnam = (
        page.index('<th scope="row">마루은행 성수지점'),
        page.index('<th scope="row">마루은행 강남지점'),
    )
    assert 'data-column="issued" data-value="1"' in page[seongsu : seongsu + 120]
    assert 'data-column="issued" data-value="3"' in page[gangnam : gangnam + 120]


def rows_of(answer_text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer_text.removeprefix("\ufeff"))))


def test_the_file_is_korean_for_a_spreadsheet_and_holds_no_formula(house: House, manager: Browser) -> None:
    second_branch(house)
    tell_of_gangnam(house, 2)
    answer = manager.get(f"{PAGE}.csv?branch=gangnam")
    assert answer.is_streamed
    assert answer.data.startswith(b"\xef\xbb\xbf")
    assert answer.headers["Content-Disposition"].endswith('.csv"')
    head, *tickets = rows_of(answer.text)
    assert head[:4] == ["지점", "날짜", "번호", "업무"]
    assert [(row[2], row[3], row[6]) for row in tickets] == [
        ("A-001", "'=HYPERLINK(1)", "'=1번 창구"),
        ("A-002", "'=HYPERLINK(1)", "'=1번 창구"),
    ]
    assert [row[9] for row in tickets] == ["1", "1"]


def test_the_file_of_all_branches(house: House, manager: Browser) -> None:
    second_branch(house)
    a_ticket(house)
    tell_of_gangnam(house, 2)
    names = [row[0] for row in rows_of(manager.get(f"{PAGE}.csv?branch=all").text)[1:]]
    assert sorted(names) == ["마루은행 강남지점", "마루은행 강남지점", "마루은행 성수지점"]


@pytest.mark.parametrize(
    "cell", ["=1+1", "+82", "-1", "@sum", "\t=1", "\r=1", "\n=1", "＝1", '=cmd|"/c calc"!A1']
)
def test_text_that_begins_like_a_formula_stays_text(cell: str) -> None:
    (line,) = csv_lines([[cell]])
    assert rows_of(line) == [[f"'{cell}"]]


@pytest.mark.parametrize("cell", ["A-012", "예금=적금", "", -3, 4.5, None])
def test_plain_cells_and_numbers_stay_as_they_are(cell: str | float | None) -> None:
    assert harmless(cell) == cell


def hears(socket: SocketIOTestClient) -> set[str]:
    return {told["what"] for told in heard(socket, "/manager", "changed")}


def test_a_managers_page_hears_of_tickets_late_ones_too(house: House, manager: Browser) -> None:
    socket = manager.socket("/manager")
    assert hears(socket) == {"all"}
    a_ticket(house)
    until(lambda: "queue" in hears(socket), "the ticket to be told")


def test_only_managers_hear(house: House) -> None:
    assert not house.staff("tax@maru.example").socket("/manager").is_connected("/manager")
    assert not house.customer().socket("/manager").is_connected("/manager")


def test_the_branch_now_with_desks_and_freshness(house: House, manager: Browser) -> None:
    tell(house, house.customer().held("visit"), issued())
    page = manager.get(PAGE).text
    assert "지점과 이어져 있어요" in page
    assert "<dd>1명</dd>" in page
    yesterday = clock.business_day(clock.now() - timedelta(days=1), "Asia/Seoul")
    assert "기다리시는 분" not in manager.get(f"{PAGE}?from={yesterday}&to={yesterday}").text


@pytest.mark.parametrize(
    "path", [PAGE, f"{PAGE}?branch=all", f"{PAGE}?from=2026-02-02&to=2026-01-01", "/manager/hours"]
)
def test_the_pages_speak_english(house: House, manager: Browser, path: str) -> None:
    manager.hold(language="en")
    a_ticket(house, ("ticket.finished", {"ticket": "7" * 32, "outcome": "done"}))
    with house.database.transaction() as work:
        for service in work.scalars(select(Service)):
            service.name = service.description = {"ko": service.name["en"]}
    page = re.sub(r"<script.*?</script>", "", manager.get(path).text, flags=re.DOTALL)
    assert set(re.findall("[가-힣]+", page)) <= {"한지원", "상담석", "한국어"}
