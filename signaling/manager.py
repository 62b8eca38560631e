"""Namespace /manager: pages of managers that stay true. They are told that something changed, and fetch themselves again."""

from typing import Any

from flask_socketio import SocketIO, join_room

from signaling import rooms
from signaling.sockets import Channel, connection

CHANGED = "changed"


class ManagerSockets:
    """One event, `changed` {what}: "all" after every connect, then "queue" when tickets moved or a branch came or went."""

    def __init__(self, socketio: SocketIO) -> None:
        self.channel = Channel(socketio, "/manager")
        self.channel.on_connect(self._come_in)

    def _come_in(self, _detail: dict[str, Any]) -> None:
        join_room(rooms.MANAGERS)
        self.channel.tell(CHANGED, {"what": "all"}, connection())
