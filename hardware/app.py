"""The agent's HTTP face: routes that translate only, and one mapping from errors to answers."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

import structlog
from aiohttp import web

from hardware import __version__
from hardware.errors import BadKey, DeviceError, RequestTooLarge
from hardware.printer.service import SlipPrinter
from hardware.printer.slip import read_practice, read_slip
from hardware.storage import room_mb
from hardware.vision.reader import FaceReader
from hardware.vision.socket import VisionSocket

log = structlog.get_logger()

LARGEST_SLIP: Final = 64 * 1024
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Agent:
    """The routes of one device agent over its vision and its printer."""

    def __init__(
        self, key: str, reader: FaceReader, socket: VisionSocket, printer: SlipPrinter, spool: Path
    ) -> None:
        self._key = key.encode()
        self._reader = reader
        self._socket = socket
        self._printer = printer
        self._spool = spool

    def app(self) -> web.Application:
        """Build the aiohttp application; reading faces starts and stops with it."""
        app = web.Application(middlewares=[answer_errors], client_max_size=LARGEST_SLIP)
        app.router.add_get("/vision", self._socket.handle)
        app.router.add_post("/print", self._print)
        app.router.add_post("/practice", self._practice)
        app.router.add_get("/status", self._status)
        app.router.add_get("/healthz", self._health)
        app.on_startup.append(self._start)
        app.on_shutdown.append(self._leave_pages)
        app.on_cleanup.append(self._stop)
        return app

    async def _print(self, request: web.Request) -> web.Response:
        self._check_key(request)
        printed = await self._printer.print(read_slip(await request.read()))
        return web.json_response(printed.as_json())

    async def _practice(self, request: web.Request) -> web.Response:
        """Let a simulated printer play, so that the whole of Maru can be tried without paper."""
        self._check_key(request)
        await self._printer.play(read_practice(await request.read()))
        return await self._status(request)

    async def _status(self, request: web.Request) -> web.Response:
        return web.json_response(
            {
                "version": __version__,
                "vision": {"state": self._reader.state.value},
                "printer": await self._printer.status(),
                "disk_mb": room_mb(self._spool),
            }
        )

    def _check_key(self, request: web.Request) -> None:
        if not hmac.compare_digest(request.headers.get("X-Maru-Key", "").encode(), self._key):
            raise BadKey

    async def _health(self, request: web.Request) -> web.Response:
        return web.json_response({"status": "ok", "process": "hardware", "version": __version__})

    async def _start(self, app: web.Application) -> None:
        self._reader.start()

    async def _leave_pages(self, app: web.Application) -> None:
        await self._socket.close()

    async def _stop(self, app: web.Application) -> None:
        await self._reader.stop()


@web.middleware
async def answer_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn our errors into their status and JSON; what we did not foresee is logged and told apart."""
    try:
        return await handler(request)
    except DeviceError as error:
        return web.json_response(error.as_json(), status=error.status)
    except web.HTTPRequestEntityTooLarge:
        too_large = RequestTooLarge()
        return web.json_response(too_large.as_json(), status=too_large.status)
    except web.HTTPException:
        raise
    except Exception:
        log.exception("agent.surprise", path=request.path)
        return web.json_response(DeviceError().as_json(), status=500)
