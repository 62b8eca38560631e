"""Booking an expert's time: the topics, the days and times of one, and from a kiosk the way over to the phone.

Nobody signs in. What is booked hangs on the visit of this browser, and the answer leads to its link (expert_link).
"""

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from branch import clock
from branch.appointments import experts as booking
from branch.appointments.calendar import days, holiday, is_closed, times
from branch.appointments.links import secret_of
from branch.content.appointments import ExpertRules
from branch.content.catalogue import TopicContent
from branch.errors import NotFound
from branch.handoff.services import issue_code
from branch.people.models import Branch
from branch.people.services import get_branch
from branch.visits.services import get_visit
from signaling.qr import inline
from web.context import Centre
from web.views.appointments import chosen_day, chosen_time
from web.views.poster import open_here
from web.views.shared import AT_KIOSK, AT_PHONE, page_data, surface


def blueprint(centre: Centre) -> Blueprint:
    """Routes under `/b/<branch>/expert`, and `/consult/appointment` for whoever holds a visit."""
    pages, view, limiter = Blueprint("expert_booking", __name__), ExpertBooking(centre), centre.limiter
    pages.get("/b/<branch_id>/expert")(view.topics)
    pages.get("/b/<branch_id>/expert/<topic>")(view.times)
    pages.post("/b/<branch_id>/expert/<topic>")(limiter.limit("10 per minute")(view.book))
    pages.get("/consult/appointment")(limiter.limit("20 per minute")(view.begin))
    return pages


class ExpertBooking:
    """The pages before a time with an expert is agreed."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre
        self._rules = centre.catalogue.appointments.experts

    def begin(self) -> ResponseReturnValue:
        """From the consult pages: on to the times, or to the QR that carries the visit to a phone."""
        topic = request.args.get("topic", "")
        with self._centre.database.reading() as work:
            visit = get_visit(work, session["visit"])
        if surface() == AT_KIOSK:
            return self._to_phone(topic)
        if self._centre.catalogue.topics.get(topic) is None:
            return redirect(url_for("expert_booking.topics", branch_id=visit.branch_id))
        return redirect(url_for("expert_booking.times", branch_id=visit.branch_id, topic=topic))

    def topics(self, branch_id: str) -> ResponseReturnValue:
        with self._centre.database.reading() as work:
            branch = get_branch(work, branch_id)
        topics = self._centre.catalogue.topics.root
        return times_page("book_expert.html", self._rules, branch=branch, topics=topics)

    def times(self, branch_id: str, topic: str) -> ResponseReturnValue:
        wanted = topic_of(self._centre, topic)
        action = url_for("expert_booking.book", branch_id=branch_id, topic=topic)
        with self._centre.database.reading() as work:
            return times_of(work, self._rules, get_branch(work, branch_id), wanted, action)

    def book(self, branch_id: str, topic: str) -> ResponseReturnValue:
        wanted = topic_of(self._centre, topic)
        with self._centre.database.reading() as work:
            starts_at = chosen_time(get_branch(work, branch_id))
        open_here(self._centre, branch_id)
        key = self._centre.settings.secret_key.get_secret_value()
        with self._centre.database.transaction() as work:
            booked = booking.book(work, self._rules, key, session["visit"], wanted.slug, starts_at)
        return redirect(url_for("expert_link.show", secret=booked.secret), 303)

    def _to_phone(self, topic: str) -> ResponseReturnValue:
        with self._centre.database.transaction() as work:
            code = issue_code(work, session["visit"])
        url = url_for("arrival.show", code=code, book=topic or "any", _external=True)
        return render_template(
            "book_at_kiosk.html", surface=AT_KIOSK, page_data=page_data(), qr=inline(url), code=code
        )


def topic_of(centre: Centre, slug: str) -> TopicContent:
    """The topic of an address. Raises NotFound."""
    topic = centre.catalogue.topics.get(slug)
    if topic is None:
        raise NotFound()
    return topic


def times_of(
    work: Session, rules: ExpertRules, branch: Branch, topic: TopicContent, action: str, **held: object
) -> str:
    """The days that can be chosen, and the times of the one that is; `held` is the time to be changed, and its link."""
    now = clock.now()
    offered = days(rules, branch, now)
    open_days = [day for day in offered if times(rules, branch, day, now)]
    day = chosen_day(request.args.get("day"), open_days[0] if open_days else offered[0])
    left = booking.left(work, rules, topic.slug, times(rules, branch, day, now))
    return times_page(
        "book_expert_time.html",
        rules,
        branch=branch,
        topic=topic,
        action=action,
        days=[(each, is_closed(rules, each) or each not in open_days) for each in offered],
        day=day,
        holiday=holiday(rules, day),
        times=left,
        **held,
    )


def times_page(template: str, rules: ExpertRules, **told: object) -> str:
    """A page of booking, which is always a phone's."""
    return render_template(template, page_data=page_data(AT_PHONE, page="book"), rules=rules, **told)


def link_of(centre: Centre, work: Session, visit_id: str) -> dict[str, object] | None:
    """The appointment that a visit's page tells of: its time, topic and link."""
    booked = booking.of_visit(work, visit_id)
    if booked is None:
        return None
    secret = secret_of(centre.settings.secret_key.get_secret_value(), booked)
    topic = centre.catalogue.topics.get(booked.topic)
    return {"at": booked.starts_at, "topic": topic, "secret": secret}
