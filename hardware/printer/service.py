"""Printing as the agent offers it: one slip at a time, each job once, never hanging."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

import structlog

from hardware.errors import (
    CoverOpen,
    NotSimulated,
    PaperOut,
    PrinterError,
    PrinterInterrupted,
    PrinterTimeout,
    PrinterUnavailable,
)
from hardware.printer.drivers import Driver, RenderedSlip, as_stream
from hardware.printer.fonts import Typeface
from hardware.printer.jobs import JobRecord, PrintedJob
from hardware.printer.layout import draw_slip
from hardware.printer.practice import Practice
from hardware.printer.simulated import SimulatedPrinter
from hardware.printer.slip import TicketSlip
from hardware.printer.status import UNKNOWN, Look, Paper

log = structlog.get_logger()
Result = TypeVar("Result")
LOOK_AGAIN = 10.0  # seconds after which the printer is asked how it is, when somebody wants to know
# What a refusal tells of the printer without another look.
TELLING: dict[type[PrinterError], Look] = {
    PaperOut: Look(Paper.OUT),
    CoverOpen: Look(Paper.UNKNOWN, cover_open=True),
}


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
        self._look = UNKNOWN
        self._looked_at = float("-inf")

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

    async def status(self) -> dict[str, object]:
        """How the printer is, asked anew when the last look is some seconds old and nothing is being printed."""
        if time.monotonic() - self._looked_at > LOOK_AGAIN and not self._turn.locked():
            with contextlib.suppress(PrinterError):
                await self.check()
        told: dict[str, object] = {
            "driver": self._driver.name,
            "state": self._state(),
            "paper": self._look.paper.value,
            "simulated": self._driver.simulated,
        }
        if isinstance(self._driver, SimulatedPrinter):
            told["practice"] = self._driver.practice.value
        return told

    async def play(self, practice: Practice) -> None:
        """Let a simulated printer play; raises NotSimulated for a real one."""
        if not isinstance(self._driver, SimulatedPrinter):
            raise NotSimulated
        self._driver.play(practice)
        self._looked_at = float("-inf")

    def _state(self) -> str:
        if self._look.paper is Paper.OUT:
            return "paper_out"
        if self._look.cover_open:
            return "cover_open"
        return "unavailable" if self._failing else "ready"

    def _check_now(self) -> None:
        try:
            self._typeface()
            self._note_look(self._driver.look())
        except PrinterError as error:
            self._note_failure(error)
            raise
        self._note_success()
        self._record.forget_old()

    def _print_now(self, slip: TicketSlip) -> PrintedJob:
        known = self._record.find(slip.job)
        if known is not None:
            log.info("printer.repeated", job=slip.job)
            return known
        typeface = self._typeface()
        begun_before = self._record.begin(slip.job)
        if begun_before:
            slip = slip.model_copy(update={"reprint": slip.reprint + 1})
        picture = draw_slip(slip, typeface, self._width)
        stream = as_stream(picture)
        try:
            self._driver.send(slip.job, RenderedSlip(stream, picture))
        except PrinterUnavailable as error:
            if not begun_before and not isinstance(error, PrinterInterrupted):
                self._record.withdraw(slip.job)
            raise
        printed = PrintedJob(slip.job, "printed", self._driver.simulated, len(stream), slip.reprint)
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

    def _note_look(self, look: Look) -> None:
        self._look = look
        self._looked_at = time.monotonic()

    def _note_failure(self, error: PrinterError) -> None:
        self._note_look(TELLING.get(type(error), UNKNOWN))
        if not self._failing:
            log.warning("printer.failing", code=error.code, reason=str(error))
        self._failing = True

    def _note_success(self) -> None:
        if self._look.paper is Paper.OUT or self._look.cover_open:
            self._look = UNKNOWN
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
