"""Printing a ticket once it is committed: in the background, a few times, and never in the ticket's way."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Protocol

import structlog

from branch.bus import Fact
from hardware.client import AgentError, Printed, Slip

log = structlog.get_logger()
PAUSES = (1.0, 3.0, 6.0)  # seconds between tries
REMEMBERED = 500
HOPELESS = frozenset({"printer.bad_job", "agent.bad_key"})


class PrintState(StrEnum):
    """What the kiosk can say about the paper; the ticket itself is true in every state."""

    PRINTING = "printing"
    PRINTED = "printed"
    SIMULATED = "simulated"
    FAILED = "failed"


class Printer(Protocol):
    """What prints: a device agent."""

    def print_ticket(self, slip: Slip) -> Printed: ...


class Printing:
    """Reacts to issued tickets; the ticket's id is the job's name, so that no try prints a second slip."""

    def __init__(
        self,
        printer: Printer,
        compose: Callable[[str], Slip],
        changed: Callable[[str], None],
        pauses: Sequence[float] = PAUSES,
    ) -> None:
        """`compose` writes the slip of a ticket id; `changed` is told the visit whose paper has news."""
        self._printer = printer
        self._compose = compose
        self._changed = changed
        self._pauses = pauses
        self._states: OrderedDict[str, PrintState] = OrderedDict()
        self._stopping = threading.Event()

    def react(self, fact: Fact) -> None:
        """Handler of `ticket.issued`: begin to print and return at once."""
        ticket = str(fact.payload["ticket"])
        self._note(ticket, PrintState.PRINTING)
        threading.Thread(target=self._print, args=(ticket, fact.visit), daemon=True).start()

    def state(self, ticket_id: str) -> PrintState | None:
        """How the paper of a ticket stands; None when this process has not printed it."""
        return self._states.get(ticket_id)

    def stop(self) -> None:
        """Give up waiting for a printer that does not answer."""
        self._stopping.set()

    def _print(self, ticket: str, visit: str) -> None:
        state = PrintState.FAILED
        try:
            state = self._try(self._compose(ticket))
        except Exception:
            log.exception("slip could not be written", ticket=ticket)
        self._note(ticket, state)
        log.info("slip", ticket=ticket, visit=visit, state=str(state))
        self._changed(visit)

    def _try(self, slip: Slip) -> PrintState:
        for pause in (*self._pauses, None):
            try:
                printed = self._printer.print_ticket(slip)
                return PrintState.SIMULATED if printed.simulated else PrintState.PRINTED
            except AgentError as error:
                log.warning("print failed", ticket=slip.job, code=error.code)
                if error.code in HOPELESS or pause is None or self._stopping.wait(pause):
                    break
        return PrintState.FAILED

    def _note(self, ticket: str, state: PrintState) -> None:
        self._states[ticket] = state
        while len(self._states) > REMEMBERED:
            self._states.popitem(last=False)
