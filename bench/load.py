"""The load of many consults, sent and counted in one process: what a server costs per packet it forwards."""

from __future__ import annotations

import asyncio
import gc
import os
import select
import time
from dataclasses import dataclass
from random import Random
from types import TracebackType
from typing import Protocol, Self

from bench import picture
from bench.journey import Journeys, summary
from bench.peers import Peer, prepare
from bench.report import Counts, Report
from bench.server import LOAD_CORE, free_core, processor_seconds, resident_bytes
from bench.traffic import CLOCK_RATES, PeerTraffic, Source

SETTLE_SECONDS = 4.0
"""Media flows before anything is measured: by then every recording has met a key frame."""
WINDOW_SECONDS = 8.0
DRAIN_SECONDS = 0.5
"""Silence at both ends of the window, in which everything under way arrives."""
JOINED_AT_ONCE = 4
LOOP_MILLISECONDS = picture.SECONDS * 1000
PACE_MILLISECONDS = 2
"""Packets of one picture leave at this distance, as a browser's pacer would have it."""
VOICE_MILLISECONDS = 20
VOICE_BYTES = 80
FEEDBACK_MILLISECONDS = 100
REPORT_MILLISECONDS = 1000
TICK_SECONDS = 0.001
LARGEST_BURST = 20
"""Milliseconds of the loop that may be sent at once."""


class Meeting(Protocol):
    """How two peers come together on one kind of server; can be sent to another process."""

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    async def bring_together(self, consult: str, first: Peer, second: Peer) -> None:
        """Connect both peers; returns when media may flow."""


@dataclass(frozen=True)
class Departure:
    """One packet of the loop; `ticks` is its media time, counted from the loop's first beginning."""

    source: Source
    payload: bytes
    marker: bool
    ticks: int
    loop_ticks: int


def measure(meeting: Meeting, consults: int, server: int, srtp_profile: str) -> Report:
    """Connect so many consults, let them talk, and measure the server process; runs in a process of its own."""
    if free_core(LOAD_CORE):
        os.sched_setaffinity(0, {LOAD_CORE})
    prepare(srtp_profile)
    return asyncio.run(_measure(meeting, consults, server))


async def _measure(meeting: Meeting, consults: int, server: int) -> Report:
    async with meeting:
        load = Load.of(await connect(meeting, consults))
        gc.freeze()
        await load.run(SETTLE_SECONDS)
        await load.drain(DRAIN_SECONDS)
        before = _count(load, server)
        load.watch_anew()
        await load.run(WINDOW_SECONDS)
        await load.drain(DRAIN_SECONDS)
        due = round(load.packets_per_second * WINDOW_SECONDS)
        after = _count(load, server)
        return Report(before, after, due, load.packets(), load.journeys(), resident_bytes(server))


def _count(load: Load, server: int) -> Counts:
    return Counts(load.sent, load.arrived, processor_seconds(server), time.process_time())


async def connect(meeting: Meeting, consults: int) -> list[Peer]:
    """Connect both peers of so many consults; they stand side by side in what is returned."""
    places = asyncio.Semaphore(JOINED_AT_ONCE)

    async def join(number: int) -> tuple[Peer, Peer]:
        async with places:
            pair = Peer(f"customer-{number}"), Peer(f"advisor-{number}")
            await meeting.bring_together(consult_name(number), *pair)
            await asyncio.gather(*(peer.connected() for peer in pair))
            return pair

    pairs = await asyncio.gather(*(join(number) for number in range(consults)))
    return [peer for pair in pairs for peer in pair]


def consult_name(number: int) -> str:
    """The room of the consult with this number, from 0."""
    return f"consult-{number}"


def _traffic(peer: Peer, index: int) -> PeerTraffic:
    return PeerTraffic(peer.name, peer.take_over(), peer.lines(), Random(index))


def _pairs(peers: list[PeerTraffic]) -> list[PeerTraffic]:
    """Let each know whose packets it gets; the two of a consult stand side by side."""
    for one, other in zip(peers[::2], peers[1::2], strict=True):
        one.other, other.other = other.watch, one.watch
    return peers


class Load:
    """Sends every peer's packets when they are due, and takes what comes.

    The media of three seconds is laid out once, in slots of a millisecond, and played round and round.
    """

    def __init__(self, peers: list[PeerTraffic]) -> None:
        self._peers = peers
        self._slots: list[list[Departure]] = [[] for _ in range(LOOP_MILLISECONDS)]
        self._readers = {peer.wire.socket.fileno(): peer for peer in peers}
        self._epoll = select.epoll()
        self._elapsed = 0
        video = [picture.payloads(frame, number) for number, frame in enumerate(picture.encoded_loop())]
        for index, peer in enumerate(peers):
            phase = LOOP_MILLISECONDS * index // len(peers)
            self._lay_out_video(peer.sources["video"], phase, video)
            self._lay_out_voice(peer.sources["audio"], phase)
        for descriptor in self._readers:
            self._epoll.register(descriptor, select.EPOLLIN)

    @classmethod
    def of(cls, peers: list[Peer]) -> Load:
        """The load of peers that are connected, those of one consult side by side."""
        return cls(_pairs([_traffic(peer, index) for index, peer in enumerate(peers)]))

    @property
    def sent(self) -> int:
        """Media packets sent so far."""
        return sum(peer.sent for peer in self._peers)

    @property
    def arrived(self) -> int:
        """Media packets that have come back from the server so far."""
        return sum(peer.received for peer in self._peers)

    @property
    def packets_per_second(self) -> float:
        """Media packets that all peers together should send."""
        return sum(map(len, self._slots)) / picture.SECONDS

    def watch_anew(self) -> None:
        """Forget how long packets took so far."""
        for peer in self._peers:
            peer.watch.begin()

    def journeys(self) -> Journeys:
        """How long packets took since then."""
        return summary([peer.watch for peer in self._peers])

    def packets(self) -> dict[str, dict[str, int]]:
        """What each peer has sent so far, by kind of media."""
        return {
            peer.name: {kind: source.packets for kind, source in peer.sources.items()} for peer in self._peers
        }

    async def run(self, seconds: float) -> None:
        """Send and take for so long; aiortc's own timers get their turn in between.

        A load that was kept from running sends less, never a burst that no sender would make.
        """
        turn = time.monotonic()
        end, owed = turn + seconds, 0.0
        while turn < end:
            last, turn = turn, time.monotonic()
            owed = min(owed + (turn - last) * 1000, LARGEST_BURST)
            self._send_slots(int(owed))
            owed -= int(owed)
            self._receive()
            await asyncio.sleep(TICK_SECONDS)

    async def drain(self, seconds: float) -> None:
        """Send nothing more and take what is still on its way."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self._receive()
            await asyncio.sleep(TICK_SECONDS)

    def _send_slots(self, count: int) -> None:
        for _ in range(count):
            self._elapsed += 1
            loops, slot = divmod(self._elapsed, LOOP_MILLISECONDS)
            for departure in self._slots[slot]:
                ticks = departure.ticks + loops * departure.loop_ticks
                departure.source.send(departure.payload, departure.marker, ticks)
            self._send_control()

    def _send_control(self) -> None:
        """RTCP of all peers, evenly spread over time."""
        for peer in self._peers[self._elapsed % FEEDBACK_MILLISECONDS :: FEEDBACK_MILLISECONDS]:
            peer.give_feedback()
        for peer in self._peers[self._elapsed % REPORT_MILLISECONDS :: REPORT_MILLISECONDS]:
            peer.send_reports()

    def _receive(self) -> None:
        for descriptor, _ in self._epoll.poll(0):
            self._readers[descriptor].receive()

    def _lay_out_video(self, source: Source, phase: int, video: list[list[bytes]]) -> None:
        for number, parts in enumerate(video):
            due = phase + number * 1000 // picture.FRAMES_PER_SECOND
            for index, part in enumerate(parts):
                last = index == len(parts) - 1
                self._lay_out(source, due + index * PACE_MILLISECONDS, due, part, last)

    def _lay_out_voice(self, source: Source, phase: int) -> None:
        voice = Random(1).randbytes(VOICE_BYTES)
        for due in range(phase, phase + LOOP_MILLISECONDS, VOICE_MILLISECONDS):
            self._lay_out(source, due, due, voice, False)

    def _lay_out(self, source: Source, leaves: int, due: int, payload: bytes, marker: bool) -> None:
        """Place one packet; what leaves after the loop's end leaves early in the loop, with an earlier time."""
        rate = CLOCK_RATES[source.line.kind]
        loop_ticks = rate * picture.SECONDS
        rounds, slot = divmod(leaves, LOOP_MILLISECONDS)
        ticks = due * rate // 1000 + (1 - rounds) * loop_ticks
        self._slots[slot].append(Departure(source, payload, marker, ticks, loop_ticks))
