"""One thing a teller does as one action, which the desk remembers and can undo."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from branch import clock
from branch.errors import Conflict
from branch.people.models import Desk
from branch.tickets.calling import desk_at_work
from branch.tickets.errors import NothingToUndo
from branch.tickets.models import Ticket, TicketState
from branch.tickets.moves import as_it_is, claim, close_ticket, from_json, get_ticket, move, tell_move
from branch.visits.models import EventKind


@dataclass
class Action:
    """One thing a teller does, which may move two tickets, and which can be undone as one."""

    session: Session
    desk: Desk
    name: str
    steps: list[dict[str, Any]] = field(default_factory=list)
    number: str = ""

    def move(
        self, ticket: Ticket, kind: EventKind, told: dict[str, Any] | None = None, **changes: Any
    ) -> Ticket:
        """Move a ticket so that undo can put it back."""
        before = as_it_is(ticket)
        move(self.session, ticket, kind, told, **changes)
        self.steps.append({"ticket": ticket.id, "moves": ticket.moves, "before": before})
        self.number = ticket.number
        return ticket

    def close(self, ticket: Ticket, to: TicketState, **changes: Any) -> Ticket:
        """Close a ticket so that undo can open it again."""
        before = as_it_is(ticket)
        close_ticket(self.session, ticket.id, to, **changes)
        self.steps.append({"ticket": ticket.id, "moves": ticket.moves, "before": before})
        self.number = ticket.number
        return ticket


@contextmanager
def acting(session: Session, desk_id: str, name: str) -> Iterator[Action]:
    """An action of a desk at work: the desk is locked, and remembers what was done."""
    desk = desk_at_work(session, desk_id)
    action, streak = Action(session, desk, name), desk.priority_streak
    yield action
    desk.last_action = {"name": name, "number": action.number, "streak": streak, "steps": action.steps}


def undo(session: Session, desk_id: str) -> str:
    """Put back what the desk did last, all of it; returns its name. Raises NothingToUndo.

    A ticket that has moved since, at another desk or by its holder, cannot be put back: Conflict, and nothing changes.
    """
    desk = desk_at_work(session, desk_id)
    last = desk.last_action
    if last is None:
        raise NothingToUndo()
    for step in last["steps"]:
        _put_back(session, step, walked_in=last["name"] == "walked_in")
    desk.priority_streak, desk.last_action = int(last["streak"]), None
    return str(last["name"])


def _put_back(session: Session, step: dict[str, Any], *, walked_in: bool) -> None:
    ticket = get_ticket(session, step["ticket"])
    if ticket.moves != step["moves"]:
        raise Conflict()
    state = TicketState(ticket.state)
    gone = {"state": TicketState.CANCELLED, "closed_at": clock.now()}
    claim(session, ticket, **(gone if walked_in else from_json(step["before"])))
    kind = EventKind.TICKET_CANCELLED if walked_in else EventKind.TICKET_UNDONE
    tell_move(session, ticket, state, kind, restored=as_it_is(ticket))
