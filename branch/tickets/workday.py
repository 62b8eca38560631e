"""The day of a desk and of the line: opening, a break, closing, and what yesterday left open."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from branch import clock
from branch.errors import NotFound
from branch.people.events import record_in_branch
from branch.people.models import Branch, BranchEventKind, Desk
from branch.tickets.desks import customer_at
from branch.tickets.errors import CustomerAtDesk
from branch.tickets.models import OPEN_STATES, Service, Ticket, TicketState
from branch.tickets.moves import close_ticket, move
from branch.visits.models import EventKind


def open_desk(session: Session, desk_id: str) -> None:
    """The desk serves again; opening an open one changes nothing."""
    shut = update(Desk).where(Desk.id == desk_id, Desk.open.is_(False))
    branch_id = session.scalar(shut.values(open=True, on_break=False).returning(Desk.branch_id))
    if branch_id is not None:
        record_in_branch(session, branch_id, BranchEventKind.DESK_OPENED, desk=desk_id)


def pause_desk(session: Session, desk_id: str) -> None:
    """A short break: nobody is called here, who was sent here waits. Raises CustomerAtDesk."""
    _stop(session, desk_id, on_break=True)


def close_desk(session: Session, desk_id: str) -> None:
    """The desk is done for now; who was sent to it alone goes back to everybody's line. Raises CustomerAtDesk."""
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
        raise CustomerAtDesk()
    desk.open, desk.on_break, desk.last_action = False, on_break, None
    kind = BranchEventKind.DESK_PAUSED if on_break else BranchEventKind.DESK_CLOSED
    record_in_branch(session, desk.branch_id, kind, desk=desk_id)


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
