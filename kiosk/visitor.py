"""Who stands before the kiosk, as its signed cookie remembers: one visit, and how the screen should look."""

from flask import session

from branch.visits.services import choose_language, close_visit, open_visit
from kiosk.context import Hub

KEPT_FOR_STAFF = ("staff", "staff_role", "csrf_token")


def current_visit() -> str | None:
    """The visit of this browser, if one has begun."""
    return session.get("visit")


def the_visit() -> str:
    """The visit of this browser, on routes the access table keeps for customers."""
    return str(session["visit"])


def speak(hub: Hub, language: str) -> str:
    """Greet in a language from now on; the first time, this opens the visit."""
    chosen = language if language in hub.settings.languages else hub.settings.languages[0]
    with hub.writing() as work:
        visit = current_visit()
        if visit is None:
            visit = open_visit(work, hub.branch.id, "kiosk", chosen).id
        elif chosen != session.get("language"):
            choose_language(work, visit, chosen)
    session.update(visit=visit, language=chosen, at="kiosk")
    return visit


def make_sure(hub: Hub) -> str:
    """The visit, opened now if a person is called before anything else was touched."""
    return current_visit() or speak(hub, session.get("language", "ko"))


def say_goodbye(hub: Hub) -> bool:
    """Close the visit and empty the cookie; true when there was one.

    A sign-in survives where a desk and a kiosk are tried out in one browser; on a kiosk nobody signs in.
    """
    visit = current_visit()
    if visit is not None:
        with hub.writing() as work:
            close_visit(work, visit)
    staff = {key: session[key] for key in KEPT_FOR_STAFF if key in session} if "staff" in session else {}
    session.clear()
    session.update(staff)
    return visit is not None
