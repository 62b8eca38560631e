"""The devices of the branch, for staff: how each is and what to do, pairing a new one, taking a key back."""

from flask import Blueprint, render_template, request, session
from werkzeug.wrappers import Response

from branch.devices.models import DeviceKind
from branch.devices.pairing import Place, pair
from branch.devices.services import revoke, revoked_lately
from branch.people.services import get_staff
from kiosk.context import Hub
from kiosk.frame import go
from signaling import device_words


def blueprint(hub: Hub) -> Blueprint:
    """For tellers and managers, on any computer of the branch."""
    pages = Blueprint("devices", __name__, url_prefix="/devices")

    @pages.get("")
    def show() -> str:
        with hub.reading() as work:
            return render_template(
                "devices.html",
                staff=get_staff(work, session["staff"]),
                cards=hub.watch.cards(work),
                revoked=revoked_lately(work, hub.branch.id),
                kinds=list(DeviceKind),
                link=hub.link.state,
                room_mb=hub.watch.room_mb(),
                words=device_words,
            )

    @pages.post("")
    @hub.limiter.limit("60 per minute")
    def add() -> Response:
        form = request.form
        place = Place.named(
            form.get("kind", ""), form.get("place", ""), form.get("number", ""), form.get("agent_url", "")
        )
        pair(hub.database, hub.branch.id, session["staff"], form.get("code", ""), place)
        hub.devices_moved()
        return go("devices.show")

    @pages.post("/<device>/revoke")
    def take_back(device: str) -> Response:
        with hub.writing() as work:
            revoke(work, hub.branch.id, device, session["staff"])
        hub.devices_moved()
        return go("devices.show")

    return pages
