"""Who needs the folder of a part where it is: locks that the system lets go of when their process ends, however it does.

Whoever records into a part or reads it shares a hold of it. Whoever takes it away needs it alone.
"""

import contextlib
import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Self


class Hold:
    """A lock on a folder until `release`, or until the end of the process; `descriptor` None holds nothing."""

    def __init__(self, descriptor: int | None) -> None:
        self._descriptor = descriptor

    def release(self) -> None:
        """Let go; a second time does nothing."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.close(descriptor)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def share(folder: Path) -> Hold:
    """Hold a folder beside others; waits while somebody takes it away. Where there are no locks, it holds nothing."""
    with contextlib.suppress(OSError):
        return Hold(_lock(folder, fcntl.LOCK_SH))
    return Hold(None)


def alone(folder: Path) -> Hold | None:
    """Hold a folder that nobody else holds; None when somebody does. Raises OSError where there are no locks."""
    try:
        return Hold(_lock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB))
    except BlockingIOError:
        return None


def _lock(folder: Path, kind: int) -> int:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, kind)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor
