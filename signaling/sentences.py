"""The thread of a visit in sentences: what happened, in the language of whoever reads it."""

from babel import Locale
from flask_babel import force_locale, gettext
from sqlalchemy.orm import Session

from branch.content.catalogue import Catalogue, in_language
from branch.tickets.models import Service
from branch.visits.models import Visit, VisitEvent
from branch.visits.sentences import GUESTS, SENTENCES
from branch.visits.services import thread
from signaling.bookings import when
from signaling.names import desk_name
from signaling.payloads import ThreadEntry
from signaling.words import SIDES


def read_thread(session: Session, catalogue: Catalogue, visit: Visit, language: str) -> list[ThreadEntry]:
    """The events that have a sentence, oldest first."""
    told = [happened for happened in thread(session, visit.id) if happened.kind in SENTENCES]
    with force_locale(language):
        return [
            {
                "at": happened.at.isoformat(),
                "kind": happened.kind,
                "text": _sentence(session, catalogue, visit, happened, language),
            }
            for happened in told
        ]


def topic_name(catalogue: Catalogue, slug: str, language: str) -> str:
    """A topic by its name; one that left the content keeps its slug."""
    content = catalogue.topics.get(slug)
    return in_language(content.name, language) if content else slug


def _sentence(
    session: Session, catalogue: Catalogue, visit: Visit, happened: VisitEvent, language: str
) -> str:
    """One event; the places of any sentence are filled from the ids that it carries."""
    payload = happened.payload
    service = session.get(Service, f"{visit.branch_id}.{payload.get('service')}")
    kind = catalogue.quiz.type_of(str(payload.get("type")))
    values = {
        "language": _language_name(str(payload.get("language", visit.language)), language),
        "type": in_language(kind.name, language) if kind else "",
        "service": in_language(service.name, language) if service else "",
        "number": str(payload.get("number", "")),
        "desk": desk_name(str(payload.get("desk_name") or ""), language),
        "place": _place(service, payload, language),
        "when": when(session, visit, payload, language),
        "topic": topic_name(catalogue, str(payload.get("topic", "")), language),
        "side": str(gettext(SIDES[side])) if (side := str(payload.get("side"))) in SIDES else "",
        "guest": str(gettext(GUESTS[role])) if (role := str(payload.get("role"))) in GUESTS else "",
    }
    return str(gettext(SENTENCES[happened.kind])) % values


def _place(service: Service | None, payload: dict[str, object], language: str) -> str:
    """Where somebody was sent to: a desk, else a service."""
    desk = desk_name(str(payload.get("to_desk_name") or ""), language)
    return desk or (in_language(service.name, language) if service else "")


def _language_name(code: str, reader: str) -> str:
    return str(Locale.parse(code).get_display_name(reader) or code)
