"""What stands on a paper slip: the ticket in the visitor's language, and a code of its own to carry on by phone."""

from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from branch.content.catalogue import in_language
from branch.people.services import get_branch
from branch.slips.models import PaperSlip
from branch.slips.services import code_of
from branch.tickets.models import Service, Ticket
from branch.tickets.wait import people_ahead
from branch.visits.services import get_visit
from hardware.client import Slip


def compose(session: Session, paper: PaperSlip, phone_url: str, secret: str) -> Slip:
    """The slip as the printer draws it; its code lives until the end of the day, since paper is looked at later."""
    ticket = session.get_one(Ticket, paper.ticket_id)
    visit = get_visit(session, ticket.visit_id)
    branch = get_branch(session, ticket.branch_id)
    service = session.get_one(Service, ticket.service_id)
    return Slip(
        job=paper.id,
        language=visit.language,
        branch=branch.name,
        number=ticket.number,
        service=in_language(service.name, visit.language),
        ahead=people_ahead(session, ticket),
        wait=(ticket.promised_low, ticket.promised_high),
        issued_at=ticket.issued_at.astimezone(ZoneInfo(branch.timezone)).isoformat(),
        url=f"{phone_url}/v/{code_of(session, paper, secret)}",
        reprint=paper.reprint,
    )
