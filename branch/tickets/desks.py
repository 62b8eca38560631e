"""What a teller does at a desk with a customer's ticket: call, recall, park, transfer, finish."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from branch import clock
from branch.errors import Conflict, NotFound, WrongState
from branch.people.models import Branch, Desk
from branch.tickets.actions import Action, acting
from branch.tickets.calling import call_next, called_to, desk_at_work
from branch.tickets.errands import errands
from branch.tickets.models import Outcome, ParkReason, Priority, Service, Ticket, TicketState
from branch.tickets.moves import get_ticket
from branch.tickets.order import next_streak
from branch.tickets.returns import RETURN_WITHIN
from branch.tickets.services import issue_ticket
from branch.visits.models import EventKind
from branch.visits.services import open_visit, thread


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
    _end(action, here, Outcome.DONE)
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
    """The business at this desk has ended, in one of the ways it can; what else was wished for comes next."""
    with acting(session, desk_id, "finished") as action:
        return _end(action, _mine(session, desk_id, ticket_id), outcome)


def _end(action: Action, ticket: Ticket, outcome: Outcome) -> Ticket:
    """Close the number, or send it to the line of the next service; a service that is gone meanwhile is left out."""
    services = [(slug, f"{ticket.branch_id}.{slug}") for slug in errands(ticket)]
    left = [(slug, service) for slug, service in services if _offered(action.session, service)]
    if not left:
        return action.close(ticket, TicketState.FINISHED, outcome=outcome)
    (slug, service), rest = left[0], ",".join(slug for slug, _ in left[1:]) or None
    told = {"service": slug, "errands": rest}
    return _send(action, ticket, told, service_id=service, for_desk_id=None, errands=rest)


def _offered(session: Session, service_id: str) -> Service | None:
    service = session.get(Service, service_id)
    return None if service is None or service.retired else service


def no_show(session: Session, desk_id: str, ticket_id: str, within: timedelta = RETURN_WITHIN) -> Ticket:
    """Nobody came; so long there is a way back."""
    with acting(session, desk_id, "no_show") as action:
        ticket = _mine(session, desk_id, ticket_id)
        return action.close(ticket, TicketState.NO_SHOW, kept_until=clock.now() + within)


def transfer_to_service(session: Session, desk_id: str, ticket_id: str, service_slug: str) -> Ticket:
    """Send the customer to another service's line with the same number; the time already waited counts there."""
    with acting(session, desk_id, "transferred") as action:
        ticket = _mine(session, desk_id, ticket_id)
        service = _offered(session, f"{ticket.branch_id}.{service_slug}")
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


def say_priority(session: Session, desk_id: str, ticket_id: str, priority: Priority | None) -> Ticket:
    """Say, or take back, why the customer at the desk goes first, wherever they are sent; said again it changes nothing."""
    ticket = _mine(session, desk_id, ticket_id)
    if ticket.priority == priority:
        return ticket
    with acting(session, desk_id, "priority") as action:
        told = {"priority": str(priority) if priority else None}
        return action.move(ticket, EventKind.TICKET_PRIORITY, told, priority=priority)


def refer_to_expert(session: Session, desk_id: str, ticket_id: str, topic: str) -> Ticket:
    """The customer goes on with a remote expert by video; the desk's part is over and the thread says so."""
    with acting(session, desk_id, "referred") as action:
        ticket = _mine(session, desk_id, ticket_id)
        over = {"state": TicketState.FINISHED, "closed_at": clock.now(), "outcome": Outcome.EXPERT}
        return action.move(ticket, EventKind.TICKET_REFERRED, {"topic": topic}, **over)


def referred_to(session: Session, ticket: Ticket) -> str | None:
    """The topic whose expert goes on with this ticket's holder; None for a ticket that ended otherwise."""
    if ticket.state != TicketState.FINISHED or ticket.outcome != Outcome.EXPERT:
        return None
    told = [event for event in thread(session, ticket.visit_id) if event.kind == EventKind.TICKET_REFERRED]
    return str(told[-1].payload.get("topic", "")) if told else None


def _of_today(session: Session, ticket: Ticket, desk: Desk) -> Ticket:
    """A ticket that a desk may call by hand: of this branch and this day."""
    branch = session.get_one(Branch, desk.branch_id)
    if ticket.branch_id != branch.id or ticket.day != clock.business_day(clock.now(), branch.timezone):
        raise WrongState()
    return ticket
