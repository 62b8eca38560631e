"""What changes a waiting ticket without a desk: coming back to the line, and a reason to go first."""

from datetime import timedelta

from sqlalchemy.orm import Session

from branch import clock
from branch.errors import WrongState
from branch.tickets.away import arrive
from branch.tickets.errors import TooLate
from branch.tickets.models import OPEN_STATES, Priority, Ticket, TicketState
from branch.tickets.moves import get_ticket, move
from branch.tickets.services import open_ticket
from branch.visits.models import EventKind

RETURN_WITHIN = timedelta(minutes=15)


def come_back(session: Session, ticket_id: str) -> Ticket:
    """From parking, or from a no-show while its time lasts, to the front of the class. Raises TooLate and WrongState.

    Who left of their own accord has nothing to be made up for, and stands where their number stands.
    """
    ticket = get_ticket(session, ticket_id)
    if ticket.is_away and ticket.state == TicketState.PARKED:
        return arrive(session, ticket_id)
    if ticket.state not in {TicketState.PARKED, TicketState.NO_SHOW}:
        raise WrongState()
    if ticket.state == TicketState.NO_SHOW:
        _may_return(session, ticket)
    back = {"state": TicketState.WAITING, "returned_at": clock.now(), "closed_at": None, "park_reason": None}
    return move(
        session,
        ticket,
        EventKind.TICKET_RETURNED,
        None,
        **back,
        kept_until=None,
        desk_id=None,
        called_at=None,
        recalled_at=None,
    )


def _may_return(session: Session, ticket: Ticket) -> None:
    if ticket.kept_until is None or clock.now() > ticket.kept_until:
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
