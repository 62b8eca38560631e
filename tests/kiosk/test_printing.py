"""Paper: printed after the commit, tried again, and never in the ticket's way."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from sqlalchemy import select

from branch import clock, ids
from branch.bus import Fact
from branch.handoff.models import HandoffCode
from branch.tickets.models import Ticket
from hardware.client import DeviceAgent, Slip
from kiosk.app import Process
from kiosk.printing import Printing, PrintState
from kiosk.settings import HubSettings
from kiosk.slips import compose
from tests.kiosk.people import Visitor
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
        return 200, {"job": job["job"], "state": "printed", "simulated": False, "bytes": 42}


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


def state(process: Process, visitor: Visitor) -> str:
    page = visitor.reads("/ticket/issued")
    words = {
        "인쇄하고 있어요": "printing",
        "가져가 주세요": "printed",
        "인쇄하지 못했어요": "failed",
    }
    return next((state for word, state in words.items() if word in page), "none")


def test_a_ticket_is_printed_with_a_code_of_its_own(printing_hub: Process, printer: Printer) -> None:
    visitor = Visitor(printing_hub).arrives("ko")
    number = visitor.takes_ticket()
    until(lambda: state(printing_hub, visitor) == "printed", "the page says that the paper is there")
    (job,) = printer.jobs
    assert (job["number"], job["service"], job["branch"]) == (number, "입출금·통장", "마루은행 성수지점")
    code = job["url"].rsplit("/v/", 1)[1]
    with printing_hub.hub.database.reading() as session:
        assert session.get_one(HandoffCode, ids.digest(code)).visit_id == visitor.visit
    assert code != visitor.cookie["code"]


def test_without_an_agent_the_number_stays_on_the_screen(process: Process, visitor: Visitor) -> None:
    number = visitor.takes_ticket()
    process.hub.printing.stop()
    until(lambda: state(process, visitor) == "failed", "the page says that there is no paper")
    assert "화면의 번호를 기억해 주세요" in visitor.reads("/ticket/issued")
    assert number in visitor.reads("/ticket/issued")


def tried(
    printer: Printer, process: Process, visitor: Visitor, pauses: tuple[float, ...]
) -> PrintState | None:
    """Print the visitor's ticket through the real client with pauses of our own."""
    database = process.hub.database
    with database.reading() as session:
        ticket = session.scalars(select(Ticket).where(Ticket.visit_id == visitor.visit)).one()

    def slip(ticket_id: str) -> Slip:
        with database.transaction() as work:
            return compose(work, ticket_id, "http://centre.test")

    told = threading.Event()
    with served(printer) as url:
        printing = Printing(DeviceAgent(url, "key"), slip, lambda _visit: told.set(), pauses)
        printing.react(Fact(ids.new_id(), "ticket.issued", visitor.visit, clock.now(), {"ticket": ticket.id}))
        assert told.wait(10), "nobody was told how the paper stands"
    return printing.state(ticket.id)


def test_a_printer_that_refuses_is_asked_again_for_the_same_job(process: Process, visitor: Visitor) -> None:
    visitor.takes_ticket()
    printer = Printer(refusals=2)
    assert tried(printer, process, visitor, (0.01, 0.01, 0.01)) is PrintState.PRINTED
    assert len(printer.jobs) == 3
    assert len({job["job"] for job in printer.jobs}) == 1
    assert len({job["url"] for job in printer.jobs}) == 1


def test_a_printer_that_goes_on_refusing_is_given_up(process: Process, visitor: Visitor) -> None:
    visitor.takes_ticket()
    printer = Printer(refusals=99)
    assert tried(printer, process, visitor, (0.01, 0.01)) is PrintState.FAILED
    assert len(printer.jobs) == 3


def test_a_job_that_cannot_be_printed_is_not_tried_again(process: Process, visitor: Visitor) -> None:
    visitor.takes_ticket()
    printer = Printer(refusals=99, code="printer.bad_job")
    assert tried(printer, process, visitor, (0.01, 0.01)) is PrintState.FAILED
    assert len(printer.jobs) == 1
