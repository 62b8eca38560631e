"""How far a node is with moving its recordings into the store."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Moving:
    """How the mover is doing. `failure` is the code of what keeps parts here, `since` when it began, in UTC."""

    waiting_parts: int = 0
    waiting_bytes: int = 0
    moved_parts: int = 0
    moved_bytes: int = 0
    failure: str | None = None
    since: str | None = None
