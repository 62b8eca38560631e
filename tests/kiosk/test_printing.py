"""Paper: ordered with the ticket, tried until it comes out, once or with a mark, and never in the ticket's way."""

import json
import re
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from sqlalchemy import select

from branch import ids
from branch.database import Database
from branch.devices.models import Device
from branch.errors import MaruError
from branch.handoff.models import HandoffCode
from branch.handoff.services import claim_code
from branch.slips.models import PaperSlip
from branch.slips.services import end_of_day, latest_slip, order_slip
from branch.tickets.models import Ticket, TicketState
from branch.tickets.moves import close_ticket
from branch.tickets.services import issue_ticket
from branch.visits.services import open_visit
from hardware.client import DeviceAgent
from kiosk.app import Process
from kiosk.printing import PaperState, Printing, paper_state
from kiosk.settings import HubSettings
from kiosk.slips import compose
from tests.kiosk.people import Teller, Visitor
from tests.kiosk.test_devices import paired
from tests.waiting import until


class Printer:
    """Answers like a device agent, after refusing a number of times."""

    def __init__(self, refusals: int, code: str = "printer.unavailable") -> None:
        self.refusals = refusals
        self.code = code
        self.jobs: list[dict[str, Any]] = []

    def answer(self, job: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        self.jobs.append(job)
        if len(self.jobs) <= self.refusals:
            return 503, {"code": self.code, "message": "no paper"}
        return 200, {
            "job": job["job"],
            "state": "printed",
            "simulated": False,
            "bytes": 42,
            "reprint": job["reprint"],
        }


@contextmanager
def served(printer: Printer) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            job = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status, body = printer.answer(job)
            payload = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload)

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def printer() -> Printer:
    return Printer(refusals=0)


@pytest.fixture
def printing_hub(
    printer: Printer, settings: HubSettings, make_hub: Callable[[HubSettings], Process]
) -> Iterator[Process]:
    with served(printer) as url:
        yield make_hub(settings.model_copy(update={"agent_url": url}))


def said(visitor: Visitor) -> str:
    page = visitor.reads("/ticket/issued")
    words = {
        "인쇄하고 있어요": "printing",
        "가져가 주세요": "printed",
        "번호표가 안 나오면 직원을 불러 주세요": "delayed",
        "인쇄하지 못했어요": "failed",
    }
    return next((state for word, state in words.items() if word in page), "none")


def code_in(job: dict[str, Any]) -> str:
    return str(job["url"].rsplit("/v/", 1)[1])


def ticket_of(database: Database, visitor: Visitor) -> Ticket:
    with database.reading() as session:
        return session.scalars(select(Ticket).where(Ticket.visit_id == visitor.visit)).one()


def state(database: Database, ticket: str) -> PaperState:
    with database.reading() as session:
        slip = latest_slip(session, ticket)
    assert slip is not None
    return paper_state(slip)


@contextmanager
def working(database: Database, url: str) -> Iterator[Printing]:
    """A hub's printing that does not pause between tries."""
    writing = partial(compose, phone_url="http://centre.test", secret="the hub's secret")
    printing = Printing(
        database, lambda at: DeviceAgent(at or url, "key"), writing, lambda _visit: None, (0.01,)
    )
    printing.wake()
    yield printing
    printing.stop()


def a_ticket(database: Database, device: str | None = None) -> str:
    """Somebody takes a number at a kiosk."""
    with database.transaction() as session:
        ticket = issue_ticket(session, open_visit(session, "seongsu", "kiosk", "ko").id, "deposits")
        order_slip(session, ticket.id, device)
        return ticket.id


def test_a_ticket_is_printed_with_a_code_of_its_own(printing_hub: Process, printer: Printer) -> None:
    visitor = Visitor(printing_hub).arrives("ko")
    number = visitor.takes_ticket()
    until(lambda: said(visitor) == "printed", "the page says that the paper is there")
    (job,) = printer.jobs
    assert (job["number"], job["service"], job["branch"]) == (number, "입출금·통장", "마루은행 성수지점")
    assert job["reprint"] == 0
    code = code_in(job)
    assert len(code) == 16, "80 bits"
    with printing_hub.hub.database.reading() as session:
        kept = session.get_one(HandoffCode, ids.digest(code))
        ticket = session.get_one(Ticket, job["job"])
        assert kept.visit_id == visitor.visit
        assert kept.expires_at == end_of_day(ticket, "Asia/Seoul")
    assert code != visitor.cookie["code"]


def test_without_an_agent_the_slip_waits_and_the_page_says_so(process: Process, visitor: Visitor) -> None:
    number = visitor.takes_ticket()
    until(lambda: said(visitor) == "delayed", "the page says what to do")
    assert number in visitor.reads("/ticket/issued")
    process.hub.printing.stop()
    printer = Printer(refusals=0)
    ticket = ticket_of(process.hub.database, visitor)
    with served(printer) as url, working(process.hub.database, url):
        until(lambda: state(process.hub.database, ticket.id) is PaperState.PRINTED, "printed after a restart")
    assert [job["job"] for job in printer.jobs] == [ticket.id]
    assert said(visitor) == "printed"


def test_a_printer_that_refuses_is_asked_again_for_the_same_slip(process: Process) -> None:
    database, printer = process.hub.database, Printer(refusals=5, code="printer.paper_out")
    ticket = a_ticket(database)
    with served(printer) as url, working(database, url):
        until(lambda: state(database, ticket) is PaperState.PRINTED, "printed when there is paper again")
    assert len(printer.jobs) == 6
    assert len({json.dumps(job, sort_keys=True) for job in printer.jobs}) == 1
    with database.reading() as session:
        assert len(session.scalars(select(HandoffCode).where(HandoffCode.ticket_id == ticket)).all()) == 1


def test_a_hub_that_starts_anew_prints_the_same_code(process: Process) -> None:
    database, printer = process.hub.database, Printer(refusals=10**6)
    a_ticket(database)
    with served(printer) as url:
        for tries in (2, 4):
            with working(database, url):
                until(lambda tries=tries: len(printer.jobs) >= tries, "tried")  # type: ignore[misc]
    assert len({job["url"] for job in printer.jobs}) == 1


def test_slips_wait_in_the_order_of_their_tickets(process: Process) -> None:
    database, printer = process.hub.database, Printer(refusals=3)
    tickets = [a_ticket(database) for _ in range(4)]
    with served(printer) as url, working(database, url):
        until(lambda: state(database, tickets[-1]) is PaperState.PRINTED, "all printed")
    assert [job["job"] for job in printer.jobs[3:]] == tickets
    assert {job["job"] for job in printer.jobs[:4]} == {tickets[0]}


def test_what_holds_up_one_slip_is_said_of_all_behind_it(process: Process) -> None:
    database, printer = process.hub.database, Printer(refusals=10**6, code="printer.paper_out")
    tickets = [a_ticket(database) for _ in range(3)]
    with served(printer) as url, working(database, url):
        until(lambda: all(state(database, one) is PaperState.DELAYED for one in tickets), "all are delayed")


def test_a_slip_that_cannot_be_printed_stands_in_nobodys_way(process: Process) -> None:
    database, printer = process.hub.database, Printer(refusals=1, code="printer.bad_job")
    bad, good = a_ticket(database), a_ticket(database)
    with served(printer) as url, working(database, url):
        until(lambda: state(database, good) is PaperState.PRINTED, "the next one came out")
    assert state(database, bad) is PaperState.FAILED
    assert len(printer.jobs) == 2


def test_no_paper_is_spent_on_a_ticket_that_is_over(process: Process) -> None:
    database, printer = process.hub.database, Printer(refusals=0)
    over, good = a_ticket(database), a_ticket(database)
    with database.transaction() as session:
        close_ticket(session, over, TicketState.CANCELLED)
    with served(printer) as url, working(database, url):
        until(lambda: state(database, good) is PaperState.PRINTED, "the next one came out")
    assert [job["job"] for job in printer.jobs] == [good]


def test_slips_ordered_at_the_same_moment_come_out_once_each(process: Process) -> None:
    database, printer = process.hub.database, Printer(refusals=0)
    with served(printer) as url, working(database, url) as printing:

        def visit(_turn: int) -> str:
            ticket = a_ticket(database)
            printing.wake()
            return ticket

        with ThreadPoolExecutor(6) as pool:
            tickets = list(pool.map(visit, range(18)))
        until(lambda: len(printer.jobs) >= 18, "all slips came")
        until(lambda: all(state(database, one) is PaperState.PRINTED for one in tickets), "all are known")
    assert sorted(job["job"] for job in printer.jobs) == sorted(tickets)


def test_two_kiosks_at_once_print_each_at_its_own_printer(process: Process, printer: Printer) -> None:
    teller = Teller(process).signs_in()
    visitors = []
    printers = (Printer(refusals=0), Printer(refusals=0))
    with served(printers[0]) as one, served(printers[1]) as other:
        for number, url in enumerate((one, other), 1):
            visitor = Visitor(process)
            paired(process, teller, number=number, screen=visitor)
            with process.hub.database.transaction() as session:
                device = session.scalars(select(Device).where(Device.number == number)).one()
                device.agent_url = url
            visitors.append(visitor.arrives())
        with ThreadPoolExecutor(2) as pool:
            numbers = list(pool.map(lambda visitor: visitor.takes_ticket(), visitors))
        until(lambda: all(said(visitor) == "printed" for visitor in visitors), "both are printed")
    assert len(set(numbers)) == 2
    assert [[job["number"] for job in printer.jobs] for printer in printers] == [[one] for one in numbers]


def test_a_double_tap_on_print_again_gives_one_copy_with_a_mark(
    printing_hub: Process, printer: Printer
) -> None:
    visitor = Visitor(printing_hub).arrives()
    visitor.takes_ticket()
    until(lambda: said(visitor) == "printed", "the first is printed")
    for _tap in range(2):
        assert visitor.goes("/ticket/paper", seen=0) == "/ticket/issued"
        until(lambda: said(visitor) == "printed", "printed again")
    assert [job["reprint"] for job in printer.jobs] == [0, 1]
    visitor.goes("/ticket/paper", seen=1)
    until(lambda: said(visitor) == "printed", "printed once more")
    status, code, sentence = visitor.error("/ticket/paper", seen=2)
    assert (status, code) == (409, "slip.enough")
    assert "직원을 불러 주세요" in sentence
    assert [job["reprint"] for job in printer.jobs] == [0, 1, 2]
    assert "다시 뽑기" not in visitor.reads("/ticket/issued")


@pytest.mark.parametrize("seen", ["", "-1", "one", "1" * 30])
def test_a_copy_of_nothing(process: Process, visitor: Visitor, seen: str) -> None:
    visitor.takes_ticket()
    assert visitor.error("/ticket/paper", seen=seen)[:2] == (400, "input.bad")


def test_a_slip_that_was_printed_anew_opens_nothing_any_more(printing_hub: Process, printer: Printer) -> None:
    visitor = Visitor(printing_hub).arrives()
    visitor.takes_ticket()
    until(lambda: said(visitor) == "printed", "the first is printed")
    visitor.goes("/ticket/paper", seen=0)
    until(lambda: len(printer.jobs) == 2, "printed again")
    lost, held = (code_in(job) for job in printer.jobs)
    database = printing_hub.hub.database
    with pytest.raises(MaruError) as refusal, database.transaction() as session:
        claim_code(session, lost)
    assert refusal.value.code == "code.slip_over"
    with database.transaction() as session:
        assert claim_code(session, held).id == visitor.visit
    with pytest.raises(MaruError) as used, database.transaction() as session:
        claim_code(session, held)
    assert used.value.code == "code.used"


def test_staff_print_a_slip_again_and_see_what_waits(printing_hub: Process, printer: Printer) -> None:
    teller = Teller(printing_hub).signs_in()
    visitor = Visitor(printing_hub).arrives()
    number = visitor.takes_ticket()
    until(lambda: said(visitor) == "printed", "the first is printed")
    page = teller.reads("/devices")
    assert number in page
    found = re.search(r'action="(/devices/slips/[^"]+)"', page)
    assert found is not None
    printer.refusals, printer.code = 10**6, "printer.paper_out"
    for _tap in range(2):
        assert teller.goes(found.group(1)) == "/devices"
    until(lambda: "종이를 기다려요" in teller.reads("/devices"), "the page says why it waits")
    printer.refusals = 0
    until(lambda: "재출력 1" in teller.reads("/devices"), "it came out with a mark")
    with printing_hub.hub.database.reading() as session:
        assert len(session.scalars(select(PaperSlip)).all()) == 2
    assert teller.reads("/devices").count(f">{number}<") == 1, "only its newest slip can be printed again"
    assert teller.error("/devices/slips/none")[:2] == (404, "page.not_found")


def test_who_is_taken_straight_to_the_desk_needs_no_paper(printing_hub: Process, printer: Printer) -> None:
    teller = Teller(printing_hub).signs_in()
    assert teller.goes("/desk/walk-in", service="deposits") == "/desk"
    with printing_hub.hub.database.reading() as session:
        assert session.scalars(select(Ticket)).one()
        assert session.scalars(select(PaperSlip)).all() == []
