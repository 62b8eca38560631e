"""What happened, told inside one process after it was committed."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import structlog

log = structlog.get_logger()


@dataclass(frozen=True)
class Fact:
    """One committed event: its kind, whose visit it belongs to, and its JSON payload."""

    id: str
    kind: str
    visit: str
    at: datetime
    payload: dict[str, object] = field(default_factory=dict)


Handler = Callable[[Fact], None]


class Bus:
    """Calls the handlers of a fact's kind, in the order they subscribed; one that fails does not stop the others."""

    def __init__(self) -> None:
        self._handlers: dict[str, list[Handler]] = defaultdict(list)

    def subscribe(self, kind: str, handler: Handler) -> None:
        """Call `handler` for every fact of `kind`; kind "*" means all."""
        self._handlers[kind].append(handler)

    def publish(self, fact: Fact) -> None:
        """Tell everyone concerned; an exception of a handler is logged, since the fact is already true."""
        for handler in (*self._handlers[fact.kind], *self._handlers["*"]):
            try:
                handler(fact)
            except Exception:
                log.exception("reaction failed", kind=fact.kind, visit=fact.visit)
