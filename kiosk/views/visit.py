"""Language, menu, and how the screen should look to this visitor."""

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from branch.errors import BadInput
from branch.tickets.services import open_ticket
from kiosk.context import Hub
from kiosk.frame import go, our_own
from kiosk.lobby import waiting_total
from kiosk.visitor import current_visit, speak, the_visit
from signaling import look


def blueprint(hub: Hub) -> Blueprint:
    """Routes of the beginning of a visit."""
    pages = Blueprint("visit", __name__)

    @pages.get("/language")
    def show_languages() -> str:
        begun = current_visit() is not None
        return render_template(
            "language.html",
            languages=hub.settings.languages,
            chosen=begun,
            back="visit.menu" if begun else "attract.show",
            return_to=our_own(request.args.get("back", "")),
        )

    @pages.post("/language")
    def choose_language() -> Response:
        language = request.form.get("language", "")
        if language not in hub.settings.languages:
            raise BadInput()
        speak(hub, language)
        return redirect(our_own(request.form.get("back", "")), 303)

    @pages.get("/menu")
    def menu() -> str:
        with hub.reading() as work:
            ticket = open_ticket(work, the_visit())
            waiting = waiting_total(work, hub.branch)
        return render_template(
            "menu.html",
            number=ticket.number if ticket else None,
            waiting=waiting,
            questions=len(hub.catalogue.quiz.questions),
        )

    @pages.post("/tools")
    def tools() -> Response:
        """Contrast and zoom live in the cookie of this visit and go with it."""
        look.remember(request.form)
        return go("visit.menu")

    return pages
