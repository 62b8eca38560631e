"""The hub's sockets: kiosk pages, desks and displays are told that something changed, and ask for the page again."""

from typing import Any

from flask import request, session
from flask_socketio import SocketIO, join_room

from branch.bus import Bus, Fact
from branch.people.models import BranchEventKind
from branch.visits.models import EventKind
from signaling.sockets import Channel, check_events

EVERYONE = "branch"
CHANGED = "changed"
QUEUE = frozenset(kind for kind in EventKind if kind.startswith("ticket."))


class HubChannels:
    """`/kiosk` for visitors, `/desk` for tellers, `/display` for everyone: one event, `changed` {what}.

    `what` is "all" after every connect, then "queue", "help", "handoff", "printing", "devices", "line" or "tree". The
    page is the snapshot: it is fetched again, so nothing is told here that the page's own route would not tell.
    """

    def __init__(self, socketio: SocketIO) -> None:
        self.kiosk = Channel(socketio, "/kiosk")
        self.desk = Channel(socketio, "/desk")
        # Nothing on the display is anybody's own, and it never sends: it needs no token.
        self.display = Channel(socketio, "/display", csrf=False)
        self.kiosk.on_connect(self._kiosk_came)
        self.desk.on_connect(self._somebody_came(self.desk))
        self.display.on_connect(self._somebody_came(self.display))
        check_events(self.kiosk, self.desk, self.display)

    def listen(self, bus: Bus) -> None:
        """React to what was committed."""
        for kind in QUEUE:
            bus.subscribe(kind, self._queue_moved)
        for kind in (EventKind.PERSON_CALLED, EventKind.PERSON_CAME):
            bus.subscribe(kind, self._help_moved)
        bus.subscribe(EventKind.CODE_CLAIMED, self._code_claimed)
        bus.subscribe(EventKind.NOTE_WRITTEN, self._note_written)
        bus.subscribe(BranchEventKind.SCHEDULE_APPLIED, self._queue_moved)
        for leaf in (BranchEventKind.LEAF_HUNG, BranchEventKind.LEAF_TAKEN):
            bus.subscribe(leaf, self._tree_moved)

    def paper_moved(self, visit: str) -> None:
        """The visitor's slip was printed, or could not be."""
        self.kiosk.tell(CHANGED, {"what": "printing"}, _room(visit))
        self.desk.tell(CHANGED, {"what": "printing"}, EVERYONE)

    def desks_moved(self) -> None:
        """A desk opened, paused or closed, or the clock opened or closed a service."""
        self._tell_queue()

    def devices_moved(self) -> None:
        """A device was paired, revoked, or has news of its paper."""
        for channel in (self.kiosk, self.desk, self.display):
            channel.tell(CHANGED, {"what": "devices"}, EVERYONE)

    def line_turned(self) -> None:
        """The line to the centre came up or was cut: what needs it is offered, or not."""
        for channel in (self.kiosk, self.desk):
            channel.tell(CHANGED, {"what": "line"}, EVERYONE)

    def _kiosk_came(self, _given: dict[str, Any]) -> None:
        join_room(_room(str(session["visit"])), namespace="/kiosk")
        self._welcome(self.kiosk)

    def _somebody_came(self, channel: Channel) -> Any:
        def came(_given: dict[str, Any]) -> None:
            self._welcome(channel)

        return came

    def _welcome(self, channel: Channel) -> None:
        join_room(EVERYONE, namespace=channel.namespace)
        channel.tell(CHANGED, {"what": "all"}, request.sid)  # type: ignore[attr-defined]

    def _queue_moved(self, _fact: Fact) -> None:
        self._tell_queue()

    def _tree_moved(self, _fact: Fact) -> None:
        self.display.tell(CHANGED, {"what": "tree"}, EVERYONE)

    def _note_written(self, _fact: Fact) -> None:
        self.desk.tell(CHANGED, {"what": "queue"}, EVERYONE)

    def _tell_queue(self) -> None:
        for channel in (self.kiosk, self.desk, self.display):
            channel.tell(CHANGED, {"what": "queue"}, EVERYONE)

    def _help_moved(self, fact: Fact) -> None:
        self.desk.tell(CHANGED, {"what": "help"}, EVERYONE)
        self.kiosk.tell(CHANGED, {"what": "help"}, _room(fact.visit))

    def _code_claimed(self, fact: Fact) -> None:
        self.kiosk.tell(CHANGED, {"what": "handoff"}, _room(fact.visit))


def _room(visit: str) -> str:
    return f"visit:{visit}"
