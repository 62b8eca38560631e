"""Coming at an agreed time: choose a service, a day and a time; afterwards change it, cancel it, put it into a calendar.

The address of an appointment is its secret: who has the link may change it, and nobody can guess one.
"""

from collections.abc import Callable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from branch import clock
from branch.appointments import services as booking
from branch.appointments.calendar import days, holiday, is_closed, slots
from branch.appointments.ics import calendar_file
from branch.appointments.models import Appointment
from branch.content.catalogue import in_language
from branch.errors import BadInput, NotFound
from branch.people.models import Branch
from branch.people.services import get_branch
from branch.tickets.models import Service
from branch.tickets.services import services_of
from branch.visits.models import Visit
from signaling.surface import language
from web.context import Centre
from web.views.arrival import FAILURES_BY_ADDRESS, failed
from web.views.poster import open_here
from web.views.shared import AT_PHONE, branch_name, hold, holds_visit, page_data


def blueprint(centre: Centre) -> Blueprint:
    """Routes under `/b/<branch>/book` and `/a/<secret>`; wrong secrets are counted."""
    pages, view, limiter = Blueprint("appointments", __name__), Appointments(centre), centre.limiter
    seldom, guarded = limiter.limit("10 per minute"), limiter.limit(FAILURES_BY_ADDRESS, deduct_when=failed)
    pages.get("/b/<branch_id>/book")(view.services)
    pages.get("/b/<branch_id>/book/<service>")(view.times)
    pages.post("/b/<branch_id>/book/<service>")(seldom(view.book))
    pages.get("/a/<secret>")(guarded(view.show))
    pages.get("/a/<secret>/maru.ics")(guarded(view.calendar))
    pages.get("/a/<secret>/time")(guarded(view.times_again))
    pages.post("/a/<secret>/time")(seldom(guarded(view.change)))
    pages.post("/a/<secret>/cancel")(seldom(guarded(view.cancel)))
    return pages


class Appointments:
    """The pages before and after a time is agreed."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre
        self._rules = centre.catalogue.appointments

    def services(self, branch_id: str) -> ResponseReturnValue:
        with self._centre.database.reading() as work:
            branch = get_branch(work, branch_id)
            offered = [service for service in services_of(work, branch_id) if not service.paused]
        topics = self._centre.catalogue.topics.root
        return self._page("book.html", branch=branch, services=offered, topics=topics)

    def times(self, branch_id: str, service: str) -> ResponseReturnValue:
        with self._centre.database.reading() as work:
            branch, wanted = _service(work, branch_id, service)
            action = url_for("appointments.book", branch_id=branch_id, service=service)
            return self._times(work, branch, wanted, action)

    def book(self, branch_id: str, service: str) -> ResponseReturnValue:
        with self._centre.database.reading() as work:
            branch, _ = _service(work, branch_id, service)
        starts_at = chosen_time(branch)
        open_here(self._centre, branch_id)
        key = self._centre.settings.secret_key.get_secret_value()
        with self._centre.database.transaction() as work:
            booked = booking.book(work, self._rules, key, session["visit"], service, starts_at)
        return redirect(url_for("appointments.show", secret=booked.secret), 303)

    def show(self, secret: str) -> ResponseReturnValue:
        """The appointment; a browser that holds no visit holds this one's from now on."""
        with self._centre.database.transaction() as work:
            found = booking.by_secret(work, secret)
            if not holds_visit(work):
                hold(work.get_one(Visit, found.visit_id), AT_PHONE)
            branch, service = _service(work, found.branch_id, found.service)
            return self._page(
                "appointment.html",
                appointment=found,
                secret=secret,
                branch=branch,
                service=service,
                at=found.starts_at.astimezone(ZoneInfo(branch.timezone)),
            )

    def calendar(self, secret: str) -> ResponseReturnValue:
        with self._centre.database.transaction() as work:
            found = booking.by_secret(work, secret)
            branch, service = _service(work, found.branch_id, found.service)
        link = url_for("appointments.show", secret=secret, _external=True)
        what = in_language(service.name, language())
        minutes, version = self._rules.slot, found.version
        where = branch_name(self._centre, branch)
        file = calendar_file(found.id, found.starts_at, minutes, what, where, link, version)
        headers = {"Content-Disposition": 'attachment; filename="maru.ics"'}
        return Response(file, mimetype="text/calendar", headers=headers)

    def times_again(self, secret: str) -> ResponseReturnValue:
        with self._centre.database.transaction() as work:
            found = booking.by_secret(work, secret)
            branch, service = _service(work, found.branch_id, found.service)
            action = url_for("appointments.change", secret=secret)
            at = found.starts_at.astimezone(ZoneInfo(branch.timezone))
            keep = url_for("appointments.show", secret=secret)
            return self._times(work, branch, service, action, now_at=at, keep=keep)

    def change(self, secret: str) -> ResponseReturnValue:
        def move(work: Session, found: Appointment) -> None:
            starts_at = chosen_time(work.get_one(Branch, found.branch_id))
            booking.change(work, self._rules, found, starts_at)

        return self._act(secret, move)

    def cancel(self, secret: str) -> ResponseReturnValue:
        return self._act(secret, booking.cancel)

    def _act(self, secret: str, act: Callable[[Session, Appointment], None]) -> ResponseReturnValue:
        with self._centre.database.transaction() as work:
            act(work, booking.by_secret(work, secret))
        return redirect(url_for("appointments.show", secret=secret), 303)

    def _times(self, work: Session, branch: Branch, service: Service, action: str, **held: object) -> str:
        """The days that can be chosen, and the times of the one that is."""
        now, rules = clock.now(), self._rules
        offered = days(rules, branch, now)
        open_days = [day for day in offered if slots(rules, branch, service, day, now)]
        day = chosen_day(request.args.get("day"), open_days[0] if open_days else offered[0])
        times = slots(rules, branch, service, day, now)
        return self._page(
            "book_time.html",
            branch=branch,
            service=service,
            action=action,
            days=[(each, is_closed(rules, each) or each not in open_days) for each in offered],
            day=day,
            holiday=holiday(rules, day),
            times=booking.left(work, rules, branch.id, service.slug, times),
            **held,
        )

    def _page(self, template: str, **told: object) -> str:
        return render_template(
            template, page_data=page_data(AT_PHONE, page="book"), rules=self._rules, **told
        )


def _service(work: Session, branch_id: str, slug: str) -> tuple[Branch, Service]:
    branch, service = get_branch(work, branch_id), work.get(Service, f"{branch_id}.{slug}")
    if service is None:
        raise NotFound()
    return branch, service


def chosen_day(typed: str | None, otherwise: date) -> date:
    """The day that the address names, or another one. Raises BadInput."""
    if typed is None:
        return otherwise
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise BadInput() from None


def chosen_time(branch: Branch) -> datetime:
    """The time that the form names, in the branch's own zone. Raises BadInput."""
    try:
        chosen = datetime.fromisoformat(request.form.get("at", ""))
    except ValueError:
        raise BadInput() from None
    return chosen.replace(tzinfo=ZoneInfo(branch.timezone)) if chosen.tzinfo is None else chosen
