"""Taking a number: choose a service, see the number, the people ahead, the wait and the paper."""

from dataclasses import dataclass

from flask import Blueprint, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from branch.content.catalogue import in_language
from branch.people.models import Desk
from branch.tickets.models import Service, Ticket
from branch.tickets.services import issue_ticket, latest_ticket, open_ticket
from branch.tickets.wait import Wait, estimate, people_ahead
from kiosk import handoff
from kiosk.context import Hub
from kiosk.frame import go
from kiosk.lobby import service_waits
from kiosk.visitor import the_visit
from signaling.names import desk_name
from signaling.surface import language


@dataclass(frozen=True)
class Shown:
    """A ticket as the screen shows it."""

    id: str
    number: str
    service: str
    state: str
    wait: Wait
    desk: str | None


def blueprint(hub: Hub) -> Blueprint:
    """A visit has one open ticket; tapping twice shows the same one."""
    pages = Blueprint("ticket", __name__)

    @pages.get("/ticket")
    def services() -> Response | str:
        with hub.reading() as work:
            if open_ticket(work, the_visit()) is not None:
                return go("ticket.issued")
            waits = service_waits(work, hub.branch, language())
        return render_template("ticket_services.html", services=waits, suggested=request.args.get("for"))

    @pages.post("/ticket")
    @hub.limiter.limit("30 per minute")
    def take() -> Response:
        with hub.writing() as work:
            issue_ticket(work, the_visit(), request.form.get("service", ""))
        return go("ticket.issued")

    @pages.get("/ticket/issued")
    def issued() -> Response | str:
        with hub.reading() as work:
            ticket = latest_ticket(work, the_visit())
            if ticket is None:
                return go("ticket.services")
            shown = _shown(work, ticket)
        return render_template(
            "ticket_issued.html",
            ticket=shown,
            paper=hub.printing.state(shown.id),
            handoff=handoff.current(hub),
        )

    return pages


def _shown(session: Session, ticket: Ticket) -> Shown:
    service = session.get_one(Service, ticket.service_id)
    desk = session.get(Desk, ticket.desk_id) if ticket.desk_id else None
    return Shown(
        id=ticket.id,
        number=ticket.number,
        service=in_language(service.name, language()),
        state=str(ticket.state),
        wait=estimate(session, service, people_ahead(session, ticket)),
        desk=desk_name(desk.name, language()) if desk else None,
    )
