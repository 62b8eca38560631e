"""The HTTP side of recordings: how rooms are being recorded now, and what was recorded, to play, check and download."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable, Iterable
from dataclasses import asdict
from typing import Any, TypeVar

import structlog
from aiohttp import web

from consult import ranges, tokens
from consult.errors import BadRequest, BadToken, MediaError, NotFound, RecordingFailed, StoreSilent
from consult.exports import Exports, State, start
from consult.node import Node
from consult.recording.errors import NotRecorded, RecordingError
from consult.recording.library import Library
from consult.store.errors import StoreError
from consult.store.stores import Store

log = structlog.get_logger(__name__)

RECORDER_FIELDS = ("room", "recording", "recording_paused", "recording_failure", "held")
MATROSKA = "video/x-matroska"
PLAYABLE = {"video": "video/webm", "audio": "audio/webm"}
"""What browsers know this Matroska by; H.264 inside is shown by those that have it."""
T = TypeVar("T")


class Archive:
    """What whoever governs the node may ask of its recordings."""

    def __init__(self, node: Node, store: Store) -> None:
        settings = node.settings
        self._node = node
        self._store = store
        self._library = Library(store, settings.sealing_key)
        key = settings.recording_key
        self._key = None if key is None else key.get_secret_value()
        self._exports = Exports(self._key)

    def routes(self) -> Iterable[web.RouteDef]:
        """Every route, for the application."""
        return [
            web.get("/recorders", self.recorders),
            web.get("/recordings/{room}", self.parts),
            web.delete("/recordings/{room}", self.delete),
            web.get("/recordings/{room}/tracks/{part}/{file}", self.track),
            web.post("/recordings/{room}/check", self.check),
            web.post("/recordings/{room}/file", self.make_file),
            web.get("/recordings/{room}/file", self.file_state),
            web.delete("/recordings/{room}/file", self.cancel_file),
            web.get("/recordings/{room}/file/content", self.file),
        ]

    async def close(self, _app: web.Application) -> None:
        """Stop what is being made."""
        await self._exports.close()

    async def recorders(self, request: web.Request) -> web.Response:
        """Tell of every open room whether it is recorded, paused, held, or why it is not recorded; and of the store."""
        claims = self._claims(request)
        tokens.require_control(claims, tokens.WHOLE_NODE)
        rooms = [room.describe() for room in self._node.rooms.values()]
        told = [{name: room[name] for name in RECORDER_FIELDS} for room in rooms]
        moving = self._store.moving()
        return web.json_response({"rooms": told, "store": None if moving is None else asdict(moving)})

    async def parts(self, request: web.Request) -> web.Response:
        """The manifests of a room's parts."""
        room = self._room(request)
        return web.json_response({"room": room, "parts": await _ask(lambda: self._library.parts(room))})

    async def delete(self, request: web.Request) -> web.Response:
        """Delete a recording whose time is over; answers with the proof. One under way is refused."""
        room = self._room(request)
        if room in self._node.rooms:
            raise BadRequest("the room is open")
        await self._exports.cancel(room)
        proof = await _ask(lambda: self._library.delete(room))
        log.info("recording.deleted", consult=room, files=proof["files"], bytes=proof["bytes"])
        return web.json_response(proof)

    async def track(self, request: web.Request) -> web.StreamResponse:
        """One track, opened if it is sealed; a range of it if one is asked for."""
        room, part, file = self._room(request), request.match_info["part"], request.match_info["file"]
        opened, size = await _ask(lambda: self._library.open(room, part, file))
        kind = "audio" if "-audio" in file else "video"
        return await ranges.send(request, opened, size, PLAYABLE[kind])

    async def check(self, request: web.Request) -> web.Response:
        """Verify every byte in a process of its own; answers as `python -m consult verify --json` does."""
        room = self._room(request)
        chore = await _ask(lambda: self._library.chore(room))
        command = [sys.executable, "-m", "consult", "verify", "--json", chore.room]
        process = await start(command, self._key, chore)
        told, _ = await process.communicate()
        try:
            result = json.loads(told)
        except ValueError:
            raise RecordingFailed("the recording could not be checked") from None
        return web.json_response(result)

    async def make_file(self, request: web.Request) -> web.Response:
        """Begin to make one file of all parts."""
        room = self._room(request)
        chore = await _ask(lambda: self._library.chore(room))
        return web.json_response(self._exports.begin(room, chore).document(), status=202)

    async def file_state(self, request: web.Request) -> web.Response:
        """How far the file of a room is."""
        export = self._exports.get(self._room(request))
        if export is None:
            raise NotFound("no file of this recording is being made")
        return web.json_response(export.document())

    async def cancel_file(self, request: web.Request) -> web.Response:
        """Stop making the file, or throw it away."""
        await self._exports.cancel(self._room(request))
        return web.Response(status=204)

    async def file(self, request: web.Request) -> web.StreamResponse:
        """The finished file."""
        export = self._exports.get(self._room(request))
        if export is None or export.state is not State.READY:
            raise NotFound("the file of this recording is not ready")
        opened = await asyncio.to_thread(export.path.open, "rb")
        return await ranges.send(request, opened, export.path.stat().st_size, MATROSKA)

    def _room(self, request: web.Request) -> str:
        room = request.match_info["room"]
        tokens.require_archive(self._claims(request), room)
        return room

    def _claims(self, request: web.Request) -> tokens.Claims:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise BadToken("a bearer token is missing")
        return tokens.verify(token.strip(), self._node.settings.secret.get_secret_value())


async def _ask(question: Callable[[], T]) -> T:
    """Ask the disk, off the event loop; what it cannot answer becomes an error of the node's HTTP side."""
    try:
        return await asyncio.to_thread(question)
    except NotRecorded as error:
        raise NotFound(str(error)) from None
    except StoreError as error:
        raise StoreSilent(f"{error.code}: {error}") from None
    except (RecordingError, OSError) as error:
        raise _failed(error) from None


def _failed(error: Exception) -> MediaError:
    code: Any = getattr(error, "code", "recording.write_failed")
    return RecordingFailed(f"{code}: {error}")
