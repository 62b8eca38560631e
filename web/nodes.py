"""Watching the media nodes: leases are renewed, and the calls of a node that dies or is being emptied go to the others."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Literal

import structlog
from flask_socketio import SocketIO

from branch import clock, ids
from branch.bus import Fact
from branch.consults.services import get_consult, on_node, reseat
from branch.database import Database
from branch.nodes import services as leases
from branch.visits.services import tell
from consult.client import MediaClient, MediaError, MediaLate, NodeHealth
from signaling.reactions import DELAY_CHANGED
from web.meeting import tell_moved

log = structlog.get_logger()

# A dead process is refused at once, and two refusals are certain: about a second. Silence may be a busy machine, this
# one too, so it must last longer: until the lease is over that any process of the centre renews, about six seconds.
LOOK_EVERY = 0.4  # seconds
REFUSED, LATE, LOST = 2, 1, 4
# A call that was moved off a living node is closed there once both sides have had time to leave.
LEFT_AFTER = 5.0  # seconds


class NodeWatch:
    """Asks every media node how it is and keeps its lease in the database, as each web process does.

    For each call the first process to move it tells both sides.
    """

    def __init__(
        self, database: Database, client: MediaClient, socketio: SocketIO, nodes: Iterable[str]
    ) -> None:
        self._database = database
        self._client = client
        self._socketio = socketio
        self._nodes = tuple(nodes)
        self._misses: Counter[str] = Counter()
        self._silent_since: dict[str, datetime] = {}
        self._delay: leases.Delay | Literal["unknown"] | None = "unknown"
        self._instances: dict[str, str] = {}
        self._lost: set[str] = set()
        self._stuck: set[str] = set()

    def start(self) -> None:
        """Watch for ever, in the background; a node that is slow to answer holds up no other."""
        for node in self._nodes:
            self._socketio.start_background_task(self._follow, node)

    def look(self, node: str) -> None:
        """Look at a node once, and do what follows."""
        asked = clock.now()
        try:
            health = self._client.health(node)
        except MediaLate:
            self._missed(node, LATE, asked)
        except MediaError:
            self._missed(node, REFUSED, asked)
        else:
            self._answered(node, health)
        self._tell_delay()

    def doubts(self, node: str) -> bool:
        """Whether it is late with its answer at this moment."""
        return self._misses[node] > 0

    def _follow(self, node: str) -> None:
        while True:
            self._socketio.sleep(LOOK_EVERY)
            try:
                self.look(node)
            except Exception:
                log.exception("look at a media node failed", node=node)

    def _missed(self, node: str, weight: int, asked: datetime) -> None:
        silent_since = self._silent_since.setdefault(node, asked)
        self._misses[node] += weight
        if self._misses[node] < LOST:
            return
        if weight == REFUSED:
            with self._database.transaction() as work:
                leases.end(work, node, silent_since)
        with self._database.reading() as work:
            over = leases.is_over(work, node)
        if not over:
            return  # Another process still hears it.
        if node not in self._lost:
            log.warning("media node lost", node=node)
            self._lost.add(node)
        self._move_all(node)

    def _answered(self, node: str, health: NodeHealth) -> None:
        self._misses.pop(node, None)
        self._silent_since.pop(node, None)
        self._renew(health)
        if node in self._lost:
            log.info("media node back", node=node)
            self._lost.discard(node)
        before = self._instances.get(node, health.instance)
        self._instances[node] = health.instance
        if health.instance != before:
            log.warning("media node started anew", node=node)
            self._move_all(node)
        elif health.moving:
            self._close_later(node, self._move_all(node))

    def _renew(self, health: NodeHealth) -> None:
        told = leases.Told(
            *(health.node, health.instance, health.rooms, health.free),
            *(health.participants, health.load, health.draining),
        )
        with self._database.reading() as work:
            due = leases.is_due(work, told)
        if due:
            with self._database.transaction() as work:
                leases.renew(work, told)

    def _tell_delay(self) -> None:
        """Whoever waits is told when calls no longer fit on any node, and when they do again."""
        with self._database.reading() as work:
            found = leases.delay(work)
        if found == self._delay:
            return
        log.info("places for calls", missing=found, before=self._delay)
        self._delay = found
        with self._database.transaction() as work:
            tell(work, Fact(ids.new_id(), DELAY_CHANGED, "", clock.now(), {}))

    def _move_all(self, node: str) -> list[str]:
        """Move every call off this node as far as others have room; returns which consults have moved.

        While no node takes them the calls stay where they are; their pages go on trying.
        """
        with self._database.reading() as work:
            calls = [consult.id for consult in on_node(work, node)]
        if not calls:
            return []
        try:
            loads = {health.node: health.weight for health in self._client.open_nodes()}
        except MediaError as error:
            if node not in self._stuck:
                log.warning("calls not moved", node=node, calls=len(calls), code=error.code)
                self._stuck.add(node)
            return []
        self._stuck.discard(node)
        return [consult for consult in calls if self._move(consult, node, loads)]

    def _move(self, consult_id: str, node: str, loads: dict[str, tuple[int, int]]) -> bool:
        """Move one call to the node that has least to do, away from `node` if there is another."""
        wanted = min(loads, key=lambda each: (each == node, loads[each]))
        load, participants = loads[wanted]
        loads[wanted] = load, participants + 2
        with self._database.transaction() as work:
            first = reseat(work, consult_id, wanted, node)
            if first:
                tell_moved(work, get_consult(work, consult_id), None)
        return first

    def _close_later(self, node: str, left: list[str]) -> None:
        if left:
            self._socketio.start_background_task(self._close, node, left)

    def _close(self, node: str, left: list[str]) -> None:
        self._socketio.sleep(LEFT_AFTER)
        for consult in left:
            try:
                self._client.close(node, consult)
            except MediaError as error:
                log.warning("room not closed", consult=consult, code=error.code)
