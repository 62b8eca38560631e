"""What a QR on a poster opens: a branch's services and the wait now, and a number for who is at home or at the door.

The QR on the branch's own screens changes every few minutes; who has scanned it lately is in the branch.
"""

from datetime import datetime, timedelta

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from branch import clock, ids
from branch.appointments.arriving import is_time
from branch.appointments.models import Appointment
from branch.appointments.services import of_visit
from branch.errors import BadInput
from branch.link.errors import BranchUnreachable
from branch.link.reach import is_reachable
from branch.people.services import get_branch
from branch.tickets.away import TRAVELS
from branch.tickets.door import STEP, is_here
from branch.tickets.errors import DoorCodeExpired
from branch.tickets.models import Ticket, TicketRequest
from branch.tickets.requests import ask_branch, ask_for_ticket
from branch.tickets.services import open_ticket
from branch.visits.models import Visit
from branch.visits.services import open_visit
from signaling.surface import language
from web import answers
from web.context import Centre
from web.lobby import offered
from web.views.shared import AT_PHONE, hold, holds_visit, page_data

# The visit that a tap will open, chosen before: a double tap opens one.
COMING = "coming"
HERE = "here"


def blueprint(centre: Centre) -> Blueprint:
    """Routes `/b/<branch>` and `/here/<branch>/<code>`."""
    pages, view, limiter = Blueprint("poster", __name__), Poster(centre), centre.limiter
    new_visits = limiter.shared_limit("120 per minute", scope="posters", key_func=lambda: "everyone")
    pages.get("/b/<branch_id>")(limiter.limit("60 per minute")(view.show))
    pages.post("/b/<branch_id>")(limiter.limit("20 per minute")(new_visits(view.take)))
    pages.get("/here/<branch_id>/<code>")(limiter.limit("60 per minute")(view.here))
    pages.post("/here/<branch_id>/<code>")(limiter.limit("30 per minute")(view.arrive))
    return pages


class Poster:
    """The pages before there is a number, and the one that says: I am here now."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre

    def show(self, branch_id: str) -> ResponseReturnValue:
        session.setdefault(COMING, ids.new_id())
        with self._centre.database.reading() as work:
            branch = get_branch(work, branch_id)
            mine = open_ticket(work, session["visit"]) if holds_visit(work, branch_id) else None
            return render_template(
                "poster.html",
                page_data=page_data(AT_PHONE, page="poster"),
                branch=branch,
                services=offered(work, branch),
                reachable=is_reachable(work, branch_id),
                number=mine.number if mine else None,
                travels=TRAVELS,
                here=_is_here(branch_id),
                grace=self._centre.settings.arrival_grace_minutes,
            )

    def take(self, branch_id: str) -> ResponseReturnValue:
        """One number a visit: with one in hand, and on a second tap, this leads to the one there is."""
        travel, here = request.form.get("travel", "0"), _is_here(branch_id)
        if not travel.isdecimal():
            raise BadInput()
        with self._centre.database.reading() as work:
            if not is_reachable(work, get_branch(work, branch_id).id):
                raise BranchUnreachable()
        open_here(self._centre, branch_id)
        grace = timedelta(minutes=self._centre.settings.arrival_grace_minutes)
        with self._centre.database.transaction() as work:
            if open_ticket(work, session["visit"]) is not None:
                return redirect(url_for("visit.home"), 303)
            service = request.form.get("service", "")
            wish = ask_for_ticket(work, session["visit"], service, int(travel), grace, here=here)
        answers.comes(self._centre, lambda work: _is_answered(work, wish.id))
        return redirect(url_for("visit.home"), 303)

    def here(self, branch_id: str, code: str) -> ResponseReturnValue:
        """Looking at the link changes nothing: the page posts itself."""
        with self._centre.database.reading() as work:
            branch = get_branch(work, branch_id)
        action = url_for("poster.arrive", branch_id=branch_id, code=code)
        return render_template(
            "arrival.html", surface=AT_PHONE, page_data=page_data(AT_PHONE), action=action, branch=branch
        )

    def arrive(self, branch_id: str, code: str) -> ResponseReturnValue:
        """Who holds a number and is awaited stands in the line now; everybody else may take one."""
        key = self._centre.settings.link_keys.get(branch_id)
        if key is None or not is_here(branch_id, key.get_secret_value(), code, clock.now()):
            raise DoorCodeExpired()
        session[HERE] = [branch_id, (clock.now() + timedelta(seconds=STEP)).isoformat()]
        with self._centre.database.transaction() as work:
            mine = open_ticket(work, session["visit"]) if holds_visit(work, branch_id) else None
            booked = of_visit(work, session["visit"]) if holds_visit(work, branch_id) else None
            if mine is None and booked is not None:
                return self._come_as_agreed(work, booked)
            if mine is None:
                return redirect(url_for("poster.show", branch_id=branch_id), 303)
            if mine.is_away:
                ask_branch(work, branch_id, "ticket.arrived", ticket=mine.id)
        came = answers.comes(self._centre, lambda work: not work.get_one(Ticket, mine.id).is_away)
        return answers.to_visit(came)

    def _come_as_agreed(self, work: Session, booked: Appointment) -> ResponseReturnValue:
        """Who has an appointment gets their number for it; on another day the branch gives none, and the page says when."""
        first = is_time(self._centre.catalogue.appointments, booked.starts_at, clock.now())
        ask_branch(work, booked.branch_id, "appointment.arrived", appointment=booked.id, first=first)
        return redirect(url_for("visit.home"), 303)


def open_here(centre: Centre, branch_id: str) -> None:
    """Make sure that this browser holds a visit of the branch; of two taps at once, one opens it."""
    try:
        with centre.database.transaction() as work:
            get_branch(work, branch_id)
            if holds_visit(work, branch_id):
                return
            hold(_coming(work, branch_id), AT_PHONE)
    except IntegrityError:
        with centre.database.reading() as work:
            hold(_coming(work, branch_id), AT_PHONE)
    session.pop(COMING, None)


def _coming(work: Session, branch_id: str) -> Visit:
    """The visit whose id the page chose; the second of two taps finds it open."""
    chosen = str(session.get(COMING) or ids.new_id())
    visit = work.get(Visit, chosen)
    if visit is None or visit.branch_id != branch_id or visit.forgotten_at is not None:
        visit = open_visit(work, branch_id, "phone", language(), "" if visit else chosen)
    return visit


def _is_here(branch_id: str) -> bool:
    """Whether this browser has scanned the branch's QR within the last minutes."""
    where, until = session.get(HERE) or ("", "")
    return where == branch_id and datetime.fromisoformat(until) > clock.now()


def _is_answered(work: Session, request_id: str) -> bool:
    return work.get_one(TicketRequest, request_id).answer is not None
