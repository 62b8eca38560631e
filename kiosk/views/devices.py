"""The devices of the branch, for staff: how each is and what to do, pairing a new one, taking a key back."""

from flask import Blueprint, render_template, request, session
from werkzeug.wrappers import Response

from branch.devices.models import DeviceKind
from branch.devices.pairing import Place, pair
from branch.devices.services import revoke, revoked_lately
from branch.errors import BadInput, NotFound
from branch.people.services import get_staff
from branch.slips.models import PaperSlip
from branch.slips.services import lately, line, order_again
from branch.tickets.models import Ticket
from hardware.client import AgentError, DeviceAgent
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
                waiting=[(slip, work.get_one(Ticket, slip.ticket_id)) for slip, _ in line(work)],
                printed=lately(work),
                practice=hub.watch.practice() if hub.settings.environment == "development" else None,
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

    _paper(pages, hub)
    return pages


def _paper(pages: Blueprint, hub: Hub) -> None:
    """Slips: printing one again, and playing what goes wrong while there is no real printer."""

    @pages.post("/slips/<slip>")
    def print_again(slip: str) -> Response:
        """One more slip after this one; it comes out where the first did, and carries a mark."""
        with hub.writing() as work:
            paper = work.get(PaperSlip, slip)
            if paper is None:
                raise NotFound()
            order_again(work, paper.ticket_id, paper.reprint)
        hub.printing.wake()
        return go("devices.show")

    @pages.post("/practice")
    def practice() -> Response:
        """Only while Maru is being developed, and only for a simulated printer."""
        if hub.settings.environment != "development":
            raise NotFound()
        agent = DeviceAgent(hub.settings.agent_url, hub.settings.agent_key.get_secret_value())
        try:
            agent.play(request.form.get("practice", ""))
        except AgentError:
            raise BadInput() from None
        hub.watch.look()
        hub.devices_moved()
        return go("devices.show")
