"""The sounds of the waiting room: the chime, a bank's recordings, and sentences spoken for a number that is called now."""

from mimetypes import guess_type
from pathlib import Path

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as WerkzeugResponse

from branch import clock
from branch.errors import NotFound
from branch.people.models import Desk
from branch.tickets.models import Ticket, TicketState
from kiosk.announcements.reading import Phrases, phrases
from kiosk.context import Hub
from signaling.names import desk_name


def blueprint(hub: Hub) -> Blueprint:
    """Nothing is spoken that nobody called: a sentence is asked for by its ticket, never by its words."""
    pages = Blueprint("voice", __name__)

    @pages.get("/display/chime")
    def chime() -> WerkzeugResponse:
        return _sound(hub.voice.chime())

    @pages.get("/display/recorded/<language>/<piece>")
    def recorded(language: str, piece: str) -> WerkzeugResponse:
        file = hub.voice.recordings.file(language, piece)
        if file is None:
            raise NotFound()
        return _sound(file)

    @pages.get("/display/spoken/<language>/<ticket>/<half>")
    def spoken(language: str, ticket: str, half: str) -> WerkzeugResponse:
        said = _phrases(hub, language, ticket)
        halves = {"number": said.number, "desk": said.desk}
        if half not in halves:
            raise NotFound()
        return _sound(hub.voice.say(language, halves[half]))

    return pages


def _phrases(hub: Hub, language: str, ticket_id: str) -> Phrases:
    content = hub.catalogue.announcements.root.get(language)
    with hub.reading() as work:
        ticket = work.get(Ticket, ticket_id)
        desk = work.get(Desk, ticket.desk_id) if ticket is not None and ticket.desk_id else None
    if content is None or ticket is None or desk is None or ticket.state != TicketState.CALLED:
        raise NotFound()
    if ticket.day != clock.business_day(clock.now(), hub.branch.timezone):
        raise NotFound()
    return phrases(content, language, ticket.letter, ticket.serial, desk_name(desk.name, language))


def _sound(file: Path) -> WerkzeugResponse:
    """Some 80 KB, whole or in ranges (RFC 9110, section 14), as browsers ask for media."""
    sound = file.read_bytes()
    answer = Response(sound, mimetype=guess_type(file.name)[0] or "audio/wav")
    return answer.make_conditional(request.environ, accept_ranges=True, complete_length=len(sound))
