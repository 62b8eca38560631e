"""What tellers write down about a visit: kept in the branch, shown beside the thread, erased when the visit is forgotten."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from branch import clock, ids
from branch.errors import BadText
from branch.visits.models import EventKind, VisitNote
from branch.visits.services import get_visit, record

LONGEST = 500


def write_note(session: Session, visit_id: str, staff_id: str, text: str) -> VisitNote:
    """Add a note of 1 to 500 characters; the thread says only that there is one. Raises BadText and NotFound."""
    words = text.strip()
    if not 0 < len(words) <= LONGEST:
        raise BadText(limit=LONGEST)
    get_visit(session, visit_id)
    note = VisitNote(id=ids.new_id(), visit_id=visit_id, staff_id=staff_id, at=clock.now(), text=words)
    session.add(note)
    session.flush()
    record(session, visit_id, EventKind.NOTE_WRITTEN, note=note.id)
    return note


def notes_of(session: Session, visit_id: str) -> list[VisitNote]:
    """The visit's notes, the newest first; an erased one is gone."""
    written = select(VisitNote).where(VisitNote.visit_id == visit_id, VisitNote.text != "")
    return list(session.scalars(written.order_by(VisitNote.at.desc(), VisitNote.id)))
