"""The media node: its rooms, its clock, and what it has carried since it started."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import time

import structlog

from consult.errors import Draining, NodeFull, NotFound
from consult.listener import Listener
from consult.load import Load
from consult.participant import Counters
from consult.room import Room
from consult.settings import MediaSettings
from consult.tokens import Claims

log = structlog.get_logger(__name__)

TICK_SECONDS = 0.05
"""Pace of retries, feedback and watching; media itself does not wait for it."""

BITRATE_SECONDS = 1.0


class Node:
    """All rooms of one process; everything happens in the event loop's thread."""

    def __init__(self, settings: MediaSettings) -> None:
        self.settings = settings
        self.instance = secrets.token_hex(8)
        """Another one after each start: whoever remembers it notices that rooms have gone."""
        self.draining = False
        """True while no new room is opened here."""
        self.moving = False
        """True while the rooms that are open should go to other nodes, too."""
        self.rooms: dict[str, Room] = {}
        self.load = Load()
        self.bitrate = {"in": 0.0, "out": 0.0}
        """Bits a second of media, over the last second."""
        self._counted = (time.monotonic(), 0, 0)
        self._gone = Counters()
        self._listener = Listener(asyncio.get_running_loop())
        self._ticking = asyncio.create_task(self._tick())
        self._closing: set[asyncio.Task[None]] = set()

    @property
    def participants(self) -> int:
        """How many people are in all rooms."""
        return sum(len(room.participants) for room in self.rooms.values())

    @property
    def full(self) -> bool:
        """True when there is no place for another room."""
        return len(self.rooms) >= self.settings.max_rooms or self.load.value >= self.settings.max_load

    @property
    def free(self) -> int:
        """How many more rooms may be opened here."""
        return 0 if self.full or self.draining else self.settings.max_rooms - len(self.rooms)

    def drain(self, *, move: bool) -> None:
        """Open no more rooms; with `move`, ask whoever places them to take the open ones elsewhere."""
        self.draining, self.moving = True, move
        log.info("media.draining", rooms=len(self.rooms), move=move)

    def take_rooms(self) -> None:
        """Open rooms again after all."""
        self.draining = self.moving = False
        log.info("media.taking_rooms")

    async def join(self, claims: Claims, offer: str) -> str:
        """Answer a participant's offer, opening the room if needed; raises BadOffer, NodeFull, RoomFull, Draining."""
        room = self.rooms.get(claims.room)
        if room is None:
            if self.draining:
                raise Draining("this node is being emptied and opens no more rooms")
            if self.full:
                raise NodeFull("this node takes no more rooms")
            room = self.rooms[claims.room] = Room(claims.room, self.settings, self._listener)
        try:
            return await room.join(claims, offer)
        finally:
            if room.empty:
                self._forget(room)

    def room(self, name: str) -> Room:
        """Return the open room of this name; raise NotFound."""
        found = self.rooms.get(name)
        if found is None:
            raise NotFound("there is no such room on this node")
        return found

    async def close_room(self, name: str) -> None:
        """Let everyone in it go; return when its recording is on the disk; raise NotFound."""
        room = self.room(name)
        self._forget(room)
        await self._finish(room)

    async def leave(self, name: str, participant: str) -> None:
        """Let one participant go, and the room with the last of them; raise NotFound."""
        room = self.room(name)
        room.leave(participant)
        if room.empty:
            self._forget(room)
            await self._finish(room)

    async def close(self) -> None:
        """Close all rooms and finalise their recordings."""
        self._ticking.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._ticking
        rooms = list(self.rooms.values())
        self.rooms.clear()
        await asyncio.gather(*(self._finish(room) for room in rooms))
        if self._closing:
            await asyncio.wait(self._closing)
        self._listener.close()

    def counters(self) -> Counters:
        """Everything carried since the start."""
        return sum((room.counters() for room in self.rooms.values()), self._gone)

    def _forget(self, room: Room) -> None:
        if self.rooms.get(room.name) is room:
            del self.rooms[room.name]
            self._gone += room.counters()

    async def _finish(self, room: Room) -> None:
        await room.close()
        log.info("media.room_closed", consult=room.name)

    def _measure(self, now: float) -> None:
        counters, (before, came, went) = self.counters(), self._counted
        self._counted = now, counters.bytes_in, counters.bytes_out
        self.bitrate = {
            "in": (counters.bytes_in - came) * 8 / (now - before),
            "out": (counters.bytes_out - went) * 8 / (now - before),
        }

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK_SECONDS)
            now = time.monotonic()
            self.load.note(now)
            if now - self._counted[0] >= BITRATE_SECONDS:
                self._measure(now)
            for room in list(self.rooms.values()):
                try:
                    room.tick(now)
                except Exception:
                    log.exception("media.tick_failed", consult=room.name)
                if room.empty:
                    self._forget(room)
                    task = asyncio.create_task(self._finish(room))
                    self._closing.add(task)
                    task.add_done_callback(self._closing.discard)
