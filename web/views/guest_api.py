"""The calls of a guest's page: how the consult stands, its media, going out."""

from flask import Blueprint, Response, jsonify, session
from flask.typing import ResponseReturnValue

from branch.consults import guests
from branch.consults.errors import InvitationUnknown
from branch.consults.guest_models import Guest
from branch.consults.models import Consult
from branch.consults.services import get_consult
from signaling.guest import tell_others
from signaling.reader import Reader
from signaling.surface import language
from web.context import Centre
from web.persons import Person, of_guest
from web.views.api import FRAGMENT, SDP, sdp_body


def blueprint(centre: Centre) -> Blueprint:
    """Routes under `/api/guests/<guest>`."""
    calls, view = Blueprint("guest_api", __name__, url_prefix="/api/guests/<guest>"), GuestCalls(centre)
    calls.get("")(view.view)
    calls.post("/leave")(view.leave)
    calls.post("/away")(view.away)
    calls.post("/media")(view.media)
    calls.patch("/media")(view.trickle)
    return calls


class GuestCalls:
    """The calls of whoever holds this seat, and of nobody else."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre

    def view(self, guest: str) -> ResponseReturnValue:
        with self._centre.database.reading() as work:
            found = work.get(Guest, held(guest))
            if found is None:
                raise InvitationUnknown()
            return jsonify(Reader(work, self._centre.catalogue, language()).guest(found))

    def leave(self, guest: str) -> ResponseReturnValue:
        """Going out is not refused to anybody, even after the end."""
        with self._centre.database.transaction() as work:
            found = work.get(Guest, held(guest))
            if found is None:
                raise InvitationUnknown()
            guests.leave(work, found)
            consult = get_consult(work, found.consult_id)
            person = of_guest(consult, found)
        self._centre.meeting.send_away(consult, person)
        return Response(status=204)

    def away(self, guest: str) -> ResponseReturnValue:
        """Said by a page that closes: what its guest did not agree to begins again at once."""
        with self._centre.database.transaction() as work:
            found = guests.of_browser(work, held(guest))
            guests.step_out(work, found)
            tell_others(work, found)
            consult = get_consult(work, found.consult_id)
            person = of_guest(consult, found)
        self._centre.meeting.send_away(consult, person)
        return Response(status=204)

    def media(self, guest: str) -> ResponseReturnValue:
        offer = sdp_body(SDP)
        consult, person = self._person(guest)
        return Response(self._centre.meeting.join(consult, person, offer), 201, mimetype=SDP)

    def trickle(self, guest: str) -> ResponseReturnValue:
        fragment = sdp_body(FRAGMENT)
        consult, person = self._person(guest)
        self._centre.meeting.trickle(consult, person, fragment)
        return Response(status=204)

    def _person(self, guest: str) -> tuple[Consult, Person]:
        with self._centre.database.transaction() as work:
            found = guests.of_browser(work, held(guest))
            guests.come_back(work, found)
            consult = get_consult(work, found.consult_id)
            return consult, of_guest(consult, found)


def held(guest: str) -> str:
    """The seat this browser holds. Raises InvitationUnknown for any other."""
    if session.get("guest") != guest:
        raise InvitationUnknown()
    return guest
