"""Printers behind one Protocol: real ones on the network, a serial line, USB or a device file, through python-escpos."""

from __future__ import annotations

import errno
import importlib.util
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

from escpos import printer as escpos_printers
from escpos.exceptions import Error as EscposError
from PIL import Image
from usb.core import NoBackendError

from hardware.errors import (
    CoverOpen,
    DriverMissing,
    PaperOut,
    PrinterDenied,
    PrinterInterrupted,
    PrinterUnavailable,
)
from hardware.printer.status import UNKNOWN, Look, Paper, look_at

# Small printers hold few raster lines; longer pictures go in strips that print without a seam.
STRIP_LINES: Final = 256
# What python-escpos knows of a common printer of each width: 80 mm ones cut, 58 mm ones only feed.
PROFILES: Final = {576: "TM-T20II", 384: "ZJ-5870"}
ANSWER_SECONDS: Final = 0.4
VENDOR_ERRORS = (EscposError, OSError, RuntimeError, AssertionError, NoBackendError)
NO_RIGHT = (errno.EACCES, errno.EPERM)
NO_LIBUSB = "This printer needs libusb on the machine: apt-get install libusb-1.0-0"
GIVE_RIGHT = "give the agent's account the right to it (docs/install.md, Printers)"


@dataclass(frozen=True)
class RenderedSlip:
    """A slip ready to print: the exact ESC/POS bytes, and the picture they draw."""

    stream: bytes
    picture: Image.Image


class Driver(Protocol):
    """A printer. Both calls block, and raise PrinterUnavailable in the printer's own words."""

    name: str
    simulated: bool

    def look(self) -> Look:
        """Find out whether the printer can be reached and has paper, without printing."""

    def send(self, job: str, slip: RenderedSlip) -> None:
        """Print one slip. Raises PaperOut or CoverOpen before anything was sent, PrinterInterrupted after that began."""


def as_stream(picture: Image.Image) -> bytes:
    """ESC/POS for a one-bit picture: ESC @, GS v 0 in strips, ESC d, and GS V where the printer cuts."""
    printer = escpos_printers.Dummy(profile=PROFILES[picture.width])
    printer.hw("INIT")
    printer.image(picture, impl="bitImageRaster", fragment_height=STRIP_LINES)
    printer.cut()
    stream: bytes = printer.output
    return stream


def refuse_unready(look: Look) -> None:
    """Raise PaperOut or CoverOpen where a slip would not come out."""
    if look.paper is Paper.OUT:
        raise PaperOut
    if look.cover_open:
        raise CoverOpen


class EscposPrinter:
    """A real printer through python-escpos, opened for each slip and closed after it.

    Printers are switched off, unplugged and refilled; a connection kept open would not survive that. One that answers
    no request for its status is not asked again until it was away: waiting for nothing would slow every slip down.
    """

    simulated = False

    def __init__(
        self, name: str, connect: Callable[[], Any], listen: Callable[[Any], bytes] | None = None
    ) -> None:
        self.name = name
        self._connect = connect
        self._listen = listen
        self._answers: bool | None = None if listen else False

    def look(self) -> Look:
        with self._opened() as device:
            return self._look(device)

    def send(self, job: str, slip: RenderedSlip) -> None:
        begun = False
        try:
            with self._opened() as device:
                refuse_unready(self._look(device))
                begun = True
                device._raw(slip.stream)
                refuse_unready(self._look(device))
        except PrinterUnavailable as error:
            if begun:
                raise PrinterInterrupted(str(error)) from error
            raise

    @contextmanager
    def _opened(self) -> Iterator[Any]:
        try:
            device = self._connect()
            device.open()
            try:
                yield device
            finally:
                device.close()
        except VENDOR_ERRORS as error:
            self._answers = None if self._listen else False
            raise self._meant(error) from error

    def _meant(self, error: BaseException) -> PrinterUnavailable:
        """What a person can do about it, where the system says so; python-escpos wraps what the system said."""
        told = [error, error.__cause__, error.__context__]
        if any(isinstance(each, NoBackendError) for each in told):
            return DriverMissing(NO_LIBUSB)
        if any(isinstance(each, OSError) and each.errno in NO_RIGHT for each in told):
            return PrinterDenied(f"{self._said(error)}; {GIVE_RIGHT}")
        return PrinterUnavailable(self._said(error))

    def _look(self, device: Any) -> Look:
        if self._answers is False:
            return UNKNOWN
        look = look_at(lambda request: self._ask(device, request))
        # One that answered before is only busy; one that never did has no sensor, or no way back.
        self._answers = self._answers or look is not UNKNOWN
        return look

    def _ask(self, device: Any, request: bytes) -> int | None:
        assert self._listen is not None
        device._raw(request)
        try:
            answer = self._listen(device)
        except OSError as error:
            if isinstance(error, TimeoutError) or error.errno == errno.ETIMEDOUT:  # sockets; pyusb
                return None
            raise
        return answer[-1] if answer else None

    def _said(self, error: BaseException) -> str:
        reason = " ".join(str(error).split()) or type(error).__name__
        return f"The {self.name} printer cannot be used: {reason}"


def network_printer(host: str, port: int, timeout: float) -> EscposPrinter:
    """A printer that takes raw bytes over TCP (port 9100)."""

    def listen(printer: Any) -> bytes:
        printer.device.settimeout(min(ANSWER_SECONDS, timeout))
        try:
            answer: bytes = printer.device.recv(16)
        finally:
            printer.device.settimeout(timeout)
        if not answer:
            raise ConnectionResetError("the printer hung up")
        return answer

    return EscposPrinter("network", lambda: escpos_printers.Network(host, port=port, timeout=timeout), listen)


def serial_printer(device: Path, speed: int) -> EscposPrinter:
    """A printer on a serial line, such as /dev/ttyUSB0; needs pyserial. Raises DriverMissing without it."""
    _need("serial", "pyserial")
    return EscposPrinter(
        "serial",
        lambda: escpos_printers.Serial(str(device), baudrate=speed, timeout=ANSWER_SECONDS),
        lambda printer: bytes(printer.device.read(1)),
    )


def file_printer(device: Path) -> EscposPrinter:
    """A printer behind a device file such as /dev/usb/lp0, which only takes and never answers."""
    return EscposPrinter("file", lambda: escpos_printers.File(str(device)))


def usb_printer(vendor: int, product: int, timeout: float) -> EscposPrinter:
    """A printer by its USB numbers; needs libusb on the machine, which is looked for each time it is opened."""
    milliseconds = round(timeout * 1000)
    return EscposPrinter(
        "usb",
        lambda: escpos_printers.Usb(vendor, product, timeout=milliseconds),
        lambda printer: bytes(printer.device.read(printer.in_ep, 16, round(ANSWER_SECONDS * 1000))),
    )


def _need(module: str, package: str) -> None:
    if importlib.util.find_spec(module) is None:
        raise DriverMissing(f"This printer needs the package {package}: pip install {package}")
