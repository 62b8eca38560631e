"""Carrying the visit on: to the visitor's phone by QR, to an expert at the centre in this very browser."""

from urllib.parse import urlencode

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.wrappers import Response as WerkzeugResponse

from branch.errors import Gone
from kiosk import handoff
from kiosk.context import Hub
from kiosk.frame import go
from signaling import look
from signaling.qr import picture

SECONDS_FOR_THE_CENTRE = 3.0


def blueprint(hub: Hub) -> Blueprint:
    """Codes are made by pages and forms only: the picture of one changes nothing."""
    pages = Blueprint("handoff", __name__)

    @pages.get("/phone")
    @hub.limiter.limit("60 per minute")
    def phone() -> str:
        return render_template("phone.html", handoff=handoff.current(hub))

    @pages.post("/phone")
    @hub.limiter.limit("10 per minute")
    def renew() -> WerkzeugResponse:
        handoff.renew(hub)
        return go("handoff.phone")

    @pages.get("/qr.svg")
    def qr() -> Response:
        shown = handoff.known(hub)
        if shown is None:
            raise Gone()
        return Response(picture(shown.url), mimetype="image/svg+xml")

    @pages.post("/expert")
    @hub.limiter.limit("10 per minute")
    def expert() -> WerkzeugResponse:
        """The centre must know the code before the browser arrives with it, so the line is emptied first."""
        url = handoff.single_use_url(hub)
        if not hub.link.flush(SECONDS_FOR_THE_CENTRE):
            return go("handoff.unreachable")
        return redirect(f"{url}?{urlencode(_wishes(hub))}", 303)

    @pages.get("/expert/unreachable")
    def unreachable() -> str:
        return render_template("unreachable.html")

    return pages


def _wishes(hub: Hub) -> dict[str, str]:
    """What the centre need not ask again: where this is, the topic that was tapped, how the screen should look."""
    topic = hub.catalogue.topics.get(request.form.get("topic", ""))
    return {"at": "kiosk", **({"topic": topic.slug} if topic else {}), **look.wished()}
