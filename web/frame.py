"""What all pages of the centre share: words for templates, the way back from an error, and answers for a kiosk's script."""

from babel.dates import format_skeleton
from flask import Flask, session, url_for
from flask_babel import get_locale

from branch.content.catalogue import in_language, lines_in
from branch.people.models import Role
from signaling import look
from signaling.names import LANGUAGE_NAMES
from signaling.surface import answer_scripts, language
from web import ticket_words
from web.context import Centre
from web.recording_rows import clock as clock_length
from web.views.shared import branch_name, page_data

HOME = {Role.ADVISOR: "advisor.console", Role.TELLER: "arrival.origin", Role.MANAGER: "manager.page"}
TOPIC_ICONS = {"tax": "tax", "realestate": "house", "products": "seed"}


def install(app: Flask, centre: Centre) -> None:
    """Hook the shared things into the app."""
    app.context_processor(_page)
    app.after_request(answer_scripts)
    app.jinja_env.globals.update(
        say=lambda texts: in_language(texts, language()),
        lines=lambda texts: lines_in(texts, language()),
        branch_name=lambda branch: branch_name(centre, branch),
        length=clock_length,
        ticket_line=ticket_words.ticket_line,
        ticket_mood=ticket_words.mood,
        kept_until=ticket_words.until,
        news_of=ticket_words.news_of,
        on_day=lambda at: format_skeleton("MMMEd", at, locale=get_locale()),
        wait_words=ticket_words.wait_words,
        topic_icon=lambda slug: TOPIC_ICONS.get(slug, "chat"),
        language_names=LANGUAGE_NAMES,
    )


def _page() -> dict[str, object]:
    """What every template may use: the page's data, and how an error looks here."""
    return {"page_data": page_data(), **look.on_page(), **_after_error()}


def _after_error() -> dict[str, str]:
    """Which surface an error page is drawn for, and where it leads: back to what this browser is for."""
    if session.get("at") == "kiosk":
        return {"error_surface": "kiosk", "error_home": url_for("arrival.done")}
    if "staff_role" in session and "visit" not in session:
        return {"error_surface": "console", "error_home": url_for(HOME[Role(session["staff_role"])])}
    return {"error_surface": "phone", "error_home": url_for("arrival.origin")}
