"""The calls of the consult pages: JSON for the consult, SDP for its media."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, jsonify, request, session
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from branch.consults import consent
from branch.consults import services as consults
from branch.consults.errors import ConsultTaken
from branch.consults.models import Consult, Side
from branch.content.catalogue import consent_text
from branch.errors import BadInput
from branch.surveys.services import answer
from signaling.details import text
from signaling.reader import Reader
from signaling.surface import TooLarge, language
from web.context import Centre
from web.persons import Person, of_side

SDP = "application/sdp"
FRAGMENT = "application/trickle-ice-sdpfrag"  # RFC 8840, section 8
SDP_LIMIT = 64 * 1024


def blueprint(centre: Centre) -> Blueprint:
    """Routes under `/api/consults/<consult>`."""
    calls, view = Blueprint("api", __name__, url_prefix="/api/consults/<consult>"), ConsultCalls(centre)
    calls.get("")(view.snapshot)
    calls.post("/consent")(view.consent)
    calls.post("/ready")(view.ready)
    calls.post("/cancel")(view.cancel)
    calls.post("/end")(view.end)
    calls.post("/survey")(view.survey)
    calls.post("/recording")(view.pause_recording)
    calls.post("/media")(view.join)
    calls.patch("/media")(view.trickle)
    return calls


class ConsultCalls:
    """The calls about one consult, by its own customer or its own advisor."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre

    def _own(self, consult: str, act: Callable[[Session, Consult], object]) -> ResponseReturnValue:
        """Do something with the customer's own consult, and answer with how it stands then."""
        with self._centre.database.transaction() as work:
            found = consults.of_visit(work, consult, session["visit"])
            act(work, found)
            return jsonify(Reader(work, self._centre.catalogue, language()).consult(found))

    def snapshot(self, consult: str) -> ResponseReturnValue:
        with self._centre.database.reading() as work:
            found = consults.of_visit(work, consult, session["visit"])
            return jsonify(Reader(work, self._centre.catalogue, language()).consult(found))

    def consent(self, consult: str) -> ResponseReturnValue:
        told = _told()
        recording, version = told.get("recording"), text(told, "text_version")
        if not isinstance(recording, bool):
            raise BadInput()
        return self._own(consult, lambda work, found: self._answer(work, found, version, recording))

    def _answer(self, work: Session, found: Consult, version: str, recording: bool) -> None:
        asked, required = consent_text(self._centre.catalogue, found.topic)
        if version != asked.version:
            raise BadInput()
        consent.answer(work, found, version, language(), recording=recording, required=required)

    def ready(self, consult: str) -> ResponseReturnValue:
        return self._own(consult, consults.ready)

    def cancel(self, consult: str) -> ResponseReturnValue:
        return self._own(consult, consults.cancel)

    def end(self, consult: str) -> ResponseReturnValue:
        return self._own(consult, consults.end)

    def survey(self, consult: str) -> ResponseReturnValue:
        told = _told()
        return self._own(
            consult, lambda work, found: answer(work, found, told.get("score"), told.get("note", ""))
        )

    def pause_recording(self, consult: str) -> ResponseReturnValue:
        paused = _told().get("paused")
        if not isinstance(paused, bool):
            raise BadInput()
        found, side = _seat_of(self._centre, consult)
        self._centre.recorders.pause(found, side, paused)
        return Response(status=204)

    def join(self, consult: str) -> ResponseReturnValue:
        offer = sdp_body(SDP)
        found, person = _person_of(self._centre, consult)
        return Response(self._centre.meeting.join(found, person, offer), 201, mimetype=SDP)

    def trickle(self, consult: str) -> ResponseReturnValue:
        fragment = sdp_body(FRAGMENT)
        found, person = _person_of(self._centre, consult)
        self._centre.meeting.trickle(found, person, fragment)
        return Response(status=204)


def _seat_of(centre: Centre, consult: str) -> tuple[Consult, Side]:
    """Whose browser this is. One that is both says which with X-Maru-Side; the consult's own two and nobody else."""
    with centre.database.reading() as work:
        found = consults.get_consult(work, consult)
    sides = []
    if session.get("visit") == found.visit_id:
        sides.append(Side.CUSTOMER)
    if found.advisor_id is not None and session.get("staff") == found.advisor_id:
        sides.append(Side.ADVISOR)
    if not sides:
        raise ConsultTaken()
    wished = request.headers.get("X-Maru-Side")
    return found, next((side for side in sides if side == wished), sides[0])


def _person_of(centre: Centre, consult: str) -> tuple[Consult, Person]:
    found, side = _seat_of(centre, consult)
    with centre.database.reading() as work:
        return found, of_side(work, found, side)


def _told() -> dict[str, Any]:
    told = request.get_json(silent=True)
    if not isinstance(told, dict):
        raise BadInput()
    return told


def sdp_body(kind: str) -> str:
    """The text of a request that says it is of this kind. Raises BadInput, TooLarge."""
    if request.mimetype != kind:
        raise BadInput()
    if (request.content_length or 0) > SDP_LIMIT:
        raise TooLarge()
    return request.get_data(as_text=True)
