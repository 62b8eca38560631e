"""Ten desks and one ticket: the race happens where one reads and then writes, and is gone with the claim."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier, Event
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select, update

from branch import clock
from branch.appointments import experts
from branch.appointments.calendar import slots, times
from branch.appointments.errors import BookedAlready, SlotFull
from branch.appointments.services import book
from branch.consults import services as consults
from branch.content.catalogue import Catalogue
from branch.database import Database
from branch.demo import seed
from branch.errors import Conflict, MaruError
from branch.link import reach
from branch.link.models import Command
from branch.nodes.services import Told, renew
from branch.people.models import Branch, Desk
from branch.schema import migrate
from branch.tickets import desks
from branch.tickets.calling import call_next, called_to, desk_at_work, waiting_tickets
from branch.tickets.errors import NobodyWaiting
from branch.tickets.models import Service, Ticket, TicketState
from branch.tickets.moves import claim
from branch.tickets.requests import ask_for_ticket
from branch.tickets.services import issue_ticket
from branch.visits.services import open_visit
from tests.branch.conftest import staff
from tests.branch.test_consults import waiting_consult
from tests.servers import postgresql

DESKS = ("seongsu-1", "seongsu-2", *(f"seongsu-{number}" for number in range(11, 19)))


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('race') / 'hub.db'}"
        return
    with postgresql() as server:
        yield server


@pytest.fixture(scope="module")
def branch(url: str, catalogue: Catalogue) -> Iterator[Database]:
    migrate(url)
    database = Database(url, outbox=True)
    with database.transaction() as session:
        seed(session, catalogue)
        session.add_all(
            Desk(id=desk, branch_id="seongsu", name=desk, services=["deposits"]) for desk in DESKS[2:]
        )
    yield database
    database.close()


def arrive(branch: Database) -> str:
    with branch.transaction() as session:
        return issue_ticket(session, open_visit(session, "seongsu", "kiosk", "ko").id, "deposits").id


def all_desks(branch: Database, *, claiming: bool) -> list[str]:
    """Every desk sees the same ticket at the head of the line, then all call it; the desks that believe they won."""
    arrive(branch)
    all_have_looked = Barrier(len(DESKS), timeout=20)

    def call(desk_id: str) -> bool:
        with branch.reading() as session:
            seen = waiting_tickets(session, "seongsu")[0]
        all_have_looked.wait()
        with branch.transaction() as session:
            changes = called_to(desk_at_work(session, desk_id))
            if not claiming:
                session.execute(update(Ticket).where(Ticket.id == seen.id).values(**changes))
                return True
            try:
                claim(session, session.merge(seen, load=False), **changes)
            except Conflict:
                return False
            return True

    with ThreadPoolExecutor(len(DESKS)) as pool:
        won = [desk for desk, won in zip(DESKS, pool.map(call, DESKS), strict=True) if won]
    with branch.transaction() as session:
        session.execute(
            update(Ticket).where(Ticket.state == TicketState.CALLED).values(state=TicketState.FINISHED)
        )
    return won


def test_without_the_claim_ten_desks_call_one_ticket(branch: Database) -> None:
    assert all_desks(branch, claiming=False) == list(DESKS)


def test_with_the_claim_one_desk_wins(branch: Database) -> None:
    assert len(all_desks(branch, claiming=True)) == 1


def test_ten_tellers_and_two_kiosks_call_everybody_once(branch: Database) -> None:
    everybody_is_here = Event()

    def work(desk_id: str) -> list[str]:
        called = []
        while True:
            is_over = everybody_is_here.is_set()
            try:
                with branch.transaction() as session:
                    called.append(call_next(session, desk_id).id)
            except NobodyWaiting:
                if is_over:
                    return called
                everybody_is_here.wait(0.01)

    with ThreadPoolExecutor(2) as kiosks, ThreadPoolExecutor(len(DESKS)) as tellers:
        work_of_all = tellers.map(work, DESKS)
        tickets = list(kiosks.map(lambda _: arrive(branch), range(40)))
        everybody_is_here.set()
        winners = [ticket for called in work_of_all for ticket in called]
    assert sorted(winners) == sorted(tickets)
    with branch.reading() as session:
        numbers = list(session.execute(select(Ticket.day, Ticket.letter, Ticket.serial)))
    assert len(numbers) == len(set(numbers))


def test_two_taps_at_one_desk_call_one_customer(branch: Database) -> None:
    tickets = {arrive(branch), arrive(branch)}
    with branch.transaction() as session:
        here = desks.customer_at(session, DESKS[0])
    seen = here.id if here else ""

    def tap(_: int) -> str | None:
        try:
            with branch.transaction() as session:
                return desks.next_customer(session, DESKS[0], seen).id
        except Conflict:
            return None

    with ThreadPoolExecutor(2) as pool:
        called = [ticket for ticket in pool.map(tap, range(2)) if ticket]
    assert len(called) == 1
    assert set(called) <= tickets


def test_two_taps_on_a_phone_ask_for_one_number(branch: Database) -> None:
    with branch.transaction() as session:
        reach.heard(session, "seongsu")
        visit = open_visit(session, "seongsu", "phone", "ko").id
    both_have_tapped = Barrier(2, timeout=20)

    def tap(_: int) -> str:
        both_have_tapped.wait()
        with branch.transaction() as session:
            return ask_for_ticket(session, visit, "deposits", 10, timedelta(minutes=20), here=False).id

    with ThreadPoolExecutor(2) as pool:
        asked = set(pool.map(tap, range(2)))
    with branch.reading() as session:
        commands = session.scalar(select(func.count(Command.id)).where(Command.kind == "ticket.issue"))
    assert (len(asked), commands) == (1, 1)


def test_of_three_who_want_the_last_two_places_one_is_too_late(
    branch: Database, catalogue: Catalogue
) -> None:
    rules, zone = catalogue.appointments, ZoneInfo("Asia/Seoul")
    with branch.transaction() as session:
        visits = [open_visit(session, "seongsu", "phone", "ko").id for _ in range(3)]
        place, loans = session.get_one(Branch, "seongsu"), session.get_one(Service, "seongsu.loans")
    now = clock.now()
    soon = [
        slots(rules, place, loans, now.astimezone(zone).date() + timedelta(days=day), now)
        for day in range(15)
    ]
    time = next(day for day in soon if day)[0]
    all_have_chosen = Barrier(3, timeout=20)

    def choose(visit: str) -> bool:
        all_have_chosen.wait()
        try:
            with branch.transaction() as session:
                book(session, rules, "key", visit, "loans", time)
        except SlotFull:
            return False
        return True

    with ThreadPoolExecutor(3) as pool:
        assert sorted(pool.map(choose, visits)) == [False, True, True]


def test_two_advisors_do_not_win_the_last_place_on_the_media_nodes(branch: Database) -> None:
    """Each takes another customer at the same moment: one is called in, the other waits on."""
    told = Told("http://node-1", "first", rooms=0, free=1, participants=0, load=0.0, draining=False)
    with branch.transaction() as session:
        renew(session, told)
    topics, both_are_ready = ("tax", "products"), Barrier(2, timeout=20)
    waiting = [waiting_consult(branch, topic).id for topic in topics]

    def accept(topic: str, consult: str) -> str:
        advisor = staff(branch, f"{topic}@maru.example")
        both_are_ready.wait()
        try:
            with branch.transaction() as session:
                return str(consults.claim(session, consult, advisor).state)
        except MaruError as error:
            return error.code

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(accept, topics, waiting)) == ["accepted", "media.full"]


def test_two_advisors_of_a_topic_are_promised_to_two_of_three(branch: Database, catalogue: Catalogue) -> None:
    rules, zone = catalogue.appointments.experts, ZoneInfo("Asia/Seoul")
    with branch.transaction() as session:
        visits = [open_visit(session, "seongsu", "phone", "ko").id for _ in range(3)]
        place = session.get_one(Branch, "seongsu")
    now = clock.now()
    soon = [times(rules, place, now.astimezone(zone).date() + timedelta(days=day), now) for day in range(15)]
    time = next(day for day in soon if day)[-1]
    all_have_chosen = Barrier(3, timeout=20)

    def choose(visit: str) -> bool:
        all_have_chosen.wait()
        try:
            with branch.transaction() as session:
                experts.book(session, rules, "a key", visit, "tax", time)
        except SlotFull:
            return False
        return True

    with ThreadPoolExecutor(3) as pool:
        assert sorted(pool.map(choose, visits)) == [False, True, True]
    with branch.reading() as session:
        assert experts.left(session, rules, "products", [time]) == {time: 0}


def test_two_taps_book_one_time(branch: Database, catalogue: Catalogue) -> None:
    rules, zone = catalogue.appointments.experts, ZoneInfo("Asia/Seoul")
    with branch.transaction() as session:
        visit = open_visit(session, "seongsu", "phone", "ko").id
        place = session.get_one(Branch, "seongsu")
    now = clock.now()
    soon = [times(rules, place, now.astimezone(zone).date() + timedelta(days=day), now) for day in range(15)]
    offered = next(day for day in soon if len(day) > 1)
    both_have_tapped = Barrier(2, timeout=20)

    def tap(turn: int) -> str:
        both_have_tapped.wait()
        try:
            with branch.transaction() as session:
                experts.book(session, rules, "a key", visit, "realestate", offered[turn])
        except BookedAlready as refused:
            return refused.code
        return "booked"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(tap, range(2))) == ["appointment.already", "booked"]
