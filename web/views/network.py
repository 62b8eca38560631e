"""What a browser asks about its ways through the network, and the page that tries them one by one."""

from flask import Blueprint, Response, jsonify, render_template, session, url_for
from flask.typing import ResponseReturnValue

from branch import clock
from branch.consults.services import open_consult
from branch.people.models import Role
from branch.people.services import get_staff
from web.context import Centre
from web.frame import HOME
from web.relay import ice_servers
from web.views.api import SDP, sdp_body
from web.views.shared import page_data, surface


def blueprint(centre: Centre) -> Blueprint:
    """Routes `/selftest`, `/api/selftest/media` and `/api/ice-servers`."""
    calls, view = Blueprint("network", __name__), Network(centre)
    calls.get("/selftest")(view.selftest)
    calls.post("/api/selftest/media")(centre.limiter.limit("30 per minute")(view.rehearse))
    calls.get("/api/ice-servers")(view.relays)
    return calls


class Network:
    """Ways for media, and trying them."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre

    def selftest(self) -> ResponseReturnValue:
        where, back = ("console", self._desk()) if "staff" in session else (surface(), self._visit())
        ways = {"backUrl": back, "helpUrl": url_for("visit.help_page")}
        servers = ice_servers(self._centre.settings, clock.now())
        data = page_data(where, at=where, iceServers=servers, **ways)
        return render_template("selftest.html", surface=where, page_data=data)

    def _desk(self) -> str:
        with self._centre.database.reading() as work:
            return url_for(HOME[Role(get_staff(work, session["staff"]).role)])

    def _visit(self) -> str:
        """The consult that waits for the end of the check, or the visit; for somebody invited, their link."""
        if "visit" not in session:
            link = session.get("guest_link")
            return url_for("guest.show", token=link) if link else url_for("arrival.origin")
        with self._centre.database.reading() as work:
            consult = open_consult(work, session["visit"])
        return url_for("consult.page", consult=consult.id) if consult else url_for("visit.home")

    def rehearse(self) -> ResponseReturnValue:
        return Response(self._centre.rehearsal.join(sdp_body(SDP)), 201, mimetype=SDP)

    def relays(self) -> ResponseReturnValue:
        """Fresh credentials for a page that stays open for longer than they last."""
        return jsonify(iceServers=ice_servers(self._centre.settings, clock.now()))
