"""The first screen and the way back to it: here no visit is, and nothing of the last one is left."""

from datetime import datetime

from flask import Blueprint, make_response, redirect, render_template, request, session, url_for
from flask_babel import force_locale, gettext
from werkzeug.wrappers import Response as WerkzeugResponse

from branch.tree.services import hanging
from kiosk.context import Hub
from kiosk.devices import this_device
from kiosk.errors import LeafPassOver
from kiosk.frame import go, wait_words
from kiosk.lobby import ServiceWait, service_waits, usual_wait, waiting_total
from kiosk.opening import closed_words, next_open
from kiosk.tree import read_pass, seal_pass, shown_tree
from kiosk.visitor import current_visit, say_goodbye

# The two that take turns before anybody has chosen a language.
TONGUES = ("ko", "en")


def blueprint(hub: Hub) -> Blueprint:
    """`/`, "I'm done", and the ways back from the centre."""
    pages = Blueprint("attract", __name__)

    @pages.get("/")
    def show() -> WerkzeugResponse:
        ended = _has_arrived() and say_goodbye(hub)
        session.setdefault("language", hub.settings.languages[0])
        with hub.reading() as work:
            waiting = waiting_total(work, hub.branch)
            usual = usual_wait(service_waits(work, hub.branch, TONGUES[0]))
            closed = next_open(work, hub.branch.id)
        facts = {
            tongue: _closed(tongue, *closed) if closed else _facts(tongue, waiting, usual)
            for tongue in TONGUES
        }
        return _forgetting(hub, make_response(render_template("attract.html", facts=facts)), ended)

    @pages.post("/done")
    def done() -> WerkzeugResponse:
        """The script that notices that nobody is there any more says so: nobody is asked for a leaf then."""
        leaf = None if "nobody" in request.form else _pass(hub)
        ended = say_goodbye(hub)
        return _forgetting(hub, go("attract.goodbye", leaf=leaf), ended)

    @pages.get("/done")
    def goodbye() -> WerkzeugResponse:
        leaf = _pass(hub) or request.args.get("leaf")
        ended = _has_arrived() and say_goodbye(hub)
        return _forgetting(hub, make_response(_goodbye(hub, leaf)), ended)

    @pages.get("/leave")
    def leave() -> WerkzeugResponse:
        ended = say_goodbye(hub)
        return _forgetting(hub, redirect(url_for("attract.show")), ended)

    return pages


def _pass(hub: Hub) -> str | None:
    """The pass of the visit that is being left."""
    visit = current_visit()
    return seal_pass(hub, visit) if visit else None


def _goodbye(hub: Hub, token: str | None) -> str:
    """Thanks in both languages; with a pass the tree as well, in the language that its visit had."""
    try:
        mine = read_pass(hub, token) if token else None
    except LeafPassOver:
        mine = None
    if token is None or mine is None:
        return render_template("done.html")
    session["language"] = mine.language
    with hub.reading() as work:
        shown, leaf = shown_tree(hub, work), hanging(work, mine.leaf)
    cheer = hub.catalogue.cheers.get(leaf.word) if leaf else None
    return render_template("leaf.html", shown=shown, token=token, leaf=leaf, cheer=cheer)


def _facts(tongue: str, waiting: int, usual: ServiceWait | None) -> list[tuple[str, str]]:
    """How long people wait now, as labels and values in one of the two languages."""
    with force_locale(tongue):
        facts = [(gettext("기다리시는 분"), gettext("%(count)s명", count=waiting))]
        if usual:
            facts.append((gettext("지금 오시면"), wait_words(usual.wait.low, usual.wait.high)))
    return facts


def _closed(tongue: str, opens: datetime | None, local: datetime) -> list[tuple[str, str]]:
    """That the door is closed, in place of the waits."""
    with force_locale(tongue):
        return [closed_words(opens, local)]


def _has_arrived() -> bool:
    """Whether the browser went here (W3C Fetch Metadata), and not a script that looks at the page again."""
    return request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"


def _forgetting(hub: Hub, response: WerkzeugResponse, ended: bool) -> WerkzeugResponse:
    """Tell the browser to forget too (W3C Clear Site Data).

    Cookies know no ports: on a developer's machine this would also sign out the advisor in the next window, so there
    only our own cookie, storage and cache go. A paired device keeps its key, which is nobody's own.
    """
    if ended:
        everything = hub.settings.environment == "production" and this_device(hub) is None
        response.headers["Clear-Site-Data"] = (
            '"cookies", "storage", "cache"' if everything else '"storage", "cache"'
        )
    return response
