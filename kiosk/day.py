"""What the clock alone changes: yesterday's tickets are closed, agreed times come, and screens follow the hours."""

import threading
from collections.abc import Callable

import structlog

from branch import clock
from branch.appointments import arriving as appointments
from branch.content.appointments import AppointmentRules
from branch.database import Database
from branch.tickets.services import open_services
from branch.tickets.workday import end_of_day

log = structlog.get_logger()
LOOK_EVERY = 60.0  # seconds


class DayEnd:
    """Looks once at the start and once a minute; runs in its own thread (a greenlet under gevent).

    `on_turn` is called when other services are open than at the last look.
    """

    def __init__(
        self, database: Database, branch_id: str, on_turn: Callable[[], None], rules: AppointmentRules
    ) -> None:
        self._database = database
        self._branch_id = branch_id
        self._on_turn = on_turn
        self._rules = rules
        self._open: frozenset[str] | None = None
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
        """Close what earlier days left open, and see whose agreed time has come; returns how many were closed."""
        with self._database.transaction() as session:
            closed = end_of_day(session, self._branch_id)
            appointments.look(session, self._rules, self._branch_id)
        if closed:
            log.info("yesterday's tickets closed", count=closed)
        self._look_at_doors()
        return closed

    def _look_at_doors(self) -> None:
        with self._database.reading() as session:
            now = open_services(session, self._branch_id, clock.now())
        if self._open is not None and now != self._open:
            self._on_turn()
        self._open = now

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self.look()
            except Exception:
                log.exception("yesterday's tickets stay open for now")
            self._stopping.wait(LOOK_EVERY)
