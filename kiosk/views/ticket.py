"""Taking a number: choose a service, see the number, the people ahead, the wait and the paper."""

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from branch import clock
from branch.content.catalogue import in_language
from branch.errors import BadInput
from branch.people.models import Desk
from branch.slips.services import MOST_BY_VISITOR, latest_slip, order_again, order_slip
from branch.tickets.desks import referred_to
from branch.tickets.errors import TicketNotFound
from branch.tickets.models import Priority, Service, Ticket, TicketState
from branch.tickets.returns import come_back, set_priority
from branch.tickets.services import issue_ticket, latest_ticket, open_ticket
from branch.tickets.wait import Wait, expected
from kiosk import handoff
from kiosk.context import Hub
from kiosk.devices import this_device
from kiosk.frame import go
from kiosk.lobby import service_waits
from kiosk.opening import closed_words, next_open
from kiosk.printing import paper_state
from kiosk.visitor import the_visit
from signaling.names import desk_name
from signaling.surface import language
from signaling.words import PRIORITIES

# What a visitor can say of themselves, in their own words; the desk sees it in a teller's.
SAID: dict[str, str] = {
    Priority.HELP: "움직이거나 보고 듣는 데 도움이 필요해요",
    Priority.SENIOR: "70세 이상이에요",
    Priority.PREGNANT: "임신 중이에요",
}


@dataclass(frozen=True)
class Shown:
    """A ticket as the screen shows it."""

    id: str
    number: str
    service: str
    state: str
    wait: Wait
    desk: str | None
    priority: str | None
    recalls: int
    back_until: datetime | None
    topic: str | None
    """The slug of the topic whose expert goes on where the desk ended."""


def blueprint(hub: Hub) -> Blueprint:
    """A visit has one open ticket; tapping twice shows the same one."""
    pages = Blueprint("ticket", __name__)

    @pages.get("/ticket")
    def services() -> Response | str:
        with hub.reading() as work:
            if open_ticket(work, the_visit()) is not None:
                return go("ticket.issued")
            waits = service_waits(work, hub.branch, language())
            closed = next_open(work, hub.branch.id)
        return render_template(
            "ticket_services.html",
            services=waits,
            suggested=request.args.get("for"),
            closed=closed_words(*closed) if closed else None,
        )

    @pages.post("/ticket")
    @hub.limiter.limit("30 per minute")
    def take() -> Response:
        device = this_device(hub)
        with hub.writing() as work:
            ticket = issue_ticket(work, the_visit(), request.form.get("service", ""))
            order_slip(work, ticket.id, device.id if device else None)
        hub.printing.wake()
        return go("ticket.issued")

    @pages.get("/ticket/issued")
    def issued() -> Response | str:
        with hub.reading() as work:
            ticket = latest_ticket(work, the_visit())
            if ticket is None:
                return go("ticket.services")
            shown = _shown(work, ticket)
            slip = latest_slip(work, ticket.id)
        return render_template(
            "ticket_issued.html",
            ticket=shown,
            paper=paper_state(slip) if slip else None,
            slip=slip,
            most_slips=MOST_BY_VISITOR,
            topic=hub.catalogue.topics.get(shown.topic or ""),
            handoff=handoff.current(hub),
            priority_words=PRIORITIES,
        )

    _say_more(pages, hub)
    _paper(pages, hub)
    return pages


def _say_more(pages: Blueprint, hub: Hub) -> None:
    """What a visitor says of themselves after the number is out: a reason to go first, and that they are back."""

    @pages.get("/ticket/reason")
    def reasons() -> Response | str:
        with hub.reading() as work:
            ticket = open_ticket(work, the_visit())
        if ticket is None:
            return go("ticket.issued")
        return render_template("ticket_reasons.html", reasons=SAID, chosen=ticket.priority)

    @pages.post("/ticket/reason")
    @hub.limiter.limit("30 per minute")
    def say_reason() -> Response:
        """A visitor names the reason; who comes by appointment is known by the appointment."""
        reason = request.form.get("reason", "")
        if reason and reason not in SAID:
            raise BadInput()
        with hub.writing() as work:
            ticket = open_ticket(work, the_visit())
            if ticket is None:
                raise TicketNotFound()
            set_priority(work, ticket.id, Priority(reason) if reason else None)
        return go("ticket.issued")

    @pages.post("/ticket/back")
    def back() -> Response:
        with hub.writing() as work:
            ticket = latest_ticket(work, the_visit())
            if ticket is None:
                raise TicketNotFound()
            come_back(work, ticket.id)
        return go("ticket.issued")


def _paper(pages: Blueprint, hub: Hub) -> None:
    """Another slip for who lost the first."""

    @pages.post("/ticket/paper")
    @hub.limiter.limit("10 per minute")
    def print_again() -> Response:
        """One more slip after the one on the screen; a second tap asks for the same one."""
        seen = request.form.get("seen", "")
        if not seen.isdecimal() or len(seen) > 2:
            raise BadInput()
        device = this_device(hub)
        with hub.writing() as work:
            ticket = open_ticket(work, the_visit())
            if ticket is None:
                raise TicketNotFound()
            order_again(work, ticket.id, int(seen), device.id if device else None, MOST_BY_VISITOR)
        hub.printing.wake()
        return go("ticket.issued")


def _back_until(ticket: Ticket) -> datetime | None:
    """Until when somebody who did not come may still come back; None when that is over or needless."""
    if ticket.state != TicketState.NO_SHOW or ticket.kept_until is None:
        return None
    return ticket.kept_until if ticket.kept_until > clock.now() else None


def _shown(session: Session, ticket: Ticket) -> Shown:
    service = session.get_one(Service, ticket.service_id)
    desk = session.get(Desk, ticket.desk_id) if ticket.desk_id else None
    return Shown(
        id=ticket.id,
        number=ticket.number,
        service=in_language(service.name, language()),
        state=str(ticket.state),
        wait=expected(session, ticket),
        desk=desk_name(desk.name, language()) if desk else None,
        priority=ticket.priority,
        recalls=ticket.recalls,
        back_until=_back_until(ticket),
        topic=referred_to(session, ticket),
    )
