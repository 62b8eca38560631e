"""The link of an appointment with an expert: see it, put it into a calendar, change it, give it back, and come in.

The address is the secret: who has the link may do all of this, and nobody can guess one.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, jsonify, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from branch import clock
from branch.appointments import experts as booking
from branch.appointments import meeting
from branch.appointments.expert_models import ExpertAppointment, ExpertState
from branch.appointments.ics import calendar_file
from branch.appointments.turns import Hour, hour, opens_at
from branch.content.catalogue import in_language
from branch.notices import appointments as notices
from branch.people.models import Branch
from branch.visits.models import Visit
from signaling.surface import language
from web.context import Centre
from web.push import public_key
from web.views.appointments import chosen_time
from web.views.arrival import FAILURES_BY_ADDRESS, failed
from web.views.expert_booking import times_of, topic_of
from web.views.notices import agreed_phone, told_subscription
from web.views.shared import AT_PHONE, hold, holds_visit, page_data

Act = Callable[[Session, ExpertAppointment], object]


def blueprint(centre: Centre) -> Blueprint:
    """Routes under `/e/<secret>`; wrong secrets are counted."""
    pages, view, limiter = (
        Blueprint("expert_link", __name__, url_prefix="/e/<secret>"),
        ExpertLink(centre),
        centre.limiter,
    )
    seldom, guarded = limiter.limit("20 per minute"), limiter.limit(FAILURES_BY_ADDRESS, deduct_when=failed)
    pages.get("")(guarded(view.show))
    pages.get("/maru.ics")(guarded(view.calendar))
    pages.get("/time")(guarded(view.times_again))
    for path, act in (
        ("/time", view.change),
        ("/cancel", view.cancel),
        ("/enter", view.enter),
        ("/push", view.push),
        ("/phone", view.phone),
        ("/quiet", view.quiet),
    ):
        pages.post(path)(seldom(guarded(act)))
    return pages


class ExpertLink:
    """What the holder of a link sees and does; every answer is fresh, since the clock alone changes it."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre
        self._rules = centre.catalogue.appointments.experts

    def show(self, secret: str) -> ResponseReturnValue:
        """The appointment; a browser that holds no visit holds this one's from now on."""
        with self._centre.database.transaction() as work:
            found = booking.by_secret(work, secret)
            if not holds_visit(work):
                hold(work.get_one(Visit, found.visit_id), AT_PHONE)
            return self._page(work, found, secret)

    def calendar(self, secret: str) -> ResponseReturnValue:
        with self._centre.database.reading() as work:
            found = booking.by_secret(work, secret)
        topic = in_language(topic_of(self._centre, found.topic).name, language())
        what = gettext("%(topic)s 상담", topic=topic)
        link = url_for("expert_link.show", secret=secret, _external=True)
        where = gettext("영상 상담 (휴대폰이나 컴퓨터)")
        file = calendar_file(found.id, found.starts_at, self._rules.slot, what, where, link, found.changes)
        headers = {"Content-Disposition": 'attachment; filename="maru.ics"'}
        return Response(file, mimetype="text/calendar", headers=headers)

    def times_again(self, secret: str) -> ResponseReturnValue:
        with self._centre.database.reading() as work:
            found = booking.by_secret(work, secret)
            branch, topic = work.get_one(Branch, found.branch_id), topic_of(self._centre, found.topic)
            action = url_for("expert_link.change", secret=secret)
            at = found.starts_at.astimezone(ZoneInfo(branch.timezone))
            keep = url_for("expert_link.show", secret=secret)
            return times_of(work, self._rules, branch, topic, action, now_at=at, keep=keep)

    def change(self, secret: str) -> ResponseReturnValue:
        def move(work: Session, found: ExpertAppointment) -> None:
            starts_at = chosen_time(work.get_one(Branch, found.branch_id))
            booking.change(work, self._rules, found, starts_at)

        return self._act(secret, move)

    def cancel(self, secret: str) -> ResponseReturnValue:
        return self._act(secret, booking.cancel)

    def enter(self, secret: str) -> ResponseReturnValue:
        """Into the consult; this browser holds the appointment's visit from now on."""
        with self._centre.database.transaction() as work:
            found = booking.by_secret(work, secret)
            consult = meeting.come(work, self._rules, found, AT_PHONE)
            hold(work.get_one(Visit, found.visit_id), AT_PHONE)
        return redirect(url_for("consult.page", consult=consult.id), 303)

    def push(self, secret: str) -> ResponseReturnValue:
        read = told_subscription(self._centre)
        with self._centre.database.transaction() as work:
            notices.subscribe(work, booking.by_secret(work, secret).id, read)
        return jsonify(ok=True)

    def phone(self, secret: str) -> ResponseReturnValue:
        agreed = agreed_phone(self._centre.catalogue.texts.appointment_consent, self._centre)
        return self._act(secret, lambda work, found: notices.give_phone(work, found.id, *agreed))

    def quiet(self, secret: str) -> ResponseReturnValue:
        return self._act(secret, lambda work, found: notices.stop(work, found.id))

    def _act(self, secret: str, act: Act) -> ResponseReturnValue:
        with self._centre.database.transaction() as work:
            act(work, booking.by_secret(work, secret))
        return redirect(url_for("expert_link.show", secret=secret), 303)

    def _page(self, work: Session, found: ExpertAppointment, secret: str) -> str:
        branch = work.get_one(Branch, found.branch_id)
        zone, settings, notifier = ZoneInfo(branch.timezone), self._centre.settings, self._centre.notifier
        return render_template(
            "expert_appointment.html",
            page_data=page_data(AT_PHONE, page="appointment", **self._for_script(found, secret)),
            secret=secret,
            branch=branch,
            topic=topic_of(self._centre, found.topic),
            at=found.starts_at.astimezone(zone),
            opens=opens_at(self._rules, found.starts_at).astimezone(zone),
            now=clock.now(),
            stage=stage(self._centre, found),
            rules=self._rules,
            channels=notices.channels_of(work, found.id),
            push=settings.vapid_key is not None,
            contact_consent=self._centre.catalogue.texts.appointment_consent if notifier else None,
            messages_simulated=notifier is not None and notifier.simulated,
        )

    def _for_script(self, found: ExpertAppointment, secret: str) -> dict[str, Any]:
        """When the page means something else and fetches itself anew, in seconds; and how its browser may be told."""
        key = self._centre.settings.vapid_key
        push = {"push": public_key(key.get_secret_value())} if key else {}
        turns_in = self._turns_in(found) if found.state == ExpertState.BOOKED else None
        return {"turnsIn": turns_in, "pushUrl": url_for("expert_link.push", secret=secret), **push}

    def _turns_in(self, found: ExpertAppointment) -> float | None:
        """Seconds until the door opens, the grace is over, or the time is."""
        late = (timedelta(minutes=minutes) for minutes in (self._rules.grace, self._rules.missed_after))
        turns = (opens_at(self._rules, found.starts_at), *(found.starts_at + each for each in late))
        ahead = [(turn - clock.now()).total_seconds() for turn in turns]
        return next((seconds for seconds in ahead if seconds > 0), None)


def stage(centre: Centre, found: ExpertAppointment) -> str:
    """What the page says: how the clock stands to a time that is still to come, or how it ended."""
    if found.state != ExpertState.BOOKED:
        return str(found.state)
    now = hour(centre.catalogue.appointments.experts, found.starts_at, clock.now())
    return str(ExpertState.MISSED if now == Hour.OVER else now)
