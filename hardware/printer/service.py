"""Printing as the agent offers it: one slip at a time, each job once, never hanging."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

import structlog

from hardware.errors import PrinterError, PrinterTimeout, PrinterUnavailable
from hardware.printer.drivers import Driver, RenderedSlip, as_stream
from hardware.printer.fonts import Typeface
from hardware.printer.jobs import JobRecord, PrintedJob
from hardware.printer.layout import draw_slip
from hardware.printer.slip import TicketSlip

log = structlog.get_logger()
Result = TypeVar("Result")


class SlipPrinter:
    """Draws slips, sends them to a driver within a time limit, and remembers which were printed."""

    def __init__(
        self,
        driver: Driver,
        record: JobRecord,
        typeface: Callable[[], Typeface],
        width: int,
        timeout: float,
    ) -> None:
        self._driver = driver
        self._record = record
        self._typeface = typeface
        self._width = width
        self._timeout = timeout
        self._turn = asyncio.Lock()
        self._late: asyncio.Future[Any] | None = None
        self._failing = False

    async def check(self) -> None:
        """Raise PrinterError when a slip could not be printed now; also clears out old records."""
        await self._within_limit(self._check_now)

    async def print(self, slip: TicketSlip) -> PrintedJob:
        """Print a slip, or answer as before when this job was printed before. Raises PrinterError."""
        async with self._turn:
            try:
                printed = await self._within_limit(lambda: self._print_now(slip))
            except PrinterError as error:
                self._note_failure(error)
                raise
            self._note_success()
            return printed

    def status(self) -> dict[str, object]:
        return {
            "driver": self._driver.name,
            "state": "unavailable" if self._failing else "ready",
            "simulated": self._driver.simulated,
        }

    def _check_now(self) -> None:
        try:
            self._typeface()
            self._driver.check()
        except PrinterError as error:
            self._note_failure(error)
            raise
        self._record.forget_old()

    def _print_now(self, slip: TicketSlip) -> PrintedJob:
        known = self._record.find(slip.job)
        if known is not None:
            log.info("printer.repeated", job=slip.job)
            return known
        picture = draw_slip(slip, self._typeface(), self._width)
        stream = as_stream(picture)
        self._driver.send(slip.job, RenderedSlip(stream, picture))
        printed = PrintedJob(slip.job, "printed", self._driver.simulated, len(stream))
        self._record.add(printed)
        log.info("printer.printed", job=slip.job, bytes=len(stream), simulated=self._driver.simulated)
        return printed

    async def _within_limit(self, work: Callable[[], Result]) -> Result:
        """Run blocking work aside. Work that is late goes on and blocks further slips until it ends."""
        if self._late is not None and not self._late.done():
            raise PrinterTimeout
        future = _in_thread(work)
        done, _ = await asyncio.wait({future}, timeout=self._timeout)
        if not done:
            self._late = future
            raise PrinterTimeout
        return future.result()

    def _note_failure(self, error: PrinterError) -> None:
        if not self._failing:
            log.warning("printer.failing", code=error.code, reason=str(error))
        self._failing = True

    def _note_success(self) -> None:
        if self._failing:
            log.info("printer.recovered")
        self._failing = False


def _in_thread(work: Callable[[], Result]) -> asyncio.Future[Result]:
    """Run work in a daemon thread: a printer that never returns must not keep the agent from stopping."""
    outcome: Future[Result] = Future()

    def run() -> None:
        try:
            outcome.set_result(work())
        except PrinterError as error:
            outcome.set_exception(error)
        except Exception as surprise:
            log.exception("printer.surprise")
            outcome.set_exception(PrinterUnavailable(type(surprise).__name__))

    threading.Thread(target=run, name="printer", daemon=True).start()
    return asyncio.wrap_future(outcome)
