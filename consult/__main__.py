"""`python -m consult`: puts the media node together, starts it, and stops it cleanly; or runs one of its chores."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import gc
import os
import signal
import sys
import tempfile
from collections.abc import Callable, Sequence

import structlog
from aiohttp import web

from consult import drain, logs, transport, vendors
from consult.http import make_app
from consult.loop import MediaLoop
from consult.metrics import make_registry
from consult.node import Node
from consult.recording.commands import export_command, verify_command
from consult.settings import MediaSettings, SettingsError, load
from consult.store.errors import StoreError
from consult.store.opening import open_store
from consult.store.spool import SpoolWithoutLocks
from consult.store.stores import Store

log = structlog.get_logger(__name__)

CHORES: dict[str, Callable[[Sequence[str]], int]] = {
    "drain": drain.command,
    "verify": verify_command,
    "export": export_command,
}
STOP_SECONDS = 3.0
"""How long requests under way may take when the node stops."""


class CannotStart(Exception):
    """Something around the node is not as it must be; the message is one line that says what to do."""


def main(arguments: Sequence[str]) -> int:
    """Without arguments, serve; otherwise run the chore that is named."""
    if not arguments:
        return serve()
    chore = CHORES.get(arguments[0])
    if chore is None:
        print(f"consult: no chore is called {arguments[0]}; there are {', '.join(CHORES)}", file=sys.stderr)
        return 2
    return chore(arguments[1:])


def serve() -> int:
    """Run until SIGTERM or SIGINT; 2 if a setting or the surroundings do not allow a start."""
    try:
        settings = load()
        logs.configure(settings.environment, settings.log_level)
        _check_recordings(settings)
        store = _open_store(settings)
        with asyncio.Runner(loop_factory=lambda: MediaLoop(settings.udp_ports)) as runner:
            runner.run(_serve(settings, store))
    except (SettingsError, CannotStart, vendors.VendorChanged) as error:
        print(f"consult: {error}", file=sys.stderr)
        return 2
    return 0


async def _serve(settings: MediaSettings, store: Store) -> None:
    transport.prepare(settings.addresses, settings.loopback, settings.start_bitrate)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    node = Node(settings)
    runner = web.AppRunner(
        make_app(node, make_registry(node, store), store), access_log=None, shutdown_timeout=STOP_SECONDS
    )
    await runner.setup()
    try:
        await transport.warm_up()
        await _listen(runner, settings)
        store.start()
        # What is alive now stays; the collector need not walk it again at each pass.
        gc.freeze()
        log.info("media.started", node=settings.node, host=settings.host, port=settings.port)
        await stop.wait()
        log.info("media.stopping", rooms=len(node.rooms))
    finally:
        await runner.cleanup()
        await node.close()
        await asyncio.to_thread(store.close)


async def _listen(runner: web.AppRunner, settings: MediaSettings) -> None:
    try:
        await web.TCPSite(runner, settings.host, settings.port).start()
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise CannotStart(
                f"port {settings.port} is in use: stop the other process or set MARU_MEDIA_PORT"
            ) from None
        raise CannotStart(
            f"cannot listen on {settings.host}: {error.strerror}: set MARU_MEDIA_HOST"
        ) from None


def _check_recordings(settings: MediaSettings) -> None:
    folder = settings.recordings_dir
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o750)
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".start-check-"):
            pass
    except OSError as error:
        raise CannotStart(
            f"cannot write to {folder}: {error.strerror or error}: make it writable or set MARU_MEDIA_RECORDINGS_DIR"
        ) from None


def _open_store(settings: MediaSettings) -> Store:
    """The store of recordings, or none of it: what cannot be one now will not be one later without somebody's hand."""
    try:
        store = open_store(settings.recordings_dir, settings)
        store.check()
    except StoreError as error:
        raise CannotStart(f"[{error.code}] {error}") from None
    except SpoolWithoutLocks as error:
        raise CannotStart(f"{error}: set MARU_MEDIA_RECORDINGS_DIR to a local disk") from None
    return store


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(main(sys.argv[1:]))
    sys.exit(os.EX_OK)
