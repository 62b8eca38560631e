"""Tables for a spreadsheet: CSV (RFC 4180) that Excel reads as Korean, and in which no cell is ever a formula."""

import csv
import io
from collections.abc import Iterable, Iterator

BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"
# What spreadsheets take for the beginning of a formula (OWASP, CSV injection), and the wide forms that Excel also takes.
FORMULA_BEGINS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

Cell = str | int | float | None


def harmless(cell: Cell) -> Cell:
    """The cell as text that stays text; numbers are numbers already."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_BEGINS) else cell


def csv_lines(rows: Iterable[Iterable[Cell]]) -> Iterator[str]:
    """The file in pieces, one a row, as they are made."""
    buffer = io.StringIO()
    buffer.write(BOM)
    write = csv.writer(buffer).writerow
    for row in rows:
        write([harmless(cell) for cell in row])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
