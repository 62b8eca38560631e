"""What all pages of the hub share: who is greeted how, what templates may say, and how errors look here."""

from datetime import datetime
from typing import Any

from flask import Flask, Response, redirect, request, session, url_for
from flask_babel import gettext
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response as WerkzeugResponse

from branch import clock
from branch.content.catalogue import in_language, lines_in
from branch.errors import AccessDenied
from branch.visits.models import Visit
from kiosk.context import Hub
from kiosk.help_calls import HelpState
from kiosk.help_calls import state as help_state
from kiosk.visitor import current_visit
from signaling import look
from signaling.names import LANGUAGE_NAMES, desk_name
from signaling.surface import answer_scripts, explain, language

STAFF_PAGES = frozenset({"desk", "devices", "sign_in"})
PLAIN_PAGES = frozenset({"static", "healthz"})


def install(app: Flask, hub: Hub) -> None:
    """Hook the shared things into the app."""
    app.before_request(_greet_in_korean)
    app.after_request(answer_scripts)
    app.register_error_handler(AccessDenied, _not_here)
    app.context_processor(lambda: _page(hub))
    app.jinja_env.globals.update(
        say=lambda texts: in_language(texts, language()),
        lines=lambda texts: lines_in(texts, language()),
        wait_words=wait_words,
        language_names=LANGUAGE_NAMES,
        own_character=lambda: own_character(hub),
        desk_in=lambda name: desk_name(name, language()),
        branch_name=lambda: hub.catalogue.branches.of(hub.branch.id, hub.branch.name, language()),
    )
    app.jinja_env.filters["local_time"] = lambda at: hub.local(at).strftime("%H:%M")
    app.jinja_env.filters["iso"] = datetime.isoformat
    app.jinja_env.filters["moment"] = datetime.fromisoformat


def wait_words(low: int, high: int) -> str:
    """A range of minutes as a teller would say it."""
    if high == 0:
        words = gettext("바로")
    elif low == 0:
        words = gettext("%(high)s분 안에", high=high)
    elif low == high:
        words = gettext("약 %(high)s분", high=high)
    else:
        words = gettext("%(low)s~%(high)s분", low=low, high=high)
    return str(words)


def own_character(hub: Hub) -> str:
    """Who goes with this visitor: the type's own character, or the magpie, who brings good news, before there is one."""
    with hub.reading() as work:
        visit = work.get(Visit, current_visit() or "")
    return (visit.quiz_type if visit else None) or "magpie"


def _greet_in_korean() -> None:
    """A kiosk speaks the branch's language until a visitor chooses, whatever its browser was set up with."""
    if request.endpoint not in PLAIN_PAGES and "language" not in session:
        session["language"] = "ko"


def _not_here(error: AccessDenied) -> tuple[Response | str, int] | WerkzeugResponse:
    """A visitor's page without a visit, as after the goodbye, is the first screen."""
    if request.method == "GET" and current_visit() is None and request.blueprint not in STAFF_PAGES:
        return redirect(url_for("attract.show"))
    return explain(error)


def go(endpoint: str, **values: Any) -> WerkzeugResponse:
    """See other (RFC 9110, section 15.4.4): where a form leads."""
    return redirect(url_for(endpoint, **values), 303)


def our_own(path: str) -> str:
    """A page of ours to go back to, never another site; the menu where it is none."""
    is_ours = path.startswith("/") and not path.startswith(("//", "/\\", "/help", "/language"))
    return path if is_ours and path != "/" else url_for("visit.menu")


def _page(hub: Hub) -> dict[str, object]:
    return {
        "hub": hub,
        "now": hub.local(clock.now()),
        **look.on_page(),
        "error_frame": "desk_error.html" if request.blueprint in STAFF_PAGES else "kiosk_error.html",
        "help": _help(hub),
        "page_data": page_data(hub),
    }


def page_data(hub: Hub) -> dict[str, object]:
    """What the pages' scripts need to know."""
    settings = hub.settings
    return {
        "language": language(),
        "csrf": generate_csrf(),
        "visit": current_visit() is not None,
        "idle": {"seconds": settings.idle_seconds, "warning": settings.warning_seconds},
        "vision": f"{settings.vision_origin}/vision",
        "timezone": hub.branch.timezone,
        "version": hub.version,
    }


def _help(hub: Hub) -> HelpState:
    visit = current_visit()
    if visit is None:
        return HelpState.NONE
    with hub.reading() as work:
        return help_state(work, visit)
