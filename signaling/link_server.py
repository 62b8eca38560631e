"""Namespace /link: the hubs of the branches. Their events come up, commands to them go down (PROTOCOL.md, "Link")."""

import hmac
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import structlog
from flask import session
from flask_socketio import SocketIO, join_room
from pydantic import SecretStr

from branch.database import Database
from branch.devices.health import read_card
from branch.devices.services import keep_report
from branch.errors import AccessDenied, MaruError
from branch.link import commands, inbox, reach
from branch.link.errors import NewerEvent, SequenceGap
from branch.link.upward import COMMAND_VERSIONS
from branch.people.models import Branch, Role
from signaling import rooms
from signaling.details import entries, identifier
from signaling.sockets import Channel, refusal

log = structlog.get_logger()
MOST_DEVICES = 200
PULSE = 3.0  # seconds


class LinkRefused(AccessDenied):
    """No branch of this name, or not its key."""

    code = "link.refused"


class LinkServer:
    """The centre's end of every link, and its knowledge of which branches can be heard.

    `on_change` is called with a branch whenever it becomes reachable or stops being so.
    """

    def __init__(
        self,
        socketio: SocketIO,
        database: Database,
        keys: Mapping[str, SecretStr],
        on_change: Callable[[str], None],
    ) -> None:
        self.channel = Channel(socketio, "/link", csrf=False, held=_held)
        self._socketio = socketio
        self._database = database
        self._keys = keys
        self._on_change = on_change
        self._connected: Counter[str] = Counter()
        self._reachable: dict[str, bool] = {}
        # Connected, but with news that this centre does not understand: what is known of them grows old.
        self._behind: set[str] = set()
        self._register()

    def keep_pulse(self) -> None:
        """Say for ever, every few seconds, that the hubs connected here are heard, and notice those that are not."""
        while True:
            self._socketio.sleep(PULSE)
            try:
                self.beat()
            except Exception:
                log.exception("pulse failed")

    def beat(self) -> None:
        """One round of the pulse."""
        here = [
            branch for branch, count in self._connected.items() if count > 0 and branch not in self._behind
        ]
        with self._database.transaction() as work:
            for branch in here:
                reach.heard(work, branch)
            reachable = {branch: reach.is_reachable(work, branch) for branch in self._keys}
        changed = [branch for branch, now in reachable.items() if self._reachable.get(branch, now) != now]
        self._reachable = reachable
        for branch in changed:
            log.info("branch reachable" if reachable[branch] else "branch unreachable", branch=branch)
            self._on_change(branch)

    def _register(self) -> None:
        self.channel.on_connect(self._come_in)
        self.channel.on("push")(self._push)
        self.channel.on("pull")(self._pull)
        self.channel.on("done")(self._done)
        self.channel.on("devices")(self._note_devices)
        self.channel.on_disconnect(self._leave)

    def _come_in(self, auth: dict[str, Any]) -> None:
        branch, key = str(auth.get("branch")), str(auth.get("key"))
        expected = self._keys.get(branch)
        if expected is None or not _same(expected.get_secret_value(), key):
            log.warning("hub refused", branch=branch if branch in self._keys else None)
            raise LinkRefused()
        with self._database.transaction() as work:
            if work.get(Branch, branch) is None:
                raise LinkRefused()
            reach.heard(work, branch)
        session["hub"] = branch
        join_room(rooms.hub(branch))
        self._connected[branch] += 1
        log.info("hub connected", branch=branch)

    def _leave(self) -> None:
        branch = session["hub"]
        self._connected[branch] -= 1
        log.info("hub disconnected", branch=branch)

    def _push(self, detail: dict[str, Any]) -> dict[str, object]:
        try:
            with self._database.transaction() as work:
                stream, events = identifier(detail, "stream"), entries(detail, "events")
                up_to = inbox.receive(work, session["hub"], stream, events)
            self._behind.discard(session["hub"])
            return {"up_to": up_to}
        except SequenceGap as gap:
            return _asking_again(gap)
        except MaruError as error:
            if isinstance(error, NewerEvent):
                self._behind.add(session["hub"])
            log.warning("push refused", branch=session["hub"], code=error.code)
            raise

    def _pull(self, _detail: dict[str, Any]) -> dict[str, object]:
        with self._database.reading() as work:
            waiting = commands.outstanding(work, session["hub"])
        return {
            "commands": [
                {
                    "id": command.id,
                    "version": COMMAND_VERSIONS.get(command.kind, 1),
                    "kind": command.kind,
                    "payload": command.payload,
                    "created_at": command.created_at.isoformat(),
                }
                for command in waiting
            ]
        }

    def _done(self, detail: dict[str, Any]) -> None:
        ids = [str(command) for command in entries(detail, "ids")]
        with self._database.transaction() as work:
            commands.acknowledged(work, session["hub"], ids)

    def _note_devices(self, detail: dict[str, Any]) -> None:
        """Only how they are now is kept, and since when that is known."""
        cards = [read_card(card) for card in entries(detail, "cards")[:MOST_DEVICES]]
        with self._database.transaction() as work:
            keep_report(work, session["hub"], cards)


def _held() -> frozenset[Role]:
    """A hub is whoever came in with a branch's key; nobody else has a role on this namespace."""
    return frozenset({Role.HUB}) if "hub" in session else frozenset({Role.VISITOR})


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())


def _asking_again(gap: SequenceGap) -> dict[str, object]:
    """The refusal of a gap also says from where to send again."""
    answer = refusal(gap)
    answer["error"] = {"code": gap.code, "message": gap.message, **gap.values}
    return answer
