"""Two branches at one centre: numbers, links, hours and statistics of the one are nothing to the other."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from branch.database import Database
from branch.link.models import LinkPosition
from branch.statistics.now import read_now
from branch.tickets.models import Ticket
from tests.running import Maru, running
from tests.scenarios.people import Surfer
from tests.scenarios.story import at_the_kiosk_of, takes_ticket
from tests.waiting import until
from tests.web.test_schedule import fields_of

pytestmark = pytest.mark.scenario
BRANCHES = ("seongsu", "mapo")
# What no visitor of this story meets.
LEFT_OUT = frozenset({"media", "agent", "agent-mapo"})


@pytest.fixture(scope="module")
def maru(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Maru]:
    with running("embedded", tmp_path_factory.mktemp("two"), branches=2, without=LEFT_OUT) as started:
        yield started


@pytest.fixture
def centre(maru: Maru) -> Iterator[Database]:
    database = Database(maru.layout.centre_database)
    yield database
    database.close()


def numbers(database: Database) -> dict[str, list[str]]:
    """The centre's tickets by branch."""
    with database.reading() as work:
        tickets = work.scalars(select(Ticket).order_by(Ticket.branch_id, Ticket.serial)).all()
        return {branch: [each.number for each in tickets if each.branch_id == branch] for branch in BRANCHES}


def test_two_branches_do_not_mix(maru: Maru, centre: Database) -> None:
    first, second = (at_the_kiosk_of(hub.url) for hub in maru.layout.hubs)
    assert takes_ticket(first) == takes_ticket(second) == "A-001"
    phone = Surfer(maru.centre())
    until(lambda: "disabled" not in phone.open("/b/mapo").text, "the centre to hear the second branch")
    phone.submit("/b/mapo", service="deposits", travel="20")
    until(lambda: "A-002" in phone.open("/visit").text, "the second branch's answer")
    assert numbers(centre) == {"seongsu": ["A-001"], "mapo": ["A-001", "A-002"]}
    teller = Surfer(second.address)
    path = f"/sign-in/{maru.token('mapo@maru.example', 1)}"
    teller.open(path)
    teller.submit(path)
    teller.submit("/desk/at", desk="mapo-1")
    teller.submit("/desk/next", seen="")
    assert "A-001" in teller.body
    assert waiting(centre)["seongsu"] == 1
    until(lambda: waiting(centre)["mapo"] == 0, "the call to reach the centre")
    with centre.reading() as work:
        streams = work.scalars(select(LinkPosition.branch_id).where(LinkPosition.last_sequence > 0)).all()
    assert sorted(streams) == ["mapo", "seongsu"]


def waiting(database: Database) -> dict[str, int]:
    with database.reading() as work:
        return {branch: read_now(work, branch).waiting_total for branch in BRANCHES}


def test_what_a_manager_changes_in_one_branch_changes_nothing_in_the_other(maru: Maru) -> None:
    manager = Surfer(maru.centre())
    path = maru.sign_in_path("manager@maru.example")
    manager.open(path)
    manager.submit(path)
    page = "/manager/hours?branch=mapo"
    fields = fields_of(manager.open(page).text)
    manager.submit(page, **{**fields, "services-0-name_ko": "돈 넣고 찾기", "services-1-retired": "y"})
    assert "branch=mapo" in manager.path
    first, second = (at_the_kiosk_of(hub.url) for hub in maru.layout.hubs)
    until(lambda: "돈 넣고 찾기" in second.open("/ticket").text, "the second branch to work by it")
    assert "예금·적금" not in second.body
    assert "예금·적금" in first.open("/ticket").text
    assert "돈 넣고 찾기" not in first.body
    assert "돈 넣고 찾기" not in manager.open("/manager/hours?branch=seongsu").text


def test_a_manager_sees_both_branches_side_by_side(maru: Maru) -> None:
    manager = Surfer(maru.centre())
    path = maru.sign_in_path("manager@maru.example")
    manager.open(path)
    manager.submit(path)
    for page in ("/manager/statistics?branch=all", "/manager/waits", "/manager/devices"):
        told = manager.open(page).text
        assert "마루은행 성수지점" in told, page
        assert "마루은행 마포지점" in told, page
