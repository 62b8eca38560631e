"""Contrast and zoom of a kiosk's screen while it shows the centre's pages."""

from flask import Blueprint, request

from signaling import look
from web.context import Centre


def blueprint(centre: Centre) -> Blueprint:
    """Route `/tools`, as the branch's own screens have it."""
    pages = Blueprint("look", __name__)

    @pages.post("/tools")
    @centre.limiter.limit("120 per minute")
    def tools() -> tuple[str, int]:
        """Lives in the cookie of this visit and goes with it."""
        look.remember(request.form)
        return "", 204

    return pages
