"""How somebody arrives and leaves: by a code from the kiosk, by a link without one, and off again to the kiosk."""

from urllib.parse import urlencode

from flask import Blueprint, Response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from branch import ids
from branch.appointments import meeting
from branch.errors import Gone
from branch.handoff.services import claim_code, visit_of
from branch.link import commands
from branch.people.models import Branch
from branch.people.services import get_branch
from branch.visits.models import Visit
from branch.visits.services import open_visit
from signaling import look
from signaling.surface import language
from web.context import Centre
from web.views.shared import AT_KIOSK, AT_PHONE, hold, holds_visit, page_data

FAILURES_BY_ADDRESS = "10 per minute"
FAILURES_OF_ALL = "300 per minute"


def everyone() -> str:
    """The key of a limit that all addresses share."""
    return "everyone"


def failed(response: Response) -> bool:
    """Only wrong codes count as guesses: a whole branch may stand behind one address."""
    return response.status_code in {404, 410}


def blueprint(centre: Centre) -> Blueprint:
    """Routes `/`, `/v/<code>` and `/done`."""
    pages, view, limiter = Blueprint("arrival", __name__), Arrival(centre), centre.limiter
    by_address = limiter.limit(FAILURES_BY_ADDRESS, deduct_when=failed)
    of_all = limiter.shared_limit(FAILURES_OF_ALL, scope="codes", key_func=everyone, deduct_when=failed)
    new_visits = limiter.shared_limit("120 per minute", scope="visits", key_func=everyone)
    pages.get("/")(view.origin)
    pages.post("/")(limiter.limit("10 per minute")(new_visits(view.open_link)))
    pages.get("/v/<code>")(limiter.limit("60 per minute")(view.show))
    pages.post("/v/<code>")(limiter.limit("120 per minute")(by_address(of_all(view.claim))))
    pages.get("/done")(view.done)
    pages.post("/done")(view.done)
    return pages


class Arrival:
    """The pages on which a visit comes into this browser or leaves it."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre

    def origin(self) -> ResponseReturnValue:
        with self._centre.database.reading() as work:
            if holds_visit(work):
                return redirect(url_for("visit.home"))
            branch = get_branch(work, self._centre.settings.branch)
        return self._page(AT_PHONE, url_for("arrival.open_link"), branch)

    def open_link(self) -> ResponseReturnValue:
        with self._centre.database.transaction() as work:
            if not holds_visit(work):
                hold(open_visit(work, self._centre.settings.branch, "phone", language()), AT_PHONE)
        return redirect(url_for("visit.home"), 303)

    def show(self, code: str) -> ResponseReturnValue:
        at = _where()
        if self._is_mine(code):
            return redirect(self._next_page(at) if at == AT_PHONE else _home(at))
        with self._centre.database.reading() as work:
            hub = self._hub_of(visit_of(work, code))
        return self._page(at, f"{url_for('arrival.claim', code=code)}?{urlencode(_wishes(at))}", None, hub)

    def claim(self, code: str) -> ResponseReturnValue:
        at = _where()
        if at == AT_KIOSK:
            look.remember(request.args)
        try:
            with self._centre.database.transaction() as work:
                visit = _claim(work, code)
        except Gone:
            if not self._is_mine(code):
                raise
        else:
            hold(visit, at)
        return redirect(self._next_page(at), 303)

    def done(self) -> ResponseReturnValue:
        response = redirect(f"{self._hub_of(session.get('visit'))}/leave", 303)
        if "staff" not in session:
            # https://www.w3.org/TR/clear-site-data/: a kiosk keeps nothing of the last person. Our own cookie is emptied
            # below; "cookies" would reach every host of the bank's domain, and the key by which the hub knows the kiosk.
            response.headers["Clear-Site-Data"] = '"cache", "storage"'
        _forget_browser()
        return response

    def _hub_of(self, visit: str | None) -> str:
        """The hub of the visit's branch; of the first branch as long as no visit is known."""
        with self._centre.database.reading() as work:
            found = work.get(Visit, visit) if visit else None
            return self._centre.settings.hub_of(found.branch_id if found else self._centre.settings.branch)

    def _page(self, at: str, action: str, branch: Branch | None, hub: str = "") -> str:
        """The page that posts itself; at a kiosk its script also watches for nobody being there."""
        return render_template(
            "arrival.html",
            surface=at,
            page_data=page_data(at),
            action=action,
            branch=branch,
            hub_help=f"{hub}/help",
        )

    def _next_page(self, at: str) -> str:
        """Who tapped a topic at the kiosk is not asked for it again, and who came to book goes on to the times."""
        topic = self._centre.catalogue.topics.get(request.args.get("topic", ""))
        if at == AT_PHONE and "book" in request.args:
            return url_for("expert_booking.begin", topic=request.args["book"])
        if at != AT_KIOSK or topic is None:
            return _home(at)
        with self._centre.database.transaction() as work:
            rules = self._centre.catalogue.appointments.experts
            consult = meeting.request(work, rules, session["visit"], topic.slug, at)
        return url_for("consult.page", consult=consult.id)

    def _is_mine(self, code: str) -> bool:
        """The phone that used this code up may scan it again."""
        with self._centre.database.reading() as work:
            return "visit" in session and visit_of(work, code) == session["visit"]


def _claim(work: Session, code: str) -> Visit:
    """Use the code up, and let the branch know that it was."""
    visit = claim_code(work, code)
    mark = ids.digest(ids.normalise_code(code))
    commands.ask(work, visit.branch_id, "code.claimed", digest=mark, visit=visit.id)
    return visit


def _where() -> str:
    return AT_KIOSK if request.args.get("at") == AT_KIOSK else AT_PHONE


def _wishes(at: str) -> dict[str, str]:
    """What the kiosk already knows, for the page that posts itself to say again."""
    wanted = ("topic", *look.LOOKS) if at == AT_KIOSK else ("book",)
    return {"at": at, **{name: request.args[name] for name in wanted if name in request.args}}


def _home(at: str) -> str:
    return url_for("consult.topics" if at == AT_KIOSK else "visit.home")


def _forget_browser() -> None:
    """Take the visit out of this browser; somebody who is signed in here stays so."""
    for key in ("visit", "at"):
        session.pop(key, None)
    look.forget()
    if "staff" not in session:
        session.clear()
