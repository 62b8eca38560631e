"""The end of the branch's day: what was left open yesterday is closed, without anybody having to think of it."""

import threading

import structlog

from branch.database import Database
from branch.tickets.workday import end_of_day

log = structlog.get_logger()
LOOK_EVERY = 60.0  # seconds


class DayEnd:
    """Looks once at the start and once a minute; runs in its own thread (a greenlet under gevent)."""

    def __init__(self, database: Database, branch_id: str) -> None:
        self._database = database
        self._branch_id = branch_id
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="day", daemon=True)

    def start(self) -> None:
        """Begin looking."""
        self._thread.start()

    def stop(self) -> None:
        """Stop looking; returns when it has stopped."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(timeout=2)

    def look(self) -> int:
        """Close what earlier days left open; returns how many."""
        with self._database.transaction() as session:
            closed = end_of_day(session, self._branch_id)
        if closed:
            log.info("yesterday's tickets closed", count=closed)
        return closed

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self.look()
            except Exception:
                log.exception("yesterday's tickets stay open for now")
            self._stopping.wait(LOOK_EVERY)
