"""A plain table for a terminal, where Korean letters take two columns."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

GAP = "   "


def width(text: str) -> int:
    """Columns that `text` takes in a terminal (Unicode Standard Annex 11)."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def table(rows: Sequence[Sequence[str]]) -> str:
    """The rows with their columns aligned; all rows have as many columns."""
    widths = [max(width(cell) for cell in column) for column in zip(*rows, strict=True)]
    lines = (
        GAP.join(cell + " " * (wide - width(cell)) for cell, wide in zip(row, widths, strict=True))
        for row in rows
    )
    return "\n".join(line.rstrip() for line in lines)
