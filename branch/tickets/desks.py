"""What a teller does at a desk: call, recall, park, transfer, finish, undo; and the desk's own day."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from branch import clock
from branch.errors import Conflict, NotFound, NothingToUndo, TooLate, WrongState
from branch.people.models import Branch, Desk
from branch.tickets.models import (
    OPEN_STATES,
    Outcome,
    ParkReason,
    Priority,
    Service,
    Ticket,
    TicketState,
)
from branch.tickets.moves import as_it_is, claim, close_ticket, from_json, get_ticket, move, tell_move
from branch.tickets.order import next_streak
from branch.tickets.services import call_next, called_to, desk_at_work, issue_ticket, open_ticket
from branch.visits.models import EventKind
from branch.visits.services import open_visit

RETURN_WITHIN = timedelta(minutes=15)


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


def customer_at(session: Session, desk_id: str) -> Ticket | None:
    """Who was called to this desk and is not finished."""
    here = select(Ticket).where(Ticket.desk_id == desk_id, Ticket.state == TicketState.CALLED)
    return session.scalar(here.order_by(Ticket.called_at.desc()).limit(1))


def _mine(session: Session, desk_id: str, ticket_id: str) -> Ticket:
    """The ticket, if it was called to this desk and is still there; otherwise WrongState."""
    ticket = get_ticket(session, ticket_id)
    if ticket.state != TicketState.CALLED or ticket.desk_id != desk_id:
        raise WrongState()
    return ticket


def next_customer(session: Session, desk_id: str, seen: str | None = None) -> Ticket:
    """Finish with the one at the desk and call the next; where nobody waits, nothing changes.

    `seen` is the ticket the teller's page showed, "" for none: a second tap on an old page raises Conflict.
    """
    desk = desk_at_work(session, desk_id)
    here = customer_at(session, desk_id)
    _as_seen(here, seen)
    done = _finish_for_next(session, desk, here)
    ticket = call_next(session, desk_id)
    _join(desk, done)
    return ticket


def call_given(session: Session, desk_id: str, ticket_id: str, seen: str | None = None) -> Ticket:
    """Call a ticket out of turn, or back from parking; who does so is in the thread."""
    desk = desk_at_work(session, desk_id)
    here = customer_at(session, desk_id)
    _as_seen(here, seen)
    done = _finish_for_next(session, desk, here)
    with acting(session, desk_id, "called") as action:
        ticket = _of_today(session, get_ticket(session, ticket_id), desk)
        action.move(ticket, EventKind.TICKET_CALLED, {"given": True}, **called_to(desk))
    desk.priority_streak = next_streak(desk.priority_streak, ticket.priority)
    _join(desk, done)
    return ticket


def _as_seen(here: Ticket | None, seen: str | None) -> None:
    if seen is not None and seen != (here.id if here else ""):
        raise Conflict()


def _finish_for_next(session: Session, desk: Desk, here: Ticket | None) -> list[dict[str, Any]]:
    if here is None:
        return []
    action = Action(session, desk, "finished")
    action.close(here, TicketState.FINISHED, outcome=Outcome.DONE)
    return action.steps


def _join(desk: Desk, done: list[dict[str, Any]]) -> None:
    """Finishing and calling were one tap, so one undo takes both back."""
    desk.last_action = {**(desk.last_action or {}), "steps": [*(desk.last_action or {})["steps"], *done]}


def walk_direct(session: Session, desk_id: str, service_slug: str, language: str = "ko") -> Ticket:
    """Somebody stands at the desk without a number: issue one and call it at once."""
    desk = desk_at_work(session, desk_id)
    if customer_at(session, desk_id) is not None:
        raise WrongState()
    visit = open_visit(session, desk.branch_id, "kiosk", language)
    ticket = issue_ticket(session, visit.id, service_slug)
    with acting(session, desk_id, "walked_in") as action:
        return action.move(ticket, EventKind.TICKET_CALLED, {"direct": True}, **called_to(desk))


def recall(session: Session, desk_id: str, ticket_id: str) -> Ticket:
    """Call the same number once more; how often is counted."""
    with acting(session, desk_id, "recalled") as action:
        ticket = _mine(session, desk_id, ticket_id)
        again = ticket.recalls + 1
        told = {"recalls": again}
        return action.move(ticket, EventKind.TICKET_RECALLED, told, recalls=again, recalled_at=clock.now())


def park(session: Session, desk_id: str, ticket_id: str, reason: ParkReason) -> Ticket:
    """Let the customer step aside; they come back to the front of their class."""
    with acting(session, desk_id, "parked") as action:
        ticket = _mine(session, desk_id, ticket_id)
        told = {"reason": str(reason)}
        return action.move(
            ticket, EventKind.TICKET_PARKED, told, state=TicketState.PARKED, park_reason=reason
        )


def finish(session: Session, desk_id: str, ticket_id: str, outcome: Outcome = Outcome.DONE) -> Ticket:
    """The business at this desk has ended, in one of the ways it can."""
    with acting(session, desk_id, "finished") as action:
        ticket = _mine(session, desk_id, ticket_id)
        return action.close(ticket, TicketState.FINISHED, outcome=outcome)


def no_show(session: Session, desk_id: str, ticket_id: str) -> Ticket:
    """Nobody came; for a while there is a way back."""
    with acting(session, desk_id, "no_show") as action:
        return action.close(_mine(session, desk_id, ticket_id), TicketState.NO_SHOW)


def transfer_to_service(session: Session, desk_id: str, ticket_id: str, service_slug: str) -> Ticket:
    """Send the customer to another service's line with the same number; the time already waited counts there."""
    with acting(session, desk_id, "transferred") as action:
        ticket = _mine(session, desk_id, ticket_id)
        service = session.get(Service, f"{ticket.branch_id}.{service_slug}")
        if service is None:
            raise NotFound()
        return _send(action, ticket, {"service": service.slug}, service_id=service.id, for_desk_id=None)


def transfer_to_desk(session: Session, desk_id: str, ticket_id: str, to_desk_id: str) -> Ticket:
    """Send the customer to one desk, which alone may call the number then."""
    with acting(session, desk_id, "transferred") as action:
        ticket, to = _mine(session, desk_id, ticket_id), session.get(Desk, to_desk_id)
        if to is None or to.branch_id != ticket.branch_id or not to.open or to.id == desk_id:
            raise NotFound()
        return _send(action, ticket, {"to_desk": to.id, "to_desk_name": to.name}, for_desk_id=to.id)


def _send(action: Action, ticket: Ticket, told: dict[str, Any], **changes: Any) -> Ticket:
    back_in_line = {
        "state": TicketState.WAITING,
        "desk_id": None,
        "called_at": None,
        "recalled_at": None,
        "returned_at": None,
    }
    return action.move(ticket, EventKind.TICKET_TRANSFERRED, told, **back_in_line, **changes)


def refer_to_expert(session: Session, desk_id: str, ticket_id: str, topic: str) -> Ticket:
    """The customer goes on with a remote expert by video; the desk's part is over and the thread says so."""
    with acting(session, desk_id, "referred") as action:
        ticket = _mine(session, desk_id, ticket_id)
        over = {"state": TicketState.FINISHED, "closed_at": clock.now(), "outcome": Outcome.EXPERT}
        return action.move(ticket, EventKind.TICKET_REFERRED, {"topic": topic}, **over)


def come_back(session: Session, ticket_id: str, within: timedelta = RETURN_WITHIN) -> Ticket:
    """From parking, or from a no-show while its time lasts, to the front of the class. Raises TooLate and WrongState."""
    ticket = get_ticket(session, ticket_id)
    if ticket.state not in {TicketState.PARKED, TicketState.NO_SHOW}:
        raise WrongState()
    if ticket.state == TicketState.NO_SHOW:
        _may_return(session, ticket, within)
    back = {"state": TicketState.WAITING, "returned_at": clock.now(), "closed_at": None, "park_reason": None}
    return move(
        session,
        ticket,
        EventKind.TICKET_RETURNED,
        None,
        **back,
        desk_id=None,
        called_at=None,
        recalled_at=None,
    )


def _may_return(session: Session, ticket: Ticket, within: timedelta) -> None:
    if ticket.closed_at is None or clock.now() > ticket.closed_at + within:
        raise TooLate()
    if open_ticket(session, ticket.visit_id) is not None:
        raise WrongState()


def set_priority(session: Session, ticket_id: str, priority: Priority | None) -> Ticket:
    """Say, or take back, why this ticket goes first; asking for what is so already changes nothing."""
    ticket = get_ticket(session, ticket_id)
    if ticket.priority == priority:
        return ticket
    if ticket.state not in OPEN_STATES:
        raise WrongState()
    told = {"priority": str(priority) if priority else None}
    return move(session, ticket, EventKind.TICKET_PRIORITY, told, priority=priority)


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


def open_desk(session: Session, desk_id: str) -> None:
    """The desk serves again."""
    session.execute(update(Desk).where(Desk.id == desk_id).values(open=True, on_break=False))


def pause_desk(session: Session, desk_id: str) -> None:
    """A short break: nobody is called here, who was sent here waits. Raises WrongState with a customer at the desk."""
    _stop(session, desk_id, on_break=True)


def close_desk(session: Session, desk_id: str) -> None:
    """The desk is done for now; who was sent to it alone goes back to everybody's line."""
    _stop(session, desk_id, on_break=False)
    sent = select(Ticket).where(Ticket.for_desk_id == desk_id, Ticket.state == TicketState.WAITING)
    for ticket in session.scalars(sent).all():
        service = session.get_one(Service, ticket.service_id)
        move(session, ticket, EventKind.TICKET_TRANSFERRED, {"service": service.slug}, for_desk_id=None)


def _stop(session: Session, desk_id: str, *, on_break: bool) -> None:
    desk = session.get(Desk, desk_id, with_for_update=True)
    if desk is None:
        raise NotFound()
    if customer_at(session, desk_id) is not None:
        raise WrongState()
    desk.open, desk.on_break, desk.last_action = False, on_break, None


def _of_today(session: Session, ticket: Ticket, desk: Desk) -> Ticket:
    """A ticket that a desk may call by hand: of this branch and this day."""
    branch = session.get_one(Branch, desk.branch_id)
    if ticket.branch_id != branch.id or ticket.day != clock.business_day(clock.now(), branch.timezone):
        raise WrongState()
    return ticket


def end_of_day(session: Session, branch_id: str) -> int:
    """Close what earlier days left open; returns how many. Doing it again changes nothing."""
    today = clock.business_day(clock.now(), session.get_one(Branch, branch_id).timezone)
    left = select(Ticket).where(
        Ticket.branch_id == branch_id, Ticket.state.in_(OPEN_STATES), Ticket.day < today
    )
    tickets = session.scalars(left).all()
    for ticket in tickets:
        close_ticket(session, ticket.id, TicketState.EXPIRED)
    return len(tickets)
