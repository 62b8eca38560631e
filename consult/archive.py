"""The HTTP side of recordings: how every room is being recorded now."""

from __future__ import annotations

from collections.abc import Iterable

from aiohttp import web

from consult import tokens
from consult.errors import BadToken
from consult.node import Node

RECORDER_FIELDS = ("room", "recording", "recording_paused", "recording_failure", "held")


class Archive:
    """What whoever governs the node may ask of its recordings."""

    def __init__(self, node: Node) -> None:
        self._node = node

    def routes(self) -> Iterable[web.RouteDef]:
        """Every route, for the application."""
        return [web.get("/recorders", self.recorders)]

    async def recorders(self, request: web.Request) -> web.Response:
        """Tell of every open room whether it is recorded, paused, held, or why it is not recorded."""
        self._require(request, tokens.WHOLE_NODE)
        rooms = [room.describe() for room in self._node.rooms.values()]
        return web.json_response(
            {"rooms": [{name: room[name] for name in RECORDER_FIELDS} for room in rooms]}
        )

    def _require(self, request: web.Request, room: str) -> None:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise BadToken("a bearer token is missing")
        claims = tokens.verify(token.strip(), self._node.settings.secret.get_secret_value())
        tokens.require_control(claims, room)
