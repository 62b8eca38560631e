"""What can be done with a visit: open, record what happened, read the thread, close, forget."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from branch import clock, ids
from branch.afterwards import afterwards
from branch.bus import Fact
from branch.consults.guest_models import Guest
from branch.consults.models import Consult
from branch.errors import NotFound
from branch.link.models import send_up
from branch.notices.models import Contact, PushSubscription
from branch.rows import keep, put
from branch.surveys.models import Survey
from branch.visits.models import EventKind, Visit, VisitEvent, VisitNote
from branch.visits.severing import sever


def record(session: Session, visit: str, kind: EventKind, **payload: Any) -> VisitEvent:
    """Append one event to a visit's thread; after the commit it is told to the bus and, on a hub, to the centre.

    `payload` is JSON; it holds ids and choices, never a name or a customer's own words.
    """
    happened = VisitEvent(
        id=ids.ordered_id(), visit_id=visit, kind=kind.value, at=clock.now(), payload=payload
    )
    return append(session, happened)


def append(session: Session, happened: VisitEvent) -> VisitEvent:
    """Append an event that already has its id and time, such as one that came over the link."""
    put(
        session,
        VisitEvent,
        id=happened.id,
        visit_id=happened.visit_id,
        kind=happened.kind,
        at=happened.at,
        payload=happened.payload,
    )
    send_up(session, event_id=happened.id)
    tell(session, Fact(happened.id, happened.kind, happened.visit_id, happened.at, happened.payload))
    return happened


def tell(session: Session, fact: Fact) -> None:
    """Queue a fact for the bus; it is published once the transaction has committed."""
    afterwards(session).facts.append(fact)


def open_visit(session: Session, branch: str, origin: str, language: str, visit_id: str = "") -> Visit:
    """Begin a visit at the first touch; `origin` is "kiosk" or "phone". Its id may have been chosen before."""
    visit = Visit(
        id=visit_id or ids.new_id(),
        branch_id=branch,
        origin=origin,
        language=language,
        opened_at=clock.now(),
    )
    keep(session, visit)
    record(session, visit.id, EventKind.VISIT_OPENED, branch=branch, origin=origin, language=language)
    return visit


def adopt_visit(session: Session, visit_id: str, branch: str, language: str) -> None:
    """Know a visit that began on a phone; nothing is recorded, since the centre told it. A second time changes nothing."""
    if session.get(Visit, visit_id) is None:
        now = clock.now()
        keep(
            session,
            Visit(id=visit_id, branch_id=branch, origin="phone", language=language, opened_at=now),
        )


def get_visit(session: Session, visit_id: str) -> Visit:
    """The visit, unless it is unknown or forgotten: then NotFound."""
    visit = session.get(Visit, visit_id)
    if visit is None or visit.forgotten_at is not None:
        raise NotFound()
    return visit


def choose_language(session: Session, visit_id: str, language: str) -> None:
    """Set the language in which everyone greets this visitor from now on."""
    get_visit(session, visit_id).language = language
    record(session, visit_id, EventKind.LANGUAGE_CHOSEN, language=language)


def thread(session: Session, visit_id: str) -> list[VisitEvent]:
    """Everything that happened in the visit, oldest first."""
    events = select(VisitEvent).where(VisitEvent.visit_id == visit_id).order_by(VisitEvent.at, VisitEvent.id)
    return list(session.scalars(events))


def close_visit(session: Session, visit_id: str) -> None:
    """The visitor has left the kiosk; ticket and consult go on. Closing twice changes nothing."""
    closed = session.execute(
        update(Visit).where(Visit.id == visit_id, Visit.closed_at.is_(None)).values(closed_at=clock.now())
    )
    if closed.rowcount:  # type: ignore[attr-defined]
        record(session, visit_id, EventKind.VISIT_CLOSED)


def forget(session: Session, visit_id: str) -> None:
    """Empty everything the visit holds about the person; counts and times stay, without content."""
    erase(session, visit_id, clock.now())
    record(session, visit_id, EventKind.VISIT_FORGOTTEN)


def erase(session: Session, visit_id: str, at: datetime) -> None:
    """The erasing itself, also used when the wish to be forgotten came over the link."""
    visit = session.get(Visit, visit_id)
    for addresses in (PushSubscription, Contact):
        session.execute(delete(addresses).where(addresses.visit_id == visit_id))
    session.execute(update(Visit).where(Visit.id == visit_id).values(forgotten_at=at, quiz_type=None))
    session.execute(update(VisitEvent).where(VisitEvent.visit_id == visit_id).values(payload={}))
    session.execute(update(Survey).where(Survey.visit_id == visit_id).values(note=""))
    session.execute(update(Consult).where(Consult.visit_id == visit_id).values(agreed=None))
    consults = select(Consult.id).where(Consult.visit_id == visit_id)
    session.execute(update(Guest).where(Guest.consult_id.in_(consults)).values(name=""))
    session.execute(update(VisitNote).where(VisitNote.visit_id == visit_id).values(text=""))
    if visit is not None:
        sever(session, visit, at)
