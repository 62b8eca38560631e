"""Telling each side of a consult how the other is connected."""

from collections.abc import Callable
from typing import Any

from flask_socketio import SocketIO
from sqlalchemy.orm import Session

from branch import clock, ids
from branch.bus import Fact
from branch.consults import presence
from branch.consults.guests import came
from branch.consults.models import Consult, MediaState, Presence, Side
from branch.consults.services import get_consult
from branch.database import Database
from branch.visits import services as visits
from signaling import rooms
from signaling.details import media_state, muted
from signaling.sockets import connection, tell

# A page that reloads, or a phone that changes from Wi-Fi to mobile, is back within this.
GRACE = 3.0  # seconds
NAMESPACES = {Side.CUSTOMER: "/customer", Side.ADVISOR: "/staff"}
PRESENCE_CHANGED = "presence.changed"
"""Told to everybody else in a consult, and no event of the thread."""


class Peers:
    """What both `/customer` and `/staff` do with the state of media."""

    def __init__(self, socketio: SocketIO, database: Database, grace: float = GRACE) -> None:
        self._socketio = socketio
        self._database = database
        self._grace = grace

    def told(self, side: Side, detail: dict[str, Any], find: Callable[[Session], Consult]) -> None:
        """One side told how its media stands: remember it, tell the other; who is connected hears how that one stands."""
        state, is_muted = media_state(detail), muted(detail)
        with self._database.transaction() as work:
            consult = find(work)
            mine = presence.tell(work, consult, side, connection(), state, is_muted)
            theirs = presence.of_side(work, consult.id, _other(side))
            _tell_guests(work, consult)
            told, heard = _standing(mine), theirs and _standing(theirs)
        self.tell_other(consult, side, "peer.media", told)
        if heard and state == MediaState.CONNECTED:
            tell(self._socketio, NAMESPACES[side], "peer.media", heard, connection())

    def gone(self, side: Side, consult_id: str) -> None:
        """One side's socket is gone; unless it is back soon, the other side is told."""
        self._socketio.start_background_task(self._missed, side, consult_id, connection())

    def tell_other(self, consult: Consult, side: Side, event: str, detail: dict[str, object]) -> None:
        """Send an event to the side that `side` is not."""
        self.tell(consult, _other(side), event, detail)

    def tell(self, consult: Consult, side: Side, event: str, detail: dict[str, object]) -> None:
        """Send an event to one side."""
        if side == Side.CUSTOMER:
            room = rooms.visit(consult.visit_id)
        elif consult.advisor_id:
            room = rooms.staff(consult.advisor_id)
        else:
            return
        tell(self._socketio, NAMESPACES[side], event, detail, room)

    def _missed(self, side: Side, consult_id: str, connection: str) -> None:
        self._socketio.sleep(self._grace)
        with self._database.transaction() as work:
            missing = presence.lost(work, consult_id, side, connection)
            consult = get_consult(work, consult_id)
            found = presence.of_side(work, consult_id, side) if missing else None
            if found:
                _tell_guests(work, consult)
            told = found and _standing(found)
        if told:
            self.tell_other(consult, side, "peer.media", told)


def _other(side: Side) -> Side:
    return Side.CUSTOMER if side == Side.ADVISOR else Side.ADVISOR


def _standing(found: Presence) -> dict[str, object]:
    return {"state": str(found.media), "muted": found.muted}


def _tell_guests(work: Session, consult: Consult) -> None:
    if came(work, consult.id):
        detail: dict[str, object] = {"consult": consult.id}
        visits.tell(work, Fact(ids.new_id(), PRESENCE_CHANGED, consult.visit_id, clock.now(), detail))
