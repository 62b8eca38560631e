"""Printing slips that are committed: one worker a printer, the oldest slip first, again and again until it is on paper."""

import threading
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Protocol

import structlog
from sqlalchemy.orm import Session

from branch.database import Database
from branch.slips.models import PaperSlip, SlipState
from branch.slips.services import is_wanted, line, settle
from branch.tickets.models import Ticket
from hardware.client import AgentError, Printed, Slip

log = structlog.get_logger()
PAUSES = (1.0, 2.0, 4.0, 8.0)  # seconds between tries; the last one for ever
HOPELESS = frozenset({"printer.bad_job"})
SECONDS_TO_FINISH = 2.0


class PaperState(StrEnum):
    """What the kiosk can say about the paper; the ticket itself is true in every state."""

    PRINTING = "printing"
    DELAYED = "delayed"
    PRINTED = "printed"
    SIMULATED = "simulated"
    FAILED = "failed"


def paper_state(slip: PaperSlip) -> PaperState:
    """How a slip stands, for the visitor it belongs to."""
    if slip.state == SlipState.WAITING:
        return PaperState.DELAYED if slip.trouble else PaperState.PRINTING
    if slip.state == SlipState.DROPPED:
        return PaperState.FAILED
    return PaperState.SIMULATED if slip.simulated else PaperState.PRINTED


class Printer(Protocol):
    """What prints: a device agent."""

    def print_ticket(self, slip: Slip) -> Printed: ...


class Printing:
    """Works off the slips in the database; the slip's id is the job's name, so that no try prints a second one unmarked."""

    def __init__(
        self,
        database: Database,
        printer_at: Callable[[str | None], Printer],
        compose: Callable[[Session, PaperSlip], Slip],
        changed: Callable[[str], None],
        pauses: Sequence[float] = PAUSES,
    ) -> None:
        """`printer_at` gives the printer of an agent's address; `changed` is told the visit whose paper has news."""
        self._database = database
        self._printer_at = printer_at
        self._compose = compose
        self._changed = changed
        self._pauses = pauses
        self._workers: dict[str | None, threading.Thread] = {}
        self._turn = threading.Lock()
        self._stopping = threading.Event()

    def wake(self) -> None:
        """There may be slips to print: after each order, and at the start for those that a power cut left."""
        with self._turn:
            for agent in self._waiting_at():
                if agent not in self._workers and not self._stopping.is_set():
                    worker = threading.Thread(target=self._work, args=(agent,), name="printing", daemon=True)
                    self._workers[agent] = worker
                    worker.start()

    def stop(self) -> None:
        """Leave what is not printed for the next start."""
        self._stopping.set()
        for worker in list(self._workers.values()):
            worker.join(SECONDS_TO_FINISH)

    def _waiting_at(self) -> set[str | None]:
        with self._database.reading() as session:
            return {agent for _, agent in line(session)}

    def _line(self, agent: str | None) -> list[PaperSlip]:
        with self._database.reading() as session:
            return [slip for slip, at in line(session) if at == agent]

    def _next(self, agent: str | None) -> PaperSlip | None:
        return next(iter(self._line(agent)), None)

    def _work(self, agent: str | None) -> None:
        printer, failures = self._printer_at(agent), 0
        while not self._stopping.is_set():
            slip = self._next(agent)
            if slip is None:
                if self._has_finished(agent):
                    return
            elif self._print(printer, agent, slip):
                failures = 0
            else:
                self._stopping.wait(self._pauses[min(failures, len(self._pauses) - 1)])
                failures += 1

    def _has_finished(self, agent: str | None) -> bool:
        """With the lock that `wake` takes, so that no slip is ordered in between and forgotten."""
        with self._turn:
            if self._next(agent) is not None:
                return False
            del self._workers[agent]
            return True

    def _print(self, printer: Printer, agent: str | None, slip: PaperSlip) -> bool:
        """One try; true when the slip waits no longer. What holds it up holds up all behind it."""
        try:
            composed = self._composed(slip)
        except Exception:
            log.exception("slip could not be written", slip=slip.id)
            return self._settled(slip, SlipState.DROPPED, trouble="slip.failed")
        if composed is None:
            return self._settled(slip, SlipState.DROPPED, trouble="slip.late")
        try:
            printed = printer.print_ticket(composed)
        except AgentError as error:
            if error.code in HOPELESS:
                return self._settled(slip, SlipState.DROPPED, trouble=error.code)
            for held_up in self._line(agent):
                self._settled(held_up, SlipState.WAITING, trouble=error.code)
            return False
        return self._settled(slip, SlipState.PRINTED, simulated=printed.simulated)

    def _composed(self, slip: PaperSlip) -> Slip | None:
        with self._database.transaction() as session:
            return self._compose(session, slip) if is_wanted(session, slip) else None

    def _settled(
        self, slip: PaperSlip, state: SlipState, *, simulated: bool = False, trouble: str | None = None
    ) -> bool:
        """Write down what became of a try, where that is news."""
        if state is not SlipState.WAITING or trouble != slip.trouble:
            with self._database.transaction() as session:
                settle(session, slip.id, state, simulated=simulated, trouble=trouble)
                visit = session.get_one(Ticket, slip.ticket_id).visit_id
            log.info("slip", slip=slip.id, visit=visit, state=str(state), trouble=trouble)
            self._changed(visit)
        return state is not SlipState.WAITING
