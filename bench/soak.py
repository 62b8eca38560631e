"""media.soak: people come and go on one node for ten minutes, and nothing is left of them."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import re
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import requests

from bench import node
from bench.line import Line
from bench.load import Load, connect, consult_name
from bench.peers import SHA1, prepare
from bench.server import LOAD_CORE, free_core, resident_bytes

SECONDS = float(os.environ.get("MARU_BENCH_SOAK_SECONDS", "600"))
"""How long it lasts; shorter says less."""
CONSULTS = 6
TALK_SECONDS = 5.0
WARM_UP = 0.3
"""Share of the rounds before memory is compared: caches and arenas fill at first."""
FEWEST_ROUNDS = 4
SERVER_CORE = 0
METRICS = {"fds": "process_open_fds", "tasks": "maru_media_tasks", "rooms": "maru_media_rooms"}


class TooShort(Exception):
    """There were too few rounds to tell growth from filling."""


@dataclass(frozen=True)
class Held:
    """What the node holds while nobody is there."""

    memory: int
    fds: int
    tasks: int
    rooms: int


def soak() -> Line:
    """Megabytes that memory grew by after the node had warmed up; file descriptors and tasks beside it."""
    with (
        tempfile.TemporaryDirectory() as folder,
        node.running(Path(folder), SERVER_CORE, record=True) as (process, rooms),
        ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool,
    ):
        held = pool.submit(_come_and_go, rooms, process, SECONDS).result()
    if len(held) < FEWEST_ROUNDS:
        raise TooShort(f"only {len(held)} rounds in {SECONDS:.0f} s; set MARU_BENCH_SOAK_SECONDS higher")
    warm, last = held[int(len(held) * WARM_UP)], held[-1]
    more = {
        "fds": float(last.fds - warm.fds),
        "tasks": float(last.tasks - warm.tasks),
        "rooms": float(last.rooms),
        "joins": float(2 * CONSULTS * len(held)),
        "seconds": SECONDS,
        "from_mb": warm.memory / 1e6,
    }
    return Line("media.soak", (last.memory - warm.memory) / 1e6, "MB", more=more)


def _come_and_go(rooms: node.NodeRooms, process: int, seconds: float) -> list[Held]:
    if free_core(LOAD_CORE):
        os.sched_setaffinity(0, {LOAD_CORE})
    prepare(SHA1)
    return asyncio.run(_rounds(rooms, process, seconds))


async def _rounds(rooms: node.NodeRooms, process: int, seconds: float) -> list[Held]:
    held: list[Held] = []
    end = time.monotonic() + seconds
    async with rooms:
        while time.monotonic() < end:
            await _one_round(rooms)
            held.append(_look(rooms.url, process))
    return held


async def _one_round(rooms: node.NodeRooms) -> None:
    """Everybody comes, talks and leaves; half of them by the door, the others by vanishing."""
    peers = await connect(rooms, CONSULTS)
    await Load.of(peers).run(TALK_SECONDS)
    await asyncio.gather(*(peer.close() for peer in peers[::2]))
    for number in range(CONSULTS):
        await asyncio.to_thread(rooms.close, consult_name(number))
    await asyncio.gather(*(peer.close() for peer in peers[1::2]))


def _look(url: str, process: int) -> Held:
    text = requests.get(f"{url}/metrics", timeout=10).text
    found = {name: re.search(rf"^{metric} (\S+)$", text, re.MULTILINE) for name, metric in METRICS.items()}
    counts = {name: int(float(match[1])) for name, match in found.items() if match}
    return Held(resident_bytes(process), **counts)


LINES: dict[str, Callable[[], Line]] = {"media.soak": soak}
