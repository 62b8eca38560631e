"""Paper that ends, covers that open, plugs that are pulled: what is on paper twice carries a mark, and nothing is lost."""

from __future__ import annotations

import os
import threading
from dataclasses import replace
from pathlib import Path

import pytest
import requests

from hardware.client import AgentError, Slip
from hardware.errors import CoverOpen, PaperOut, PrinterInterrupted, PrinterUnavailable
from hardware.printer.drivers import EscposPrinter, RenderedSlip, as_stream, network_printer, usb_printer
from hardware.printer.fonts import find_typeface
from hardware.printer.jobs import JobRecord, PrintedJob
from hardware.printer.layout import MEASURES, draw_slip
from hardware.printer.status import UNKNOWN, Look, Paper, look_at
from tests.hardware.conftest import StartAgent
from tests.hardware.helpers import AgentProcess, RawPrinter, korean_slip, print_on_paper
from tests.hardware.test_slip import likeness, ordered
from tests.waiting import until

FULL, LOW, OUT = 0x12, 0x1E, 0x7E
FINE, COVER, STOPPED = 0x12, 0x16, 0x32


@pytest.mark.parametrize(
    ("roll", "cause", "look"),
    [
        (FULL, FINE, Look(Paper.OK)),
        (LOW, FINE, Look(Paper.LOW)),
        (OUT, FINE, Look(Paper.OUT)),
        (FULL, STOPPED, Look(Paper.OUT)),
        (FULL, COVER, Look(Paper.OK, cover_open=True)),
        (FULL, None, Look(Paper.OK)),
        (None, FINE, UNKNOWN),
        (0xFF, FINE, UNKNOWN),
        (0x00, FINE, UNKNOWN),
    ],
)
def test_the_bytes_of_an_answer(roll: int | None, cause: int | None, look: Look) -> None:
    assert look_at(lambda request: roll if request == b"\x10\x04\x04" else cause) == look


def rendered() -> RenderedSlip:
    picture = draw_slip(ordered(korean_slip()), find_typeface(), 384)
    return RenderedSlip(as_stream(picture), picture)


def driver(printer: RawPrinter) -> EscposPrinter:
    return network_printer("127.0.0.1", printer.port, 3)


@pytest.mark.parametrize(("roll", "cause", "error"), [(OUT, FINE, PaperOut), (FULL, COVER, CoverOpen)])
def test_nothing_is_sent_where_nothing_would_come_out(
    roll: int, cause: int, error: type[PrinterUnavailable]
) -> None:
    printer = RawPrinter(roll=roll, cause=cause)
    with pytest.raises(error):
        driver(printer).send("job", rendered())
    assert printer.received == b""


def test_a_mute_printer_is_asked_once_and_trusted() -> None:
    printer = RawPrinter()
    mute, slip = driver(printer), rendered()
    assert mute.look() is UNKNOWN
    mute.send("job", slip)
    until(lambda: printer.received == slip.stream, "the slip came, and no question before it")


def test_a_plug_that_is_pulled_in_the_middle() -> None:
    printer = RawPrinter(roll=FULL)
    printer.closes_after = 1
    with pytest.raises(PrinterInterrupted):
        driver(printer).send("job", rendered())


def with_network(start_agent: StartAgent, printer: RawPrinter) -> AgentProcess:
    return start_agent(printer_driver="network", printer_host="127.0.0.1", printer_port=printer.port)


def refused(agent: AgentProcess, slip: Slip) -> str:
    with pytest.raises(AgentError) as refusal:
        agent.client().print_ticket(slip)
    return refusal.value.code


def test_a_slip_waits_for_paper_and_comes_once_and_unmarked(start_agent: StartAgent) -> None:
    printer = RawPrinter(roll=OUT)
    agent = with_network(start_agent, printer)
    assert {refused(agent, korean_slip()) for _ in range(3)} == {"printer.paper_out"}
    assert agent.client().status()["printer"] == {
        "driver": "network",
        "state": "paper_out",
        "paper": "out",
        "simulated": False,
    }
    printer.roll = LOW
    assert agent.client().print_ticket(korean_slip()).reprint == 0
    until(lambda: printer.slips == 1, "one slip came out")


def test_a_slip_that_was_torn_comes_again_with_a_mark(start_agent: StartAgent) -> None:
    printer = RawPrinter(roll=FULL)
    agent = with_network(start_agent, printer)
    printer.closes_after = 1
    assert refused(agent, korean_slip()) == "printer.interrupted"
    assert agent.stop() == 0
    agent.start()
    printer.closes_after, printer.roll = None, OUT
    assert refused(agent, korean_slip()) == "printer.paper_out"
    printer.roll = FULL
    torn = len(printer.received)
    assert agent.client().print_ticket(korean_slip()).reprint == 1
    until(lambda: printer.slips == 1, "the whole slip came out")
    marked = draw_slip(ordered(replace(korean_slip(), reprint=1)), find_typeface(), 576)
    assert print_on_paper(printer.received[torn:]).picture.tobytes() == marked.tobytes()


@pytest.mark.parametrize("width", sorted(MEASURES))
@pytest.mark.parametrize(("language", "words"), [("ko", "※ 재출력 2"), ("en", "※ Reprint 2")])
def test_a_copy_says_that_it_is_one(width: int, language: str, words: str) -> None:
    copy = replace(korean_slip(), language=language, reprint=2)
    for slip, seen in ((copy, True), (replace(copy, reprint=0), False)):
        picture = draw_slip(ordered(slip), find_typeface(), width)
        assert (likeness(picture, words, MEASURES[width].branch, bold=True) > 0.97) is seen


def test_a_job_that_was_begun_when_the_power_failed_is_known(tmp_path: Path) -> None:
    record = JobRecord(tmp_path, 7)
    assert record.begin("job") is False
    assert JobRecord(tmp_path, 7).begin("job") is True
    record.add(PrintedJob("job", "printed", False, 42, 1))
    found = JobRecord(tmp_path, 7).find("job")
    assert found is not None
    assert found.reprint == 1
    assert not list(tmp_path.glob("*.begun"))


class PtyPrinter:
    """A printer at the far end of a serial line, which is a pseudo-terminal here."""

    def __init__(self, roll: int) -> None:
        self.received = b""
        self.roll = roll
        self._line, far = os.openpty()
        self.device = Path(os.ttyname(far))
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while piece := os.read(self._line, 65536):
            self.received += piece
            for request, answer in ((b"\x10\x04\x04", self.roll), (b"\x10\x04\x02", FINE)):
                if piece.endswith(request):
                    os.write(self._line, bytes([answer]))


def test_a_printer_on_a_serial_line(start_agent: StartAgent) -> None:
    printer = PtyPrinter(roll=OUT)
    agent = start_agent(printer_driver="serial", printer_device=printer.device, printer_width=384)
    assert refused(agent, korean_slip()) == "printer.paper_out"
    printer.roll = FULL
    before = len(printer.received)
    assert agent.client().print_ticket(korean_slip()).reprint == 0
    paper = print_on_paper(printer.received[before:])
    expected = draw_slip(ordered(korean_slip()), find_typeface(), 384)
    assert paper.picture.tobytes() == expected.tobytes()


def test_a_usb_printer_that_is_not_plugged_in_says_so() -> None:
    with pytest.raises(PrinterUnavailable, match="usb printer cannot be used"):
        usb_printer(0x04B8, 0x0E28, 1).look()


def plays(agent: AgentProcess, practice: str, key: str | None = None) -> tuple[int, str]:
    headers = {"X-Maru-Key": key if key is not None else str(agent.settings["key"])}
    answer = requests.post(f"{agent.url}/practice", json={"practice": practice}, headers=headers, timeout=10)
    return answer.status_code, answer.json().get("code", "")


def test_the_simulated_printer_plays_what_goes_wrong(agent: AgentProcess) -> None:
    for practice, code in (
        ("paper_out", "printer.paper_out"),
        ("cover_open", "printer.cover_open"),
        ("unplugged", "printer.unavailable"),
        ("torn", "printer.interrupted"),
    ):
        assert plays(agent, practice) == (200, "")
        assert refused(agent, korean_slip(practice)) == code
    assert plays(agent, "ok") == (200, "")
    for job, reprint in (("paper_out", 0), ("cover_open", 0), ("unplugged", 0), ("torn", 1)):
        assert agent.client().print_ticket(korean_slip(job)).reprint == reprint
        assert (agent.spool / f"{job}.escpos").exists()
    assert plays(agent, "on fire") == (400, "printer.bad_job")
    assert plays(agent, "paper_out", key="guessed") == (401, "agent.bad_key")


def test_a_real_printer_plays_nothing(start_agent: StartAgent) -> None:
    agent = with_network(start_agent, RawPrinter())
    assert plays(agent, "paper_out") == (409, "printer.real")
