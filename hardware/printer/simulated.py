"""The simulated printer that ships: it prints into a folder, and runs out of paper, jams or loses its plug when told to."""

from __future__ import annotations

from pathlib import Path

from hardware.errors import PrinterInterrupted, PrinterUnavailable
from hardware.printer.drivers import RenderedSlip, refuse_unready
from hardware.printer.practice import Practice
from hardware.printer.status import Look, Paper
from hardware.storage import write_whole

SWITCH = "practice"


LOOKS = {
    Practice.PAPER_LOW: Look(Paper.LOW),
    Practice.PAPER_OUT: Look(Paper.OUT),
    Practice.COVER_OPEN: Look(Paper.OK, cover_open=True),
}


class SimulatedPrinter:
    """Prints into a folder: `<job>.escpos` holds the exact bytes, `<job>.png` what they would look like."""

    name = "simulated"
    simulated = True

    def __init__(self, spool: Path) -> None:
        self._spool = spool

    @property
    def practice(self) -> Practice:
        """What it plays at this moment."""
        try:
            return Practice((self._spool / SWITCH).read_text().strip())
        except (OSError, ValueError):
            return Practice.OK

    def play(self, practice: Practice) -> None:
        """Play this from now on."""
        self.check_folder()
        write_whole(self._spool / SWITCH, practice.encode())

    def check_folder(self) -> None:
        """Raise PrinterUnavailable when the folder cannot be had."""
        try:
            self._spool.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise PrinterUnavailable(f"The spool folder cannot be made: {error}") from error

    def look(self) -> Look:
        self.check_folder()
        if self.practice is Practice.UNPLUGGED:
            raise PrinterUnavailable("The simulated printer is unplugged")
        return LOOKS.get(self.practice, Look(Paper.OK))

    def send(self, job: str, slip: RenderedSlip) -> None:
        refuse_unready(self.look())
        if self.practice is Practice.TORN:
            self._write(f"{job}.torn", slip.stream[: len(slip.stream) // 2])
            raise PrinterInterrupted("The simulated printer lost its plug in the middle of the slip")
        try:
            slip.picture.save(self._spool / f"{job}.png")
        except OSError as error:
            raise PrinterUnavailable(f"The slip cannot be written: {error}") from error
        self._write(f"{job}.escpos", slip.stream)

    def _write(self, name: str, stream: bytes) -> None:
        try:
            write_whole(self._spool / name, stream)
        except OSError as error:
            raise PrinterUnavailable(f"The slip cannot be written: {error}") from error
