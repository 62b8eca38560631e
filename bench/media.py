"""media.cpu.*, media.latency.*, media.memory.*: what forwarding costs, against Janus under the same load in the same run."""

from __future__ import annotations

import multiprocessing
import os
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import cache, partial
from pathlib import Path

from bench import janus, node
from bench.line import Line
from bench.load import WINDOW_SECONDS, Meeting, consult_name, measure
from bench.peers import HERE, media_address
from bench.report import Report
from bench.server import put_first
from consult.recording import manifest

CONSULTS = (10, 60)
PLAIN, RECORDED, ENCRYPTED = "plain", "recorded", "encrypted"
SERVER_CORE = 0
UNIT = "µs/packet"
MOST_LOST = 0.01
"""A server that loses more than this is beyond its limit, and its cost per packet means nothing."""

LEAST_SENT = 0.9
"""Cost per packet falls and rises with the rate: a load that was kept from running measures something else."""
TRIES = 3


class NotUnderLoad(Exception):
    """The load was not the one that was meant, or did not get through."""


class NotRecorded(Exception):
    """What should have been recorded beside the load is not there, or something is that should not."""


def cost(consults: int, keeping: str) -> Line:
    """Processor time per packet of our node; Janus, as everywhere, without recording."""
    return _line(
        f"media.cpu.{consults}.{keeping}", consults, keeping, UNIT, lambda report: report.microseconds
    )


def latency(consults: int) -> Line:
    """One way, at the 99th percentile; the median is told on standard error."""
    return _line(f"media.latency.{consults}", consults, PLAIN, "ms", lambda report: report.journeys.late)


def memory(consults: int) -> Line:
    """What lies in memory at the end, nothing being recorded."""
    return _line(f"media.memory.{consults}", consults, PLAIN, "MB", lambda report: report.memory / 1e6)


def _line(name: str, consults: int, keeping: str, unit: str, value: Callable[[Report], float]) -> Line:
    ours, theirs = _ours(consults, keeping), _janus(consults)
    if theirs is None:
        return Line(name, value(ours), unit)
    peer, report = theirs
    return Line(name, value(ours), unit, peer, value(ours) / value(report))


@cache
def _ours(consults: int, keeping: str) -> Report:
    """Measured once for all lines that are about the same load."""
    name = f"{consults} consults, {keeping}"
    report = _patiently(name, lambda: _node(consults, keeping))
    _tell(name, report)
    return report


@cache
def _janus(consults: int) -> tuple[str, Report] | None:
    """Measured once for all lines with this number of consults."""
    program = janus.find()
    if program is None:
        print("media.cpu: no comparison: Janus is not here; apt-get install janus", file=sys.stderr)
        return None
    if media_address() == HERE:
        print("media.cpu: no comparison: Janus needs a network address beside loopback", file=sys.stderr)
        return None
    peer = f"Janus {janus.version(program)} VideoCall without recording, {consults} consults"
    report = _patiently(peer, lambda: _videocall(program, consults))
    _tell(peer, report)
    return peer, report


def _patiently(name: str, run: Callable[[], Report]) -> Report:
    """Measure, and again where this machine was too busy with something else."""
    for _ in range(TRIES - 1):
        try:
            report = run()
        except NotUnderLoad as error:
            print(f"{name}: {error}; once more", file=sys.stderr)
        else:
            return report
    return run()


def _node(consults: int, keeping: str) -> Report:
    recorded = keeping != PLAIN
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with node.running(folder, SERVER_CORE, recorded, keeping == ENCRYPTED) as (process, rooms):
            report = _under_load(rooms, consults, process)
            for number in range(consults):
                rooms.close(consult_name(number))
        _check_recordings(folder / "recordings", report, consults if recorded else 0)
    return report


def _videocall(program: str, consults: int) -> Report:
    with (
        tempfile.TemporaryDirectory() as name,
        janus.running(program, Path(name), SERVER_CORE) as (process, url),
    ):
        return _under_load(janus.JanusCalls(url), consults, process)


def _under_load(meeting: Meeting, consults: int, process: int) -> Report:
    for one in (os.getpid(), process):
        put_first(one)
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        report = pool.submit(measure, meeting, consults, process).result()
    if report.sent < report.due * LEAST_SENT:
        raise NotUnderLoad(f"only {report.sent} of {report.due} packets could be sent")
    if report.lost > MOST_LOST:
        raise NotUnderLoad(f"{report.lost:.1%} of {report.sent} packets were lost")
    return report


def _check_recordings(folder: Path, report: Report, consults: int) -> None:
    """Every packet that was sent must be in a recording, and without consent there must be none."""
    found = {path.parent.parent.name: manifest.read(path.parent) for path in folder.glob("*/*/manifest.json")}
    if len(found) != consults:
        raise NotRecorded(f"{len(found)} recordings where {consults} were agreed to")
    tracks = [track for document in found.values() for track in document["tracks"]]
    if len(tracks) != 4 * consults:
        raise NotRecorded(f"{len(tracks)} recorded tracks where there should be {4 * consults}")
    for track in tracks:
        sent = report.packets[track["participant"]][track["kind"]]
        if track["state"] != "closed" or track["packets"] < sent * (1 - MOST_LOST):
            raise NotRecorded(
                f"{track['file']} has {track['packets']} of {sent} packets and is {track['state']}"
            )


def _tell(name: str, report: Report) -> None:
    """What a reader of the lines may want to know beside them."""
    print(
        f"{name}: {report.microseconds:.1f} µs/packet, {report.arrived / WINDOW_SECONDS:.0f} packets/s, "
        f"{report.lost:.2%} lost, server {report.server_seconds / WINDOW_SECONDS:.0%} of a core, "
        f"load {report.load_seconds / WINDOW_SECONDS:.0%}, one way {report.journeys.median:.2f} ms, "
        f"99 % within {report.journeys.late:.2f} ms, {report.memory / 1e6:.0f} MB",
        file=sys.stderr,
    )


LINES: dict[str, Callable[[], Line]] = {
    f"media.cpu.{consults}.{keeping}": partial(cost, consults, keeping)
    for consults in CONSULTS
    for keeping in (PLAIN, RECORDED, ENCRYPTED)
}
LINES |= {f"media.latency.{consults}": partial(latency, consults) for consults in CONSULTS}
LINES |= {f"media.memory.{consults}": partial(memory, consults) for consults in CONSULTS}
