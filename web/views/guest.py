"""The way of an invited person into a consult: looking at the link uses nothing up, agreeing takes the seat."""

from flask import Blueprint, Response, jsonify, render_template, request, session
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from branch import clock
from branch.consults import guests
from branch.consults.errors import InvitationTaken
from branch.consults.guest_models import Guest, GuestState
from branch.consults.services import get_consult
from branch.content.catalogue import ConsentText, consent_text, in_language, lines_in
from branch.errors import BadInput
from signaling.details import text
from signaling.reader import Reader
from signaling.surface import language
from web.context import Centre
from web.relay import ice_servers
from web.views.shared import page_data

SURFACE = "phone"


def failed(response: Response) -> bool:
    """Only links that lead nowhere count as guesses."""
    return response.status_code == 404


def blueprint(centre: Centre) -> Blueprint:
    """Route `/with/<token>`."""
    pages, view = Blueprint("guest", __name__, url_prefix="/with/<token>"), GuestPages(centre)
    limit = centre.limiter.limit("20 per minute", deduct_when=failed)
    pages.get("")(limit(view.show))
    pages.post("")(limit(view.join))
    return pages


class GuestPages:
    """The page of an invitation, for the one browser that takes it."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre

    def show(self, token: str) -> ResponseReturnValue:
        with self._centre.database.reading() as work:
            guest = _of_this_browser(work, token)
            data = self._page_data(work, guest, token)
        return render_template("guest.html", surface=SURFACE, page_data=data)

    def join(self, token: str) -> ResponseReturnValue:
        """Agree and come in, or come in again; answers with the consult as this guest sees it."""
        with self._centre.database.transaction() as work:
            guest = _of_this_browser(work, token)
            if guest.joined_at is None:
                guest = guests.join(work, token, self._answer(self._text(work, guest)[0]))
            guests.come_back(work, guest)
            snapshot = Reader(work, self._centre.catalogue, language()).guest(guest)
        session.permanent = True
        session.update(guest=guest.id, guest_link=token)
        return jsonify(snapshot)

    def _text(self, work: Session, guest: Guest) -> tuple[ConsentText, bool]:
        """What is asked about the recording, and whether it has to be agreed to."""
        return consent_text(self._centre.catalogue, get_consult(work, guest.consult_id).topic)

    def _answer(self, asked: ConsentText) -> guests.Answer:
        told = request.get_json(silent=True)
        told = told if isinstance(told, dict) else {}
        recording, version = told.get("recording"), text(told, "text_version")
        if not isinstance(recording, bool) or version != asked.version:
            raise BadInput()
        return guests.Answer(recording, version, language())

    def _page_data(self, work: Session, guest: Guest, token: str) -> dict[str, object]:
        (text, required), reader = self._text(work, guest), language()
        consult = get_consult(work, guest.consult_id)
        snapshot = Reader(work, self._centre.catalogue, reader).guest(guest)
        return page_data(
            SURFACE,
            guest=guest.id,
            token=token,
            at=SURFACE,
            joined=guest.state == GuestState.JOINED,
            snapshot=snapshot,
            consent={
                "version": text.version,
                "title": in_language(text.title, reader),
                "lines": lines_in(text.lines, reader),
                "agree": in_language(text.agree, reader),
                "without": in_language(text.decline, reader),
                "required": required,
            },
            recorded=bool(consult.recording),
            hold=self._centre.settings.hold_seconds,
            iceServers=ice_servers(self._centre.settings, clock.now()),
        )


def _of_this_browser(work: Session, token: str) -> Guest:
    """Whom the link was made for. Raises InvitationTaken where another browser holds the seat, and as `invited` does."""
    guest = guests.invited(work, token)
    if guest.joined_at is not None and session.get("guest") != guest.id:
        raise InvitationTaken()
    return guest
