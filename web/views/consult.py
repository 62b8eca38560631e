"""The customer's way into a consult: choosing a topic, and the page on which all of it happens."""

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from branch import clock
from branch.appointments import meeting
from branch.appointments.calendar import is_within_hours
from branch.consults import services as consults
from branch.consults.models import Consult, ConsultState
from branch.consults.there import topics_there
from branch.content.catalogue import consent_text, in_language, lines_in
from branch.errors import NotFound
from branch.people.services import get_branch
from branch.visits.services import get_visit
from signaling.surface import language
from web.context import Centre
from web.relay import ice_servers
from web.views import backdrop
from web.views.shared import page_data, surface


def blueprint(centre: Centre) -> Blueprint:
    """Routes under `/consult`."""
    pages, view = Blueprint("consult", __name__, url_prefix="/consult"), ConsultPages(centre)
    pages.get("")(view.topics)
    pages.post("")(centre.limiter.limit("20 per minute")(view.choose))
    pages.get("/<consult>")(view.page)
    return pages


class ConsultPages:
    """The pages of a consult for the visit this browser holds."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre
        self._rules = centre.catalogue.appointments.experts

    def topics(self) -> ResponseReturnValue:
        with self._centre.database.reading() as work:
            visit = get_visit(work, session["visit"])
            under_way = consults.open_consult(work, visit.id)
            there = topics_there(work)
            open_now = is_within_hours(self._rules, get_branch(work, visit.branch_id), clock.now())
        if under_way is not None and under_way.state != ConsultState.PREPARING:
            return redirect(url_for("consult.page", consult=under_way.id))
        kind = self._centre.catalogue.quiz.type_of(visit.quiz_type)
        return render_template(
            "topics.html",
            surface=surface(),
            topics=self._centre.catalogue.topics.root,
            recommended=kind.topic if kind else None,
            there=there,
            open_now=open_now,
            rules=self._rules,
            leave_url=_leave_url(),
        )

    def choose(self) -> ResponseReturnValue:
        topic = self._centre.catalogue.topics.get(request.form.get("topic", ""))
        if topic is None:
            raise NotFound()
        with self._centre.database.transaction() as work:
            consult = meeting.request(work, self._rules, session["visit"], topic.slug, surface())
        return redirect(url_for("consult.page", consult=consult.id), 303)

    def page(self, consult: str) -> ResponseReturnValue:
        with self._centre.database.reading() as work:
            found = consults.of_visit(work, consult, session["visit"])
        if found.state == ConsultState.CANCELLED:
            return redirect(url_for("consult.topics"))
        return render_template("consult.html", surface=surface(), page_data=_page_data(self._centre, found))


def _page_data(centre: Centre, consult: Consult) -> dict[str, object]:
    reader = language()
    text, required = consent_text(centre.catalogue, consult.topic)
    return page_data(
        surface(),
        consult=consult.id,
        at=surface(),
        consent={
            "version": text.version,
            "title": in_language(text.title, reader),
            "lines": lines_in(text.lines, reader),
            "agree": in_language(text.agree, reader),
            "without": in_language(text.decline, reader),
            "required": required,
        },
        backdrop=backdrop.offer(centre.settings),
        hold=centre.settings.hold_seconds,
        iceServers=ice_servers(centre.settings, clock.now()),
        leaveUrl=_leave_url(),
        bookUrl=url_for("expert_booking.begin", topic=consult.topic),
        helpUrl=url_for("visit.help_page"),
    )


def _leave_url() -> str:
    return url_for("arrival.done") if surface() == "kiosk" else url_for("visit.home")
