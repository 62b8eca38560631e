"""Several services in one visit: what a customer still wants to do, with the same number, after the present business."""

from sqlalchemy.orm import Session

from branch.errors import NotFound, WrongState
from branch.tickets.models import OPEN_STATES, Service, Ticket
from branch.tickets.moves import get_ticket, move
from branch.visits.models import EventKind

MOST = 3


def errands(ticket: Ticket) -> list[str]:
    """The slugs of what comes after, in order."""
    return ticket.errands.split(",") if ticket.errands else []


def also_wants(session: Session, ticket_id: str, service_slug: str) -> Ticket:
    """Add a service to what comes after; asking for one that is there takes it out again.

    Raises NotFound for an unknown service, and WrongState for a number that is over, for its own service or a fourth.
    """
    ticket = get_ticket(session, ticket_id)
    service = session.get(Service, f"{ticket.branch_id}.{service_slug}")
    if service is None or service.retired:
        raise NotFound()
    now = errands(ticket)
    wanted = [slug for slug in now if slug != service_slug] if service_slug in now else [*now, service_slug]
    if ticket.state not in OPEN_STATES or service.id == ticket.service_id or len(wanted) > MOST:
        raise WrongState()
    listed = ",".join(wanted) or None
    return move(session, ticket, EventKind.TICKET_ERRANDS, {"errands": listed}, errands=listed)
