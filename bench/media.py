"""media.cpu.*, latency.*, loss.*, memory.*: what forwarding costs, against Janus under the same load in the same run."""

from __future__ import annotations

import multiprocessing
import os
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path

from bench import janus, node
from bench.line import Line
from bench.load import WINDOW_SECONDS, Meeting, consult_name, measure
from bench.peers import GCM, HERE, SHA1, media_address
from bench.report import Report
from bench.server import put_first
from consult.recording import manifest

CONSULTS = (10, 60, 100)
PLAIN, RECORDED, ENCRYPTED = "plain", "recorded", "encrypted"
PROFILES = {"": SHA1, ".gcm": GCM}
"""SRTP protection profile by the end of a line's name."""
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


@dataclass(frozen=True)
class Case:
    """What is measured once for all lines about it; Janus, as everywhere, without recording."""

    consults: int
    keeping: str = PLAIN
    srtp_profile: str = SHA1


def cost(case: Case, name: str) -> Line:
    """Processor time per packet; nothing where too many were lost to mean anything."""
    return _line(case, name, UNIT, lambda report: _carried(report).microseconds)


def latency(case: Case, name: str) -> Line:
    """One way, at the 99th percentile, with the median beside it."""
    line = _line(case, name, "ms", lambda report: report.journeys.late)
    return replace(line, more={"p50": _ours(case).journeys.median, "p99": line.value})


def loss(case: Case, name: str) -> Line:
    """Share of packets that did not arrive; no ratio, since nothing divides by none lost."""
    line = _line(case, name, "%", lambda report: 100 * report.lost)
    theirs = _janus(case.consults, case.srtp_profile)
    more = {"theirs": 100 * theirs[1].lost} if theirs else None
    return replace(line, ratio=None, more=more)


def memory(case: Case, name: str) -> Line:
    """What lies in memory at the end."""
    return _line(case, name, "MB", lambda report: report.memory / 1e6)


def _line(case: Case, name: str, unit: str, value: Callable[[Report], float]) -> Line:
    ours, theirs = value(_ours(case)), _janus(case.consults, case.srtp_profile)
    if theirs is None:
        return Line(name, ours, unit)
    peer, report = theirs
    try:
        against = value(report)
    except NotUnderLoad as error:
        print(f"{name}: no comparison: {peer}: {error}", file=sys.stderr)
        return Line(name, ours, unit)
    return Line(name, ours, unit, peer, ours / against if against else None)


def _carried(report: Report) -> Report:
    if report.lost > MOST_LOST:
        raise NotUnderLoad(f"{report.lost:.1%} of {report.sent} packets were lost")
    return report


@cache
def _ours(case: Case) -> Report:
    name = f"{case.consults} consults, {case.keeping}, {case.srtp_profile}"
    report = _patiently(name, lambda: _node(case))
    _tell(name, report)
    return report


@cache
def _janus(consults: int, srtp_profile: str) -> tuple[str, Report] | None:
    """Measured once for all lines with this number of consults."""
    program = janus.find()
    if program is None:
        print("media: no comparison: Janus is not here; apt-get install janus", file=sys.stderr)
        return None
    if media_address() == HERE:
        print("media: no comparison: Janus needs a network address beside loopback", file=sys.stderr)
        return None
    peer = f"Janus {janus.version(program)} VideoCall without recording, {consults} consults, {srtp_profile}"
    try:
        report = _patiently(peer, lambda: _videocall(program, consults, srtp_profile))
    except (NotUnderLoad, ConnectionError, TimeoutError) as error:
        print(f"media: no comparison: {peer}: {error or type(error).__name__}", file=sys.stderr)
        return None
    _tell(peer, report)
    return peer, report


def _patiently(name: str, run: Callable[[], Report]) -> Report:
    """Measure, and again where this machine was too busy with something else; loss is told, not hidden."""
    for last in (False,) * (TRIES - 1) + (True,):
        try:
            report = run()
        except NotUnderLoad as error:
            if last:
                raise
            print(f"{name}: {error}; once more", file=sys.stderr)
        else:
            if last or report.lost <= MOST_LOST:
                return report
            print(f"{name}: {report.lost:.1%} lost; once more", file=sys.stderr)
    raise AssertionError("the last try returns or raises")


def _node(case: Case) -> Report:
    consults, recorded = case.consults, case.keeping != PLAIN
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        kept = recorded, case.keeping == ENCRYPTED
        with node.running(folder, SERVER_CORE, *kept, case.srtp_profile) as (process, rooms):
            report = _under_load(rooms, consults, process, case.srtp_profile)
            for number in range(consults):
                rooms.close(consult_name(number))
        if report.lost <= MOST_LOST:
            _check_recordings(folder / "recordings", report, consults if recorded else 0)
    return report


def _videocall(program: str, consults: int, srtp_profile: str) -> Report:
    with (
        tempfile.TemporaryDirectory() as name,
        janus.running(program, Path(name), SERVER_CORE) as (process, url),
    ):
        return _under_load(janus.JanusCalls(url), consults, process, srtp_profile)


def _under_load(meeting: Meeting, consults: int, process: int, srtp_profile: str) -> Report:
    for one in (os.getpid(), process):
        put_first(one)
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        report = pool.submit(measure, meeting, consults, process, srtp_profile).result()
    if report.sent < report.due * LEAST_SENT:
        raise NotUnderLoad(f"only {report.sent} of {report.due} packets could be sent")
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
    name: partial(cost, Case(consults, keeping, srtp_profile), name)
    for consults in CONSULTS
    for end, srtp_profile in PROFILES.items()
    for keeping in (PLAIN, RECORDED, ENCRYPTED)
    for name in [f"media.cpu.{consults}.{keeping}{end}"]
}
LINES |= {
    name: partial(measure_line, Case(consults), name)
    for kind, measure_line in (("latency", latency), ("loss", loss), ("memory", memory))
    for consults in CONSULTS
    for name in [f"media.{kind}.{consults}"]
}
