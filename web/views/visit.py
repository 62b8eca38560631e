"""The visit on the customer's phone: live ticket, result, experts, thread; calling a person; being forgotten."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date
from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from sqlalchemy.orm import Session

from branch.appointments import experts as expert_times
from branch.appointments.links import secret_of
from branch.appointments.models import AppointmentState
from branch.appointments.services import cancel as cancel_appointment
from branch.appointments.services import of_visit
from branch.consults import services as consults
from branch.consults.models import TALKING_STATES
from branch.consults.there import topics_there
from branch.errors import BadInput
from branch.link import commands
from branch.notices import appointments as reminders
from branch.notices.services import channels_of
from branch.people.services import get_branch
from branch.tickets.away import OUTINGS
from branch.tickets.errands import errands
from branch.tickets.models import Service
from branch.tickets.services import latest_ticket, open_ticket, services_of
from branch.visits.models import EventKind, Visit
from branch.visits.services import choose_language, forget, get_visit
from branch.visits.severing import remaining
from signaling.reader import Reader
from signaling.surface import language
from web.context import Centre
from web.push import public_key
from web.tree import tree_of
from web.views.expert_booking import link_of
from web.views.shared import page_data, surface
from web.wishes import wish_of

# What a phone does not repeat to its own visitor.
UNTOLD = frozenset(
    {
        EventKind.VISIT_OPENED,
        EventKind.LANGUAGE_CHOSEN,
        EventKind.CODE_CLAIMED,
        EventKind.CONSULT_WAITING,
        EventKind.CONSULT_ACCEPTED,
        EventKind.SUPERVISOR_LISTENS,
        EventKind.SUPERVISOR_WHISPERS,
        EventKind.SUPERVISOR_LEFT,
    }
)


def blueprint(centre: Centre) -> Blueprint:
    """Routes under `/visit`."""
    pages, view = Blueprint("visit", __name__, url_prefix="/visit"), VisitPages(centre)
    pages.get("")(view.home)
    pages.post("/language")(view.choose)
    pages.get("/help")(view.help_page)
    pages.post("/help")(centre.limiter.limit("10 per minute")(view.call_person))
    pages.get("/help/coming")(view.help_coming)
    pages.post("/forget")(view.forget_visit)
    pages.get("/forgotten")(view.forgotten)
    return pages


class VisitPages:
    """The pages of the visit this browser holds."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre

    def home(self) -> ResponseReturnValue:
        with self._centre.database.reading() as work:
            told = _told(work, self._centre)
            return render_template(
                "visit.html",
                page_data=page_data(page="visit", timezone=told["zone"].key, **_push(self._centre)),
                **told,
            )

    def choose(self) -> ResponseReturnValue:
        wanted = request.form.get("language", "")
        if wanted not in self._centre.settings.languages:
            raise BadInput()
        with self._centre.database.transaction() as work:
            choose_language(work, session["visit"], wanted)
        session["language"] = wanted
        return redirect(url_for("visit.home"), 303)

    def help_page(self) -> ResponseReturnValue:
        with self._centre.database.reading() as work:
            return _help(get_visit(work, session["visit"]), called=False)

    def call_person(self) -> ResponseReturnValue:
        with self._centre.database.transaction() as work:
            visit = get_visit(work, session["visit"])
            if visit.origin == "kiosk":
                commands.ask(work, visit.branch_id, "person.call", visit=visit.id)
        return redirect(url_for("visit.help_coming"), 303)

    def help_coming(self) -> ResponseReturnValue:
        with self._centre.database.reading() as work:
            return _help(get_visit(work, session["visit"]), called=True)

    def forget_visit(self) -> ResponseReturnValue:
        with self._centre.database.transaction() as work:
            left = _remaining(work, self._centre, session["visit"])
            _forget(work, session["visit"])
        session.pop("visit")
        session.pop("at", None)
        session["left_behind"] = left
        return redirect(url_for("visit.forgotten"), 303)

    def forgotten(self) -> ResponseReturnValue:
        return render_template("forgotten.html", left=session.get("left_behind"))


def _told(work: Session, centre: Centre) -> dict[str, Any]:
    visit = get_visit(work, session["visit"])
    branch = get_branch(work, visit.branch_id)
    reader = Reader(work, centre.catalogue, language())
    kind = centre.catalogue.quiz.type_of(visit.quiz_type)
    zone = ZoneInfo(branch.timezone)
    thread = [entry for entry in reversed(reader.thread(visit)) if entry["kind"] not in UNTOLD]
    return {
        "branch": branch,
        **reader.customer(visit.id),
        "recommended": kind.topic if kind else None,
        "topics": centre.catalogue.topics.root,
        "thread": [{"time": _clock(entry["at"], zone), "text": entry["text"]} for entry in thread],
        "privacy": centre.catalogue.texts.privacy,
        "languages": centre.settings.languages,
        "wish": wish_of(work, visit.id),
        "late_answer": request.args.get("answer") == "late",
        "outings": OUTINGS,
        "errands": _errands(work, visit.id),
        "booked": _booked(work, centre, visit.id, zone),
        "expert_booked": link_of(centre, work, visit.id),
        "zone": zone,
        "there": topics_there(work),
        "channels": channels_of(work, visit.id),
        "contact_consent": centre.catalogue.texts.contact_consent if centre.notifier else None,
        "messages_simulated": centre.notifier is not None and centre.notifier.simulated,
        "push": centre.settings.vapid_key is not None,
        "tree": tree_of(work, centre, visit),
        "cheers": centre.catalogue.cheers,
        "left": _remaining(work, centre, visit.id),
    }


def _remaining(work: Session, centre: Centre, visit_id: str) -> dict[str, object]:
    """What becomes of the recordings: the day until which one must be kept, in words, and whether others are deleted."""
    left = remaining(work, visit_id, centre.settings.recording_days)
    branch = get_branch(work, get_visit(work, visit_id).branch_id)
    day = left.kept_until and left.kept_until.astimezone(ZoneInfo(branch.timezone)).date()
    return {
        "kept_until": format_date(day, "long", locale=get_locale()) if day else None,
        "deleted": left.deleted,
    }


def _errands(work: Session, visit_id: str) -> list[tuple[Service, bool]]:
    """What else could be done with the same number, and whether it is wished for."""
    ticket = open_ticket(work, visit_id)
    if ticket is None:
        return []
    others = [each for each in services_of(work, ticket.branch_id) if each.id != ticket.service_id]
    return [(each, each.slug in errands(ticket)) for each in others if not each.paused]


def _booked(work: Session, centre: Centre, visit_id: str, zone: ZoneInfo) -> dict[str, object] | None:
    """The time that was agreed, while its holder may still come."""
    booked = of_visit(work, visit_id)
    if booked is None:
        return None
    secret = secret_of(centre.settings.secret_key.get_secret_value(), booked)
    return {"at": booked.starts_at.astimezone(zone), "number": booked.number, "secret": secret}


def _push(centre: Centre) -> dict[str, str]:
    """What the page's script needs to ask its browser for notices, where they are switched on."""
    key = centre.settings.vapid_key
    return {"push": public_key(key.get_secret_value())} if key else {}


def _clock(at: str, zone: ZoneInfo) -> str:
    return datetime.fromisoformat(at).astimezone(zone).strftime("%H:%M")


def _help(visit: Visit, *, called: bool) -> str:
    """Somebody can only come to those who are in the branch."""
    in_branch = visit.origin == "kiosk"
    return render_template(
        "help.html",
        surface=surface(),
        posts_itself=in_branch and not called,
        in_branch=in_branch,
        called=called,
        back=url_for("consult.topics" if surface() == "kiosk" else "visit.home"),
    )


def _forget(work: Session, visit_id: str) -> None:
    """Leave what is going on, empty the visit, and have its branch do the same."""
    visit = get_visit(work, visit_id)
    meeting = expert_times.of_visit(work, visit_id)
    if meeting is not None:
        expert_times.cancel(work, meeting)
        reminders.stop(work, meeting.id)
    consult = consults.open_consult(work, visit_id)
    if consult is not None:
        (consults.end if consult.state in TALKING_STATES else consults.cancel)(work, consult)
    booked = of_visit(work, visit_id)
    if booked is not None and booked.state == AppointmentState.BOOKED:
        cancel_appointment(work, booked)
    ticket = open_ticket(work, visit_id)
    if ticket is not None and visit.origin == "phone":
        # There is no paper of it: a number that nobody can see any more would only be called in vain.
        commands.ask(work, visit.branch_id, "ticket.give_back", ticket=ticket.id)
    forget(work, visit_id)
    if visit.origin == "kiosk" or latest_ticket(work, visit_id) is not None:
        commands.ask(work, visit.branch_id, "visit.forget", visit=visit_id)
