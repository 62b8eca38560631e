"""Watching the media nodes: the calls of one that dies, starts anew or is being emptied go to the others."""

from collections import Counter
from collections.abc import Iterable

import structlog
from flask_socketio import SocketIO

from branch.consults.services import get_consult, on_node, reseat
from branch.database import Database
from consult.client import MediaClient, MediaError, MediaLate, NodeHealth
from web.meeting import tell_moved

log = structlog.get_logger()

# A dead process is refused at once, and two refusals are certain: about a second. Silence may be a busy machine, this
# one too, so it must last longer: about six seconds.
LOOK_EVERY = 0.4  # seconds
REFUSED, LATE, LOST = 2, 1, 4
# A call that was moved off a living node is closed there once both sides have had time to leave.
LEFT_AFTER = 5.0  # seconds


class NodeWatch:
    """Asks every media node how it is; each web process does, and for each call the first to move it tells both sides."""

    def __init__(
        self, database: Database, client: MediaClient, socketio: SocketIO, nodes: Iterable[str]
    ) -> None:
        self._database = database
        self._client = client
        self._socketio = socketio
        self._nodes = tuple(nodes)
        self._misses: Counter[str] = Counter()
        self._instances: dict[str, str] = {}
        self._stuck: set[str] = set()

    def start(self) -> None:
        """Watch for ever, in the background; a node that is slow to answer holds up no other."""
        for node in self._nodes:
            self._socketio.start_background_task(self._follow, node)

    def look(self, node: str) -> None:
        """Look at a node once, and do what follows."""
        try:
            health = self._client.health(node)
        except MediaLate:
            self._missed(node, LATE)
        except MediaError:
            self._missed(node, REFUSED)
        else:
            self._answered(node, health)

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

    def _missed(self, node: str, weight: int) -> None:
        before = self._misses[node]
        self._misses[node] += weight
        if self._misses[node] < LOST:
            return
        if before < LOST:
            log.warning("media node lost", node=node)
        self._move_all(node)

    def _answered(self, node: str, health: NodeHealth) -> None:
        if self._misses.pop(node, 0) >= LOST:
            log.info("media node back", node=node)
        before = self._instances.get(node, health.instance)
        self._instances[node] = health.instance
        if health.instance != before:
            log.warning("media node started anew", node=node)
            self._move_all(node)
        elif health.moving:
            self._close_later(node, self._move_all(node))

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
