"""Namespace /guest: the page of one more person in a consult, invited by link or supervising."""

from typing import Any

from flask import session
from flask_socketio import SocketIO, join_room
from sqlalchemy.orm import Session

from branch import clock, ids
from branch.bus import Fact
from branch.consults import guests
from branch.consults.errors import InvitationUnknown
from branch.consults.guest_models import Guest
from branch.consults.models import MediaState
from branch.consults.services import get_consult
from branch.content.catalogue import Catalogue
from branch.database import Database
from branch.visits.services import tell
from signaling import rooms
from signaling.details import media_state, muted
from signaling.peers import GRACE
from signaling.reader import Reader
from signaling.sockets import Channel, connection
from signaling.surface import language

GUEST_MEDIA = "guest.media"
"""A guest's picture came or went: told to everyone in the consult, and no event of the thread."""


class GuestSockets:
    """What a guest's browser may say, and what it is told when it comes in."""

    def __init__(
        self, socketio: SocketIO, database: Database, catalogue: Catalogue, grace: float = GRACE
    ) -> None:
        self.channel = Channel(socketio, "/guest")
        self._socketio = socketio
        self._database = database
        self._catalogue = catalogue
        self._grace = grace
        self.channel.on_connect(self._come_in)
        self.channel.on("snapshot")(self._send_snapshot)
        self.channel.on("media.state")(self._media_state)
        self.channel.on_disconnect(self._leave)

    def _come_in(self, detail: dict[str, Any]) -> None:
        # First the room, then the look: what is committed between the two is in the snapshot, or told.
        join_room(rooms.guest(session["guest"]))
        self._send_snapshot(detail)

    def _send_snapshot(self, _detail: dict[str, Any]) -> None:
        with self._database.reading() as work:
            guest = work.get(Guest, session["guest"])
            if guest is None:
                raise InvitationUnknown()
            snapshot = Reader(work, self._catalogue, language()).guest(guest)
        self.channel.tell("snapshot", snapshot, connection())

    def _media_state(self, detail: dict[str, Any]) -> None:
        state, is_muted = media_state(detail), muted(detail)
        with self._database.transaction() as work:
            guest = guests.of_browser(work, session["guest"])
            if state == MediaState.CONNECTED:
                guests.come_back(work, guest)
            guests.tell(work, guest, connection(), state, is_muted)
            tell_others(work, guest)

    def _leave(self) -> None:
        self._socketio.start_background_task(self._missed, session["guest"], connection())

    def _missed(self, guest_id: str, lost: str) -> None:
        self._socketio.sleep(self._grace)
        with self._database.transaction() as work:
            guest = work.get(Guest, guest_id)
            if guest is None or not guests.lost(work, guest_id, lost):
                return
            if guest.mode is not None:
                # Nobody leads, or is listed as listening, from a page that is gone.
                guests.leave(work, guest)
            tell_others(work, guest)


def tell_others(work: Session, guest: Guest) -> None:
    """Everyone in the consult sees anew who is there."""
    consult = get_consult(work, guest.consult_id)
    fact = Fact(ids.new_id(), GUEST_MEDIA, consult.visit_id, clock.now(), {"consult": consult.id})
    tell(work, fact)
