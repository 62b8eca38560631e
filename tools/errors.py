"""What a chore raises when it cannot go on, and how that reaches the terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable


class ChoreError(Exception):
    """A chore cannot go on; the text is one line that says what to do."""


def run_chore(chore: Callable[[], int]) -> int:
    """Run `chore` and return its exit code; a ChoreError becomes one line on standard error and 1."""
    try:
        return chore()
    except ChoreError as error:
        print(f"maru: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def say(line: str) -> None:
    """One line of progress, at once."""
    print(f"maru: {line}", flush=True)
