"""Start the device agent: read settings, pick the drivers, say what was found, serve until told to stop."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Callable
from functools import partial
from typing import TypeVar

import structlog
from aiohttp import web

from hardware.app import Agent
from hardware.errors import DriverMissing, PrinterError
from hardware.log import configure_logging
from hardware.printer.drivers import Driver, file_printer, network_printer, serial_printer, usb_printer
from hardware.printer.fonts import find_typeface
from hardware.printer.jobs import JobRecord
from hardware.printer.service import SlipPrinter
from hardware.printer.simulated import SimulatedPrinter
from hardware.settings import AgentSettings, read_settings
from hardware.vision.reader import FaceReader, VisionState
from hardware.vision.socket import VisionSocket

log = structlog.get_logger()
Value = TypeVar("Value")


def choose_driver(settings: AgentSettings) -> Driver:
    """The printer that the settings name; they have made sure that its address is there."""
    timeout = settings.printer_timeout
    makers: dict[str, Callable[[], Driver]] = {
        "simulated": lambda: SimulatedPrinter(settings.spool_dir),
        "file": lambda: file_printer(_given(settings.printer_device)),
        "network": lambda: network_printer(_given(settings.printer_host), settings.printer_port, timeout),
        "serial": lambda: serial_printer(_given(settings.printer_device), settings.printer_speed),
        "usb": lambda: usb_printer(
            _given(settings.printer_usb_vendor), _given(settings.printer_usb_product), timeout
        ),
    }
    return makers[settings.printer_driver]()


def _given(value: Value | None) -> Value:
    assert value is not None
    return value


async def serve(settings: AgentSettings) -> None:
    """Run the agent until SIGTERM or SIGINT. Raises OSError when its port cannot be had."""
    reader = FaceReader(settings.models_dir, settings.vision_timeout)
    printer = SlipPrinter(
        choose_driver(settings),
        JobRecord(settings.spool_dir, settings.spool_days),
        partial(find_typeface, settings.font_dir),
        settings.printer_width,
        settings.printer_timeout,
    )
    agent = Agent(
        settings.key, reader, VisionSocket(reader, settings.allowed_origins), printer, settings.spool_dir
    )
    told_to_stop = _on_signals()
    runner = web.AppRunner(agent.app(), access_log=None, shutdown_timeout=5)
    await runner.setup()
    try:
        await web.TCPSite(runner, settings.host, settings.port).start()
        await say_what_is_here(settings, reader, printer)
        await told_to_stop.wait()
        log.info("agent.stopping")
    finally:
        await runner.cleanup()


async def say_what_is_here(settings: AgentSettings, reader: FaceReader, printer: SlipPrinter) -> None:
    """One line for each thing around the agent."""
    if reader.state is VisionState.NO_MODEL:
        log.warning("mirror off: run make models", models_dir=str(settings.models_dir))
    else:
        log.info("mirror on: face model found")
    try:
        await printer.check()
        note = f"printer {settings.printer_driver}"
        if settings.printer_driver == "simulated":
            note += f": slips are written to {settings.spool_dir}"
        log.info(note, width=settings.printer_width)
    except PrinterError as error:
        log.warning("printer not usable", code=error.code, reason=str(error))
    log.info("agent listening", host=settings.host, port=settings.port)


def _on_signals() -> asyncio.Event:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    return stop


def main() -> int:
    settings = read_settings()
    configure_logging(settings.environment)
    try:
        asyncio.run(serve(settings))
    except DriverMissing as error:
        print(f"hardware: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(
            f"hardware: cannot listen on {settings.host}:{settings.port} ({error.strerror}); "
            "stop what uses it, or set MARU_AGENT_PORT",
            file=sys.stderr,
        )
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
