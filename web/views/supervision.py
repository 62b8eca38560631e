"""A manager enters a running consult, and takes part in it as far as the chosen mode allows."""

from flask import Blueprint, Response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from branch import clock
from branch.consults import guests, supervision
from branch.consults.errors import InvitationUnknown
from branch.consults.guest_models import Mode
from branch.consults.models import Side
from branch.consults.services import get_consult
from branch.errors import BadInput
from branch.people.services import get_staff
from signaling.reader import Reader
from signaling.surface import language
from web.context import Centre
from web.persons import of_guest, of_side
from web.relay import ice_servers
from web.views.guest_api import held
from web.views.shared import page_data


def blueprint(centre: Centre) -> Blueprint:
    """Routes under `/manager/consults`."""
    pages, view = Blueprint("supervision", __name__, url_prefix="/manager/consults"), Supervision(centre)
    pages.post("/<consult>")(view.enter)
    pages.get("/seat/<guest>")(view.room)
    pages.post("/seat/<guest>/mode")(view.change)
    return pages


class Supervision:
    """What a manager may do in somebody's consult."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre

    def enter(self, consult: str) -> ResponseReturnValue:
        announced = self._centre.settings.announce_supervisors
        with self._centre.database.transaction() as work:
            manager = get_staff(work, session["staff"])
            guest = supervision.enter(work, get_consult(work, consult), manager, announced=announced)
        session["guest"] = guest.id
        return redirect(url_for("supervision.room", guest=guest.id), 303)

    def room(self, guest: str) -> ResponseReturnValue:
        with self._centre.database.reading() as work:
            found = guests.of_browser(work, held(guest))
            snapshot = Reader(work, self._centre.catalogue, language()).guest(found)
        data = page_data(
            "console",
            guest=found.id,
            at="console",
            joined=True,
            snapshot=snapshot,
            modeUrl=url_for("supervision.change", guest=found.id),
            leaveUrl=url_for("manager.page"),
            hold=self._centre.settings.hold_seconds,
            iceServers=ice_servers(self._centre.settings, clock.now()),
        )
        return render_template("guest.html", surface="console", page_data=data)

    def change(self, guest: str) -> ResponseReturnValue:
        """The media node is told at once: nobody is heard for a moment longer, or by anybody else, than the mode allows."""
        mode = _mode()
        with self._centre.database.transaction() as work:
            found = guests.of_browser(work, held(guest))
            if found.staff_id != session["staff"]:
                raise InvitationUnknown()
            supervision.change(work, found, mode)
            consult = get_consult(work, found.consult_id)
            people = (of_guest(consult, found), of_side(work, consult, Side.ADVISOR))
        for person in people:
            self._centre.meeting.let_hear(consult, person)
        return Response(status=204)


def _mode() -> Mode:
    told = request.get_json(silent=True)
    try:
        return Mode(str(told.get("mode")) if isinstance(told, dict) else "")
    except ValueError:
        raise BadInput() from None
