"""The counter desk: who waits, calling the next, and answering the bell of a kiosk."""

from flask import Blueprint, render_template, session
from werkzeug.wrappers import Response

from branch.content.catalogue import in_language
from branch.people.models import Desk, Staff
from branch.people.services import get_staff
from branch.tickets.models import Service, TicketState
from branch.tickets.services import call_next, close_ticket
from kiosk import help_calls
from kiosk.context import Hub
from kiosk.errors import NoDesk
from kiosk.frame import go
from kiosk.lobby import at_desk, last_called, line


def blueprint(hub: Hub) -> Blueprint:
    """Pages and forms of tellers; the desk is the one the person is assigned to."""
    pages = Blueprint("desk", __name__, url_prefix="/desk")

    @pages.get("")
    def show() -> str:
        with hub.reading() as work:
            staff = _staff(hub)
            desk = work.get(Desk, staff.desk_id) if staff.desk_id else None
            customer = at_desk(work, desk.id) if desk else None
            service = work.get(Service, customer.service_id) if customer else None
            return render_template(
                "desk.html",
                staff=staff,
                desk=desk,
                customer=customer,
                service=in_language(service.name, "ko") if service else None,
                waiting=line(work, hub.branch, desk),
                calls=help_calls.ringing(work, hub.branch.id),
                called=last_called(work, hub.branch),
            )

    @pages.post("/next")
    def next_customer() -> Response:
        """Calling the next says that the one at the desk is done; where nobody waits, nothing changes."""
        desk = _desk(hub)
        with hub.writing() as work:
            customer = at_desk(work, desk)
            if customer is not None:
                close_ticket(work, customer.id, TicketState.FINISHED)
            call_next(work, desk)
        return go("desk.show")

    @pages.post("/tickets/<ticket>/finish")
    def finish(ticket: str) -> Response:
        with hub.writing() as work:
            close_ticket(work, ticket, TicketState.FINISHED)
        return go("desk.show")

    @pages.post("/tickets/<ticket>/no-show")
    def no_show(ticket: str) -> Response:
        with hub.writing() as work:
            close_ticket(work, ticket, TicketState.NO_SHOW)
        return go("desk.show")

    @pages.post("/help/<visit>")
    def answer(visit: str) -> Response:
        with hub.writing() as work:
            help_calls.answer(work, visit, session["staff"])
        return go("desk.show")

    return pages


def _staff(hub: Hub) -> Staff:
    with hub.reading() as work:
        return get_staff(work, session["staff"])


def _desk(hub: Hub) -> str:
    desk = _staff(hub).desk_id
    if desk is None:
        raise NoDesk()
    return desk
