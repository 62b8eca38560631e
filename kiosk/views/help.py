"""Calling a person: from every screen, and what the visitor is told until somebody comes."""

from flask import Blueprint, render_template, request, session
from werkzeug.wrappers import Response

from kiosk import help_calls
from kiosk.context import Hub
from kiosk.frame import go, our_own
from kiosk.visitor import make_sure


def blueprint(hub: Hub) -> Blueprint:
    """The bell works before a visit has begun, too."""
    pages = Blueprint("help", __name__)

    @pages.post("/help")
    @hub.limiter.limit("20 per minute")
    def call() -> Response:
        visit = make_sure(hub)
        with hub.writing() as work:
            help_calls.call(work, visit, hub.settings.kiosk_name)
        session["back"] = our_own(request.form.get("back", ""))
        return go("help.show")

    @pages.get("/help")
    def show() -> str:
        return render_template("help.html", back=session.get("back", "/menu"))

    return pages
