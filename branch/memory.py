"""What was read from the database a moment ago and may be that old: learned things, never anybody's state."""

import time
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from sqlalchemy.orm import Session

Read = TypeVar("Read")


class Memory:
    """Shared by all sessions of one database; what it holds is read anew when its time is over, and only then."""

    def __init__(self) -> None:
        self._held: dict[Hashable, tuple[float, Any]] = {}

    def recent(self, key: Hashable, life: float, read: Callable[[], Read]) -> Read:
        """What `read` returned within the last `life` seconds, or returns now. The clock on the wall may jump meanwhile."""
        until, held = self._held.get(key, (0.0, None))
        if time.monotonic() < until:
            return held  # type: ignore[no-any-return]
        fresh = read()
        self._held[key] = (time.monotonic() + life, fresh)
        return fresh


def memory_of(session: Session) -> Memory:
    """The memory of the session's database; a session made by hand remembers nothing."""
    return session.info.get("memory") or Memory()
