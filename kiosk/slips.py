"""What stands on a paper slip: the ticket in the visitor's language, and a code to carry on by phone."""

from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from branch.content.catalogue import in_language
from branch.errors import TicketNotFound
from branch.handoff.services import issue_code
from branch.people.services import get_branch
from branch.tickets.models import Service, Ticket
from branch.tickets.wait import people_ahead
from branch.visits.services import get_visit
from hardware.client import Slip


def compose(session: Session, ticket_id: str, phone_url: str) -> Slip:
    """The slip of a ticket; its code lives ten minutes like every other. Raises TicketNotFound."""
    ticket = session.get(Ticket, ticket_id)
    if ticket is None:
        raise TicketNotFound()
    visit = get_visit(session, ticket.visit_id)
    branch = get_branch(session, ticket.branch_id)
    service = session.get_one(Service, ticket.service_id)
    return Slip(
        job=ticket.id,
        language=visit.language,
        branch=branch.name,
        number=ticket.number,
        service=in_language(service.name, visit.language),
        ahead=people_ahead(session, ticket),
        wait=(ticket.promised_low, ticket.promised_high),
        issued_at=ticket.issued_at.astimezone(ZoneInfo(branch.timezone)).isoformat(),
        url=f"{phone_url}/v/{issue_code(session, visit.id)}",
    )
