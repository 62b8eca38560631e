"""queue.soak: people come with their phones and go for ten minutes, and nothing of them is left in hub and centre."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import requests

from bench.followers import Pass, follow
from bench.line import Line, hush
from bench.server import descriptors, resident_bytes, threads
from bench.soak import FEWEST_ROUNDS, SECONDS, WARM_UP, TooShort
from bench.visitors import ARRIVAL, arrived, give_back, issue, phone_of, teller
from tests.running import Maru, running
from tests.waiting import until

PEOPLE = 200
CALLS = 3
READERS = 4
SETTLING = 0.5  # seconds
PROCESSES = ("hub", "centre")


@dataclass(frozen=True)
class Held:
    """What a process holds while nobody is there."""

    memory: int
    fds: int
    threads: int


def soak() -> Line:
    """Megabytes that the centre grew by after it had warmed up; the hub, descriptors and threads beside it."""
    hush()
    with tempfile.TemporaryDirectory() as folder, running("embedded", Path(folder)) as maru:
        rounds = _rounds(maru, time.monotonic() + SECONDS)
    if len(rounds) < FEWEST_ROUNDS:
        raise TooShort(f"only {len(rounds)} rounds in {SECONDS:.0f} s; set MARU_BENCH_SOAK_SECONDS higher")
    warm, last = rounds[int(len(rounds) * WARM_UP)], rounds[-1]
    more = {
        "from_mb": warm["centre"].memory / 1e6,
        "hub_mb": (last["hub"].memory - warm["hub"].memory) / 1e6,
        "hub_from_mb": warm["hub"].memory / 1e6,
        **{f"{name}_fds": float(last[name].fds - warm[name].fds) for name in PROCESSES},
        **{f"{name}_threads": float(last[name].threads - warm[name].threads) for name in PROCESSES},
        "phones": float(PEOPLE * len(rounds)),
        "seconds": SECONDS,
    }
    return Line("queue.soak", (last["centre"].memory - warm["centre"].memory) / 1e6, "MB", more=more)


def _rounds(maru: Maru, end: float) -> list[dict[str, Held]]:
    held, tap = [], teller(maru)
    while time.monotonic() < end:
        _one_round(maru, tap)
        held.append({name: _look(maru.processes[name].pid) for name in PROCESSES})
    return held


def _one_round(maru: Maru, tap: Callable[[], tuple[float, str]]) -> None:
    """Everybody takes a number, reads the page, follows it for some calls, and vanishes; then gives it back."""
    give_back(maru)
    visits = issue(maru, PEOPLE)
    tap()  # wakes the hub's line to the centre, which did not see this process give out numbers
    arrived(maru, PEOPLE)
    passes = [phone_of(maru, visit) for visit in visits]
    with ThreadPoolExecutor(READERS) as readers:
        list(readers.map(lambda holds: _read(maru, holds), passes))
    asyncio.run(_follow(maru, passes, tap))


def _read(maru: Maru, holds: Pass) -> None:
    answer = requests.get(f"{maru.centre()}/visit", cookies={"maru_web": holds.cookie}, timeout=ARRIVAL)
    answer.raise_for_status()


async def _follow(maru: Maru, passes: list[Pass], tap: Callable[[], tuple[float, str]]) -> None:
    phones = await follow(maru.centre(), passes)
    for _ in range(CALLS):
        await asyncio.to_thread(tap)
    waiting = phones[CALLS + 1 :]
    await asyncio.to_thread(until, lambda: all(each.heard for each in waiting), "all to have heard", ARRIVAL)
    for each in phones:
        each.hang_up()


def _look(process: int) -> Held:
    """Once its connections have stopped closing: a server learns of each that vanished one by one."""
    before = -1
    while (now := descriptors(process)) != before:
        before = now
        time.sleep(SETTLING)
    return Held(resident_bytes(process), before, threads(process))


LINES: dict[str, Callable[[], Line]] = {"queue.soak": soak}
