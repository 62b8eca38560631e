"""Printing through a real agent, as the hub does it."""

from __future__ import annotations

import dataclasses
import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests
from PIL import Image

from hardware.client import AgentError, AgentUnreachable, DeviceAgent
from tests.hardware.conftest import StartAgent
from tests.hardware.helpers import KEY, AgentProcess, RawPrinter, korean_slip, print_on_paper
from tests.waiting import until
from tools.ports import free_port


def refusal(agent: AgentProcess, body: bytes, key: str = KEY) -> tuple[int, str]:
    response = requests.post(f"{agent.url}/print", data=body, headers={"X-Maru-Key": key}, timeout=10)
    return response.status_code, response.json()["code"]


def test_the_simulated_printer_leaves_bytes_and_a_picture(agent: AgentProcess) -> None:
    answer = agent.client().print_ticket(korean_slip("ticket-1"))
    stream = (agent.spool / "ticket-1.escpos").read_bytes()
    assert dataclasses.asdict(answer) == {
        "job": "ticket-1",
        "state": "printed",
        "simulated": True,
        "bytes": len(stream),
        "reprint": 0,
    }
    with Image.open(agent.spool / "ticket-1.png") as preview:
        assert preview.tobytes() == print_on_paper(stream).picture.tobytes()


def test_a_job_is_printed_once_also_after_a_restart(agent: AgentProcess) -> None:
    first = agent.client().print_ticket(korean_slip("again"))
    (agent.spool / "again.escpos").unlink()
    assert agent.client().print_ticket(korean_slip("again")) == first
    assert agent.stop() == 0
    agent.start()
    assert agent.client().print_ticket(korean_slip("again")) == first
    assert not (agent.spool / "again.escpos").exists(), "it was printed a second time"


def test_the_same_job_asked_many_times_at_once_is_printed_once(start_agent: StartAgent) -> None:
    printer = RawPrinter()
    agent = start_agent(printer_driver="network", printer_host="127.0.0.1", printer_port=printer.port)
    until(lambda: printer.connections == 1, "the agent does not check its printer")
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: agent.client().print_ticket(korean_slip("one")), range(8)))
    assert len(set(answers)) == 1
    until(lambda: len(printer.received) == answers[0].bytes, "the printer did not get the slip")
    assert printer.connections == 2


def test_a_network_printer_gets_the_exact_bytes(start_agent: StartAgent) -> None:
    printer = RawPrinter()
    agent = start_agent(
        printer_driver="network", printer_host="127.0.0.1", printer_port=printer.port, printer_width=384
    )
    answer = agent.client().print_ticket(korean_slip())
    assert answer.simulated is False
    until(lambda: len(printer.received) == answer.bytes, "the printer did not get the slip")
    assert print_on_paper(printer.received).picture.width == 384


def test_a_printer_that_is_off_is_unavailable_and_then_back(start_agent: StartAgent) -> None:
    port = free_port()
    agent = start_agent(printer_driver="network", printer_host="127.0.0.1", printer_port=port)
    for _ in range(2):
        with pytest.raises(AgentError) as failure:
            agent.client().print_ticket(korean_slip())
        assert failure.value.code == "printer.unavailable"
    assert agent.client().status()["printer"] == {
        "driver": "network",
        "state": "unavailable",
        "paper": "unknown",
        "simulated": False,
    }
    RawPrinter(port)
    assert agent.client().print_ticket(korean_slip()).state == "printed"
    log = agent.output.read_text()
    assert (log.count("printer.failing"), log.count("printer.recovered")) == (1, 1)


def test_a_slip_that_hangs_is_given_up_in_time_and_not_printed_twice(
    start_agent: StartAgent, tmp_path: Path
) -> None:
    device = tmp_path / "lp0"
    os.mkfifo(device)  # opening it for writing blocks while nobody reads
    present = os.open(device, os.O_RDONLY | os.O_NONBLOCK)
    agent = start_agent(printer_driver="file", printer_device=device, printer_timeout=0.5)
    until(lambda: "agent listening" in agent.output.read_text(), "the agent does not finish its checks")
    os.close(present)
    for _ in range(2):
        with pytest.raises(AgentError) as failure:
            agent.client().print_ticket(korean_slip())
        assert failure.value.code == "printer.timeout"

    with device.open("rb") as printer:
        received = printer.read()
    assert print_on_paper(received).cut, "the first slip came out whole when the printer was back"
    until(lambda: list(agent.spool.glob("*.json")), "the late slip is not recorded")
    assert agent.client().print_ticket(korean_slip()).bytes == len(received)


def test_an_agent_with_a_hanging_printer_still_stops(start_agent: StartAgent, tmp_path: Path) -> None:
    device = tmp_path / "lp0"
    os.mkfifo(device)
    agent = start_agent(printer_driver="file", printer_device=device, printer_timeout=0.2)
    assert agent.stop() == 0


def test_the_key_is_asked_for(agent: AgentProcess) -> None:
    with pytest.raises(AgentError) as failure:
        agent.client(key="another key").print_ticket(korean_slip())
    assert failure.value.code == "agent.bad_key"
    body = json.dumps(dataclasses.asdict(korean_slip())).encode()
    assert refusal(agent, body, key="") == (401, "agent.bad_key")
    assert not list(agent.spool.glob("*"))


def test_bad_jobs_are_refused_by_name_and_leave_nothing(agent: AgentProcess) -> None:
    good = dataclasses.asdict(korean_slip())
    escaping = json.dumps(good | {"job": "../../escaped"}).encode()
    for body in (b"", b"{", b"[]", b"{}", escaping):
        assert refusal(agent, body) == (400, "printer.bad_job")
    assert refusal(agent, b"x" * 10_000_000) == (413, "agent.too_large")
    assert not list(agent.spool.glob("*"))
    assert agent.client().print_ticket(korean_slip()).state == "printed"


def test_old_slips_are_forgotten_and_strangers_left_alone(start_agent: StartAgent, tmp_path: Path) -> None:
    spool = tmp_path / "spool"
    first = start_agent()
    first.client().print_ticket(korean_slip("old"))
    first.client().print_ticket(korean_slip("new"))
    first.stop()
    (spool / "stranger.json").write_text("{}")
    for path in [*spool.glob("old.*"), spool / "stranger.json"]:
        os.utime(path, (0, 0))
    start_agent(spool_days=1)
    kept = {"new.escpos", "new.json", "new.png", "stranger.json"}
    # The agent answers before it has tidied up.
    until(lambda: {path.name for path in spool.iterdir()} == kept, f"only {kept} in the spool")


def test_the_agent_says_how_it_is(agent: AgentProcess) -> None:
    agent.wait_for_vision()
    told = agent.client().status()
    assert isinstance(told.pop("disk_mb"), int)
    assert told == {
        "version": "0.1.0",
        "vision": {"state": "ready"},
        "printer": {
            "driver": "simulated",
            "state": "ready",
            "paper": "ok",
            "simulated": True,
            "practice": "ok",
        },
    }
    assert set(requests.get(f"{agent.url}/healthz", timeout=5).json()) == {"status", "process", "version"}


def test_an_agent_that_is_not_there_is_unreachable() -> None:
    with pytest.raises(AgentUnreachable) as failure:
        DeviceAgent(f"http://127.0.0.1:{free_port()}", KEY).print_ticket(korean_slip())
    assert failure.value.code == "agent.unreachable"
