"""Printers behind one Protocol: a simulated one that ships, and real ones through python-escpos."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

from escpos import printer as escpos_printers
from escpos.exceptions import Error as EscposError
from PIL import Image

from hardware.errors import PrinterUnavailable
from hardware.storage import write_whole

# Small printers hold few raster lines; longer pictures go in strips that print without a seam.
STRIP_LINES: Final = 256
# What python-escpos knows of a common printer of each width: 80 mm ones cut, 58 mm ones only feed.
PROFILES: Final = {576: "TM-T20II", 384: "ZJ-5870"}


@dataclass(frozen=True)
class RenderedSlip:
    """A slip ready to print: the exact ESC/POS bytes, and the picture they draw."""

    stream: bytes
    picture: Image.Image


class Driver(Protocol):
    """A printer. Both calls block, and raise PrinterUnavailable in the printer's own words."""

    name: str
    simulated: bool

    def check(self) -> None:
        """Find out whether the printer can be reached, without printing."""

    def send(self, job: str, slip: RenderedSlip) -> None:
        """Print one slip."""


def as_stream(picture: Image.Image) -> bytes:
    """ESC/POS for a one-bit picture: ESC @, GS v 0 in strips, ESC d, and GS V where the printer cuts."""
    printer = escpos_printers.Dummy(profile=PROFILES[picture.width])
    printer.hw("INIT")
    printer.image(picture, impl="bitImageRaster", fragment_height=STRIP_LINES)
    printer.cut()
    stream: bytes = printer.output
    return stream


class SimulatedPrinter:
    """Prints into a folder: `<job>.escpos` holds the exact bytes, `<job>.png` what they would look like."""

    name = "simulated"
    simulated = True

    def __init__(self, spool: Path) -> None:
        self._spool = spool

    def check(self) -> None:
        try:
            self._spool.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise PrinterUnavailable(f"The spool folder cannot be made: {error}") from error

    def send(self, job: str, slip: RenderedSlip) -> None:
        self.check()
        try:
            slip.picture.save(self._spool / f"{job}.png")
            write_whole(self._spool / f"{job}.escpos", slip.stream)
        except OSError as error:
            raise PrinterUnavailable(f"The slip cannot be written: {error}") from error


class EscposPrinter:
    """A real printer through python-escpos, opened for each slip and closed after it.

    Printers are switched off, unplugged and refilled; a connection kept open would not survive that.
    """

    simulated = False

    def __init__(self, name: str, connect: Callable[[], Any]) -> None:
        self.name = name
        self._connect = connect

    def check(self) -> None:
        self._with_device(lambda _: None)

    def send(self, job: str, slip: RenderedSlip) -> None:
        self._with_device(lambda device: device._raw(slip.stream))

    def _with_device(self, use: Callable[[Any], None]) -> None:
        try:
            device = self._connect()
            device.open()
            try:
                use(device)
            finally:
                device.close()
        except (EscposError, OSError, RuntimeError, AssertionError) as error:
            reason = " ".join(str(error).split()) or type(error).__name__
            raise PrinterUnavailable(f"The {self.name} printer cannot be used: {reason}") from error


def network_printer(host: str, port: int, timeout: float) -> EscposPrinter:
    """A printer that takes raw bytes over TCP (port 9100)."""
    return EscposPrinter("network", lambda: escpos_printers.Network(host, port=port, timeout=timeout))


def file_printer(device: Path) -> EscposPrinter:
    """A printer behind a device file such as /dev/usb/lp0."""
    return EscposPrinter("file", lambda: escpos_printers.File(str(device)))


def usb_printer(vendor: int, product: int, timeout: float) -> EscposPrinter:
    """A printer by its USB numbers; needs pyusb and its libusb on the machine."""
    milliseconds = round(timeout * 1000)
    return EscposPrinter("usb", lambda: escpos_printers.Usb(vendor, product, timeout=milliseconds))
