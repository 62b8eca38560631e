"""Namespace /staff: the advisor console."""

from typing import Any

from flask import session
from flask_socketio import SocketIO, join_room

from branch.consults.models import TALKING_STATES, Side
from branch.consults.services import claim, close, end, of_advisor, of_whom
from branch.consults.there import seen
from branch.content.catalogue import Catalogue
from branch.database import Database
from branch.people.services import get_staff
from signaling import rooms
from signaling.details import identifier, text
from signaling.peers import Peers
from signaling.reader import Reader
from signaling.sockets import Channel, connection
from signaling.surface import language


class StaffSockets:
    """What advisors who are signed in may say, and what they are told when they come in."""

    def __init__(self, socketio: SocketIO, database: Database, catalogue: Catalogue, peers: Peers) -> None:
        self.channel = Channel(socketio, "/staff")
        self._database = database
        self._catalogue = catalogue
        self._peers = peers
        self.channel.on_connect(self._come_in)
        self.channel.on("snapshot")(self._send_snapshot)
        self.channel.on("media.state")(self._media_state)
        self.channel.on("consult.accept")(self._accept)
        self.channel.on("consult.end")(self._hang_up)
        self.channel.on("consult.close")(self._write_down)
        self.channel.on_disconnect(self._leave)

    def _come_in(self, detail: dict[str, Any]) -> None:
        # First the rooms, then the look: what is committed between the two is in the snapshot, or told.
        join_room(rooms.staff(session["staff"]))
        join_room(rooms.staff(session["staff"], language()))
        with self._database.transaction() as work:
            seen(work, [session["staff"]])
        self._send_snapshot(detail)

    def _send_snapshot(self, _detail: dict[str, Any]) -> None:
        with self._database.reading() as work:
            snapshot = Reader(work, self._catalogue, language()).advisor(get_staff(work, session["staff"]))
        self.channel.tell("snapshot", snapshot, connection())

    def _media_state(self, detail: dict[str, Any]) -> None:
        consult, advisor = identifier(detail, "consult"), session["staff"]
        self._peers.told(Side.ADVISOR, detail, lambda work: of_advisor(work, consult, advisor))

    def _accept(self, detail: dict[str, Any]) -> dict[str, object]:
        with self._database.transaction() as work:
            advisor = get_staff(work, session["staff"])
            consult = claim(work, identifier(detail, "consult"), advisor)
            return {"consult": Reader(work, self._catalogue, language()).advisor_consult(consult)}

    def _hang_up(self, detail: dict[str, Any]) -> None:
        with self._database.transaction() as work:
            end(work, of_advisor(work, identifier(detail, "consult"), session["staff"]))

    def _write_down(self, detail: dict[str, Any]) -> None:
        with self._database.transaction() as work:
            consult = of_advisor(work, identifier(detail, "consult"), session["staff"])
            close(work, consult, text(detail, "agreed"))

    def _leave(self) -> None:
        with self._database.reading() as work:
            consult = of_whom(work, session["staff"])
        if consult is not None and consult.state in TALKING_STATES:
            self._peers.gone(Side.ADVISOR, consult.id)
