"""Calls for a person: who pressed the bell and has not been answered."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from branch import clock
from branch.visits.models import EventKind, Visit, VisitEvent
from branch.visits.services import get_visit, record

STILL_RINGS = timedelta(minutes=30)
COMES_WITHIN = timedelta(minutes=5)
KINDS = (EventKind.PERSON_CALLED.value, EventKind.PERSON_CAME.value)


class HelpState(StrEnum):
    """How a visit's call for a person stands."""

    NONE = "none"
    CALLED = "called"
    COMING = "coming"


@dataclass(frozen=True)
class HelpCall:
    """An unanswered call, as the desk sees it."""

    visit: str
    at: datetime
    place: str
    language: str


def call(session: Session, visit_id: str, place: str) -> None:
    """Ring at the desks; pressing again while it rings changes nothing."""
    get_visit(session, visit_id)
    if state(session, visit_id) is not HelpState.CALLED:
        record(session, visit_id, EventKind.PERSON_CALLED, place=place)


def answer(session: Session, visit_id: str, staff_id: str) -> None:
    """Somebody is on the way; a call that was already answered stays answered."""
    get_visit(session, visit_id)
    if state(session, visit_id) is HelpState.CALLED:
        record(session, visit_id, EventKind.PERSON_CAME, staff=staff_id)


def state(session: Session, visit_id: str) -> HelpState:
    """Whether the visitor has called, and whether somebody is on the way; who was on the way has come by now."""
    of_visit = select(VisitEvent).where(VisitEvent.visit_id == visit_id, VisitEvent.kind.in_(KINDS))
    last = session.scalar(of_visit.order_by(VisitEvent.at.desc()).limit(1))
    if last is None:
        return HelpState.NONE
    if last.kind == EventKind.PERSON_CALLED:
        return HelpState.CALLED
    return HelpState.COMING if last.at > clock.now() - COMES_WITHIN else HelpState.NONE


def ringing(session: Session, branch_id: str) -> list[HelpCall]:
    """Calls nobody has answered, oldest first; after half an hour a call has gone by itself."""
    rows = session.execute(
        select(VisitEvent, Visit.language)
        .join(Visit, Visit.id == VisitEvent.visit_id)
        .where(
            Visit.branch_id == branch_id,
            VisitEvent.kind.in_(KINDS),
            VisitEvent.at > clock.now() - STILL_RINGS,
        )
        .order_by(VisitEvent.at)
    )
    open_calls: dict[str, HelpCall] = {}
    for happened, language in rows:
        if happened.kind == EventKind.PERSON_CALLED:
            place = str(happened.payload.get("place", ""))
            open_calls.setdefault(
                happened.visit_id, HelpCall(happened.visit_id, happened.at, place, language)
            )
        else:
            open_calls.pop(happened.visit_id, None)
    return list(open_calls.values())
