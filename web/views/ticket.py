"""What a phone does with its number: go out, come back, give it back, and undo that. The branch decides, the page shows."""

from datetime import datetime

from flask import Blueprint, request, session
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from branch.errors import BadInput
from branch.tickets.errors import TicketNotFound
from branch.tickets.models import Ticket
from branch.tickets.requests import ask_branch
from branch.tickets.services import latest_ticket
from web import answers
from web.context import Centre


def blueprint(centre: Centre) -> Blueprint:
    """Routes under `/visit/ticket`."""
    pages, acts = Blueprint("ticket", __name__, url_prefix="/visit/ticket"), TicketActs(centre)
    often = centre.limiter.shared_limit("30 per minute", scope="ticket")
    for rule, act in (
        ("out", acts.out),
        ("back", acts.back),
        ("give-back", acts.give_back),
        ("keep", acts.keep),
        ("errands", acts.errands),
    ):
        pages.post(f"/{rule}")(often(act))
    return pages


class TicketActs:
    """One tap each; every one is asked of the branch and refused kindly while it cannot be reached."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre

    def out(self) -> ResponseReturnValue:
        minutes = request.form.get("minutes", "")
        if not minutes.isdecimal():
            raise BadInput()
        return self.ask("ticket.out", minutes=int(minutes))

    def back(self) -> ResponseReturnValue:
        return self.ask("ticket.back")

    def give_back(self) -> ResponseReturnValue:
        return self.ask("ticket.give_back")

    def keep(self) -> ResponseReturnValue:
        return self.ask("ticket.keep")

    def errands(self) -> ResponseReturnValue:
        return self.ask("ticket.errands", service=request.form.get("service", "")[:40])

    def ask(self, kind: str, **payload: object) -> ResponseReturnValue:
        """Ask it of the branch for this browser's newest ticket, and show the visit with the answer."""
        with self._centre.database.transaction() as work:
            ticket = _newest(work)
            before = _as_shown(ticket)
            ask_branch(work, ticket.branch_id, kind, ticket=ticket.id, **payload)
        came = answers.comes(self._centre, lambda work: _as_shown(_newest(work)) != before)
        return answers.to_visit(came)


def _newest(work: Session) -> Ticket:
    ticket = latest_ticket(work, session["visit"])
    if ticket is None:
        raise TicketNotFound()
    return ticket


def _as_shown(ticket: Ticket) -> tuple[str, str, datetime | None, str | None]:
    return ticket.id, ticket.state, ticket.kept_until, ticket.errands
