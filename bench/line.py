"""One measured line and how it is printed."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

import structlog


@dataclass(frozen=True)
class Line:
    """`ratio` is ours over theirs turned so that below 1 means we are better; None where nothing was to compare with."""

    name: str
    value: float
    unit: str
    against: str | None = None
    ratio: float | None = None
    more: dict[str, float] | None = None
    """Numbers that belong to the value, each with a name of its own in the printed object."""


def say(line: Line) -> None:
    """Print the line as one JSON object on standard output."""
    told = asdict(line)
    told |= told.pop("more") or {}
    kept = {key: value for key, value in told.items() if value is not None}
    rounded = {key: round(value, 3) if isinstance(value, float) else value for key, value in kept.items()}
    print(json.dumps(rounded, ensure_ascii=False), flush=True)


def hush() -> None:
    """Log lines of what runs in this process are made as always, and go nowhere."""
    unheard = structlog.PrintLoggerFactory(Path(os.devnull).open("w"))  # noqa: SIM115
    structlog.configure(processors=[structlog.processors.JSONRenderer()], logger_factory=unheard)
