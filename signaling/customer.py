"""Namespace /customer: the pages of one visit, on a phone or at a kiosk."""

from typing import Any

from flask import session
from flask_socketio import SocketIO, join_room

from branch.consults.models import TALKING_STATES, Side
from branch.consults.services import end, of_visit, open_consult
from branch.content.catalogue import Catalogue
from branch.database import Database
from signaling import rooms
from signaling.details import identifier
from signaling.peers import Peers
from signaling.reader import Reader
from signaling.sockets import Channel, connection
from signaling.surface import language


class CustomerSockets:
    """What browsers that hold a visit may say, and what they are told when they come in."""

    def __init__(self, socketio: SocketIO, database: Database, catalogue: Catalogue, peers: Peers) -> None:
        self.channel = Channel(socketio, "/customer")
        self._database = database
        self._catalogue = catalogue
        self._peers = peers
        self.channel.on_connect(self._come_in)
        self.channel.on("snapshot")(self._send_snapshot)
        self.channel.on("media.state")(self._media_state)
        self.channel.on("consult.end")(self._hang_up)
        self.channel.on_disconnect(self._leave)

    def _come_in(self, detail: dict[str, Any]) -> None:
        # First the room, then the look: what is committed between the two is in the snapshot, or told.
        join_room(rooms.visit(session["visit"]))
        self._send_snapshot(detail)

    def _send_snapshot(self, _detail: dict[str, Any]) -> None:
        with self._database.reading() as work:
            snapshot = Reader(work, self._catalogue, language()).customer(session["visit"])
        self.channel.tell("snapshot", snapshot, connection())

    def _media_state(self, detail: dict[str, Any]) -> None:
        consult, visit = identifier(detail, "consult"), session["visit"]
        self._peers.told(Side.CUSTOMER, detail, lambda work: of_visit(work, consult, visit))

    def _hang_up(self, detail: dict[str, Any]) -> None:
        with self._database.transaction() as work:
            end(work, of_visit(work, identifier(detail, "consult"), session["visit"]))

    def _leave(self) -> None:
        with self._database.reading() as work:
            consult = open_consult(work, session["visit"])
        if consult is not None and consult.state in TALKING_STATES:
            self._peers.gone(Side.CUSTOMER, consult.id)
