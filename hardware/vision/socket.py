"""The WebSocket `/vision`: a kiosk page sends camera frames, the agent answers with what they show."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Collection
from contextlib import suppress
from typing import Final

import structlog
from aiohttp import WSMsgType, web

from hardware.errors import (
    BadMessage,
    DeviceError,
    FrameTooLarge,
    NoModel,
    TooManyPages,
    VisionFailed,
    WrongOrigin,
)
from hardware.vision.reader import FaceReader

log = structlog.get_logger()

LARGEST_FRAME: Final = 256 * 1024
# Above the frame limit the page still deserves a sentence; above this one the socket is closed (1009).
LARGEST_MESSAGE: Final = 16 * 1024 * 1024
MOST_PAGES: Final = 4

Json = dict[str, object]


class VisionSocket:
    """Serves the pages that look into the mirror; nothing of a frame outlives its answer."""

    def __init__(self, reader: FaceReader, allowed_origins: Collection[str]) -> None:
        self._reader = reader
        self._allowed_origins = frozenset(allowed_origins)
        self._pages: set[web.WebSocketResponse] = set()

    async def handle(self, request: web.Request) -> web.WebSocketResponse:
        """Upgrade and serve one page. Raises WrongOrigin or TooManyPages before the upgrade."""
        if request.headers.get("Origin") not in self._allowed_origins:
            raise WrongOrigin
        if len(self._pages) >= MOST_PAGES:
            raise TooManyPages
        socket = web.WebSocketResponse(max_msg_size=LARGEST_MESSAGE, heartbeat=20, compress=False)
        await socket.prepare(request)
        self._pages.add(socket)
        log.info("vision.page_joined", pages=len(self._pages))
        try:
            await _Page(socket, self._reader).serve()
        finally:
            self._pages.discard(socket)
            log.info("vision.page_left", pages=len(self._pages))
        return socket

    async def close(self) -> None:
        """Say goodbye to every page, so that stopping the agent does not wait for them."""
        for socket in set(self._pages):
            with suppress(TimeoutError):
                await asyncio.wait_for(socket.close(code=1001, message=b"stopping"), 1)


class _Page:
    """One page's socket: the newest frame waits, an older one that was not read yet is dropped."""

    def __init__(self, socket: web.WebSocketResponse, reader: FaceReader) -> None:
        self._socket = socket
        self._reader = reader
        self._newest: bytes | None = None
        self._arrived = asyncio.Event()
        self._opened = time.monotonic()

    async def serve(self) -> None:
        await self._greet()
        answering = asyncio.create_task(self._answer_frames())
        try:
            async for message in self._socket:
                if message.type is WSMsgType.BINARY and len(message.data) <= LARGEST_FRAME:
                    self._newest = message.data
                    self._arrived.set()
                elif message.type is WSMsgType.BINARY:
                    await self._refuse(FrameTooLarge())
                elif message.type is WSMsgType.TEXT:
                    await self._refuse(BadMessage())
        finally:
            answering.cancel()
            with suppress(asyncio.CancelledError, ConnectionError):
                await answering

    async def _greet(self) -> None:
        """Say at once that there is no model, so that the page need not open a camera for nothing."""
        try:
            self._reader.check()
        except NoModel as error:
            await self._send({"type": "unavailable", **error.as_json()})
        except VisionFailed:
            pass  # it is starting; the first frame's answer tells

    async def _answer_frames(self) -> None:
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            frame, self._newest = self._newest, None
            if frame is not None:
                await self._send(await self._read(frame))

    async def _read(self, frame: bytes) -> Json:
        try:
            answer = await self._reader.read(frame)
        except (NoModel, VisionFailed) as error:
            return {"type": "unavailable", **error.as_json()}
        if answer["type"] == "face":
            answer["at"] = round((time.monotonic() - self._opened) * 1000)
        return answer

    async def _refuse(self, error: DeviceError) -> None:
        await self._send({"type": "error", **error.as_json()})

    async def _send(self, answer: Json) -> None:
        with suppress(ConnectionError):
            await self._socket.send_json(answer)
