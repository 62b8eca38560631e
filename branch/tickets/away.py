"""A number whose holder is not here: taken on the way, checked in on arrival, left for a moment, given back.

Whoever is away keeps the place of their number and is passed over. Who comes later than the place is kept stands at the
end of the line, with the same number.
"""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from branch import clock
from branch.errors import BadInput, WrongState
from branch.tickets.errors import TicketNotFound, TicketOfAnotherDay, TooLate
from branch.tickets.models import OPEN_STATES, ParkReason, Ticket, TicketState
from branch.tickets.moves import as_it_is, from_json, get_ticket, move
from branch.tickets.numbers import place_in_time
from branch.tickets.services import ByPhone, issue_ticket, open_ticket
from branch.tickets.wait import known, situation
from branch.visits.models import EventKind, VisitEvent

TRAVELS = (0, 10, 20, 30, 60)  # minutes
OUTINGS = (5, 10, 20, 30)  # minutes
UNDO_WITHIN = timedelta(seconds=30)


def take_from_afar(
    session: Session, visit_id: str, service: str, request: str, kept: timedelta | None
) -> Ticket:
    """A number for a phone; `kept` is how long its place is kept, None for somebody who is in the branch already.

    Asking again returns the open one. Raises NotFound and ServiceClosed.
    """
    until = clock.now() + kept if kept is not None else None
    return issue_ticket(session, visit_id, service, by_phone=ByPhone(request, until))


def away_today(branch_id: str, today: date) -> ColumnElement[bool]:
    """A condition: tickets of the branch whose holders keep a place in the line and are not here."""
    is_out = (Ticket.state == TicketState.PARKED) & (Ticket.park_reason == ParkReason.OUT)
    here = (Ticket.branch_id == branch_id) & (Ticket.day == today)
    return here & (is_out | (Ticket.state == TicketState.ON_THE_WAY))


def find_by_number(session: Session, branch_id: str, letter: str, serial: int) -> Ticket:
    """Today's ticket of that number. Raises TicketNotFound, also for one that nobody can check in any more."""
    today = known(session, branch_id).today()
    wanted = select(Ticket).where(Ticket.branch_id == branch_id, Ticket.day == today, Ticket.letter == letter)
    ticket = session.scalar(wanted.where(Ticket.serial == serial, Ticket.state.in_(OPEN_STATES)))
    if ticket is None:
        raise TicketNotFound()
    return ticket


def arrive(session: Session, ticket_id: str) -> Ticket:
    """The holder is here: into the line, at the kept place or, after its time, at the end. Raises WrongState.

    Who stands in the line or at a desk already changes nothing; a number of another day raises TicketOfAnotherDay.
    """
    ticket = get_ticket(session, ticket_id)
    if ticket.day != known(session, ticket.branch_id).today():
        raise TicketOfAnotherDay()
    if ticket.state in {TicketState.WAITING, TicketState.CALLED}:
        return ticket
    if not ticket.is_away:
        raise WrongState()
    place = _place(session, ticket)
    told = {"late": place != ticket.issued_at, "issued_at": place.isoformat()}
    return move(
        session,
        ticket,
        EventKind.TICKET_ARRIVED,
        told,
        **{"state": TicketState.WAITING, "kept_until": None, "park_reason": None, "issued_at": place},
    )


def _place(session: Session, ticket: Ticket) -> datetime:
    now = clock.now()
    if ticket.kept_until is None or now <= ticket.kept_until:
        return ticket.issued_at
    return place_in_time(now, situation(session, ticket.branch_id).newest)


def step_out(session: Session, ticket_id: str, minutes: int) -> Ticket:
    """The holder leaves for so many minutes, one of OUTINGS. Raises BadInput, and WrongState unless they wait."""
    if minutes not in OUTINGS:
        raise BadInput()
    ticket = get_ticket(session, ticket_id)
    if ticket.state != TicketState.WAITING:
        raise WrongState()
    until = clock.now() + timedelta(minutes=minutes)
    return move(
        session,
        ticket,
        EventKind.TICKET_OUT,
        {"kept_until": until.isoformat()},
        **{"state": TicketState.PARKED, "park_reason": ParkReason.OUT, "kept_until": until},
    )


def give_back(session: Session, ticket_id: str) -> Ticket:
    """The holder needs the number no more; for a moment this can be undone. Doing it twice changes nothing."""
    ticket = get_ticket(session, ticket_id)
    if ticket.state == TicketState.CANCELLED:
        return ticket
    told = {"was": as_it_is(ticket)}
    gone = {"state": TicketState.CANCELLED, "closed_at": clock.now()}
    return move(session, ticket, EventKind.TICKET_CANCELLED, told, **gone)


def keep_after_all(session: Session, ticket_id: str) -> Ticket:
    """Undo giving back: the number stands where it stood. Raises TooLate, and WrongState where nothing can be undone."""
    ticket = get_ticket(session, ticket_id)
    before = _before_giving_back(session, ticket)
    if ticket.state != TicketState.CANCELLED or before is None or ticket.closed_at is None:
        raise WrongState()
    if clock.now() > ticket.closed_at + UNDO_WITHIN or open_ticket(session, ticket.visit_id) is not None:
        raise TooLate()
    return move(session, ticket, EventKind.TICKET_UNDONE, {"restored": before}, **from_json(before))


def undo_until(session: Session, ticket: Ticket) -> datetime | None:
    """Until when giving the number back can still be undone; None when there is nothing to undo."""
    if ticket.state != TicketState.CANCELLED or ticket.closed_at is None:
        return None
    until = ticket.closed_at + UNDO_WITHIN
    return until if clock.now() < until and _before_giving_back(session, ticket) else None


def _before_giving_back(session: Session, ticket: Ticket) -> dict[str, Any] | None:
    """What the ticket was, as its own event kept it; a number that was being served does not come back."""
    given_back = select(VisitEvent).where(
        VisitEvent.visit_id == ticket.visit_id, VisitEvent.kind == EventKind.TICKET_CANCELLED
    )
    newest = session.scalars(given_back.order_by(VisitEvent.at.desc()).limit(1)).one_or_none()
    before = newest.payload.get("was") if newest and newest.payload.get("ticket") == ticket.id else None
    return before if before and before["state"] != TicketState.CALLED else None
