"""An advisor invites somebody into the consult in hand: a link and its QR code, once; and takes seats back."""

import base64

from flask import Blueprint, Response, jsonify, request, session, url_for
from flask.typing import ResponseReturnValue

from branch.consults import guests
from branch.consults import services as consults
from branch.errors import BadInput
from signaling.details import text
from signaling.guest_cards import guest_card
from signaling.qr import picture
from web.context import Centre
from web.persons import of_guest


def blueprint(centre: Centre) -> Blueprint:
    """Routes under `/api/consults/<consult>/guests`."""
    calls = Blueprint("invitation", __name__, url_prefix="/api/consults/<consult>/guests")
    view = Invitations(centre)
    calls.post("")(view.send)
    calls.post("/<guest>/remove")(view.take_back)
    return calls


class Invitations:
    """What the advisor of a consult may do about further people."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre

    def send(self, consult: str) -> ResponseReturnValue:
        """The link is told this once: the database keeps its digest alone."""
        told = request.get_json(silent=True)
        if not isinstance(told, dict):
            raise BadInput()
        with self._centre.database.transaction() as work:
            mine = consults.of_advisor(work, consult, session["staff"])
            guest, token = guests.invite(work, mine, text(told, "role"), text(told, "name"))
            card = guest_card(guest)
        link = url_for("guest.show", token=token, _external=True)
        code = base64.b64encode(picture(link)).decode()
        return jsonify(
            guest=card,
            link=link,
            qr=f"data:image/svg+xml;base64,{code}",
            expires_at=guest.expires_at.isoformat(),
        ), 201

    def take_back(self, consult: str, guest: str) -> ResponseReturnValue:
        with self._centre.database.transaction() as work:
            mine = consults.of_advisor(work, consult, session["staff"])
            gone = guests.of_consult(work, mine, guest)
            guests.remove(work, gone)
            person = of_guest(mine, gone)
        self._centre.meeting.send_away(mine, person)
        return Response(status=204)
