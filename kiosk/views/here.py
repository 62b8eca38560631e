"""Checking in at the branch: a QR for the phone that holds a number, and typing the number where none is at hand."""

import re

from flask import Blueprint, Response, render_template, request, session
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as WerkzeugResponse

from branch import clock
from branch.appointments.arriving import by_number, check_in, is_time
from branch.appointments.models import Appointment
from branch.slips.services import order_slip
from branch.tickets.away import arrive, find_by_number
from branch.tickets.door import door_code
from branch.tickets.errors import TicketNotFound
from branch.tickets.models import Ticket
from branch.tickets.services import letters_of
from branch.tickets.wait import expected, known
from kiosk.context import Hub
from kiosk.devices import this_device
from kiosk.frame import go
from signaling.qr import picture

WRONG_NUMBERS = "5 per minute"
NUMBER = re.compile(r"^\s*([A-Za-z])\s*-?\s*(\d{1,3})\s*$")
APPOINTMENT = re.compile(r"^\d{6}$")
ARRIVED = "arrived"


def failed(response: Response) -> bool:
    """Only numbers that nobody holds count as guesses."""
    return response.status_code == 404


def blueprint(hub: Hub) -> Blueprint:
    """`/here`: type a number; `/here.svg`: the code of this minute."""
    pages = Blueprint("here", __name__)

    @pages.get("/here.svg")
    def code() -> Response:
        key = hub.settings.link_key.get_secret_value()
        shown = door_code(hub.branch.id, key, clock.now())
        url = f"{hub.settings.phone_url}/here/{hub.branch.id}/{shown}"
        return Response(picture(url), mimetype="image/svg+xml")

    @pages.get("/here")
    def show() -> str:
        with hub.reading() as work:
            letters = letters_of(work, hub.branch.id, known(work, hub.branch.id).today())
        return render_template("here.html", letters=letters)

    @pages.post("/here")
    @hub.limiter.limit(WRONG_NUMBERS, deduct_when=failed)
    def check_in() -> WerkzeugResponse:
        device = this_device(hub)
        with hub.writing() as work:
            ticket = _welcomed(hub, work, request.form.get("number", ""))
            if not ticket.by_phone:
                order_slip(work, ticket.id, device.id if device else None)
            session[ARRIVED] = ticket.id
        hub.printing.wake()
        return go("here.welcome")

    @pages.get("/here/welcome")
    def welcome() -> WerkzeugResponse | str:
        with hub.reading() as work:
            ticket = work.get(Ticket, session.get(ARRIVED, ""))
            if ticket is None:
                return go("here.show")
            appointment = work.scalar(select(Appointment).where(Appointment.ticket_id == ticket.id))
            return render_template(
                "welcome.html",
                ticket=ticket,
                wait=expected(work, ticket),
                appointment=appointment,
                rules=hub.catalogue.appointments,
                late=appointment is not None and ticket.issued_at > appointment.starts_at,
            )

    return pages


def _welcomed(hub: Hub, work: Session, number: str) -> Ticket:
    """Six digits are an appointment's; everything else is a ticket's, or nothing."""
    digits = re.sub(r"[\s-]", "", number)
    if not APPOINTMENT.match(digits):
        return arrive(work, find_by_number(work, hub.branch.id, *_typed(number)).id)
    appointment = by_number(work, hub.branch.id, digits)
    first = is_time(hub.catalogue.appointments, appointment.starts_at, clock.now())
    return check_in(work, appointment, first=first)


def _typed(number: str) -> tuple[str, int]:
    """Letter and serial of a number as people type it: A-012, a12. Raises TicketNotFound for anything else."""
    found = NUMBER.match(number)
    if found is None:
        raise TicketNotFound()
    return found[1].upper(), int(found[2])
