"""The page that shows every class and character, while Maru is being developed."""

from flask import Blueprint, abort, render_template

from kiosk.context import Hub


def blueprint(hub: Hub) -> Blueprint:
    """`/look`; in production it is not there."""
    pages = Blueprint("look", __name__)

    @pages.get("/look")
    def show() -> str:
        if hub.settings.environment != "development":
            abort(404)
        return render_template("look.html", types=hub.catalogue.quiz.types)

    return pages
