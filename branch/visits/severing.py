"""Forgetting a visit that has recordings: those that must be kept are cut off from it, all others are to be deleted."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from branch import clock, ids
from branch.consults.models import FINISHED_STATES, Consent, Consult
from branch.recordings.models import Recording
from branch.surveys.models import Survey
from branch.visits.models import Visit


@dataclass(frozen=True)
class Remaining:
    """What becomes of a visit's recordings when it is forgotten: how long the last one is kept, whether others go."""

    kept_until: datetime | None
    deleted: bool


def remaining(session: Session, visit_id: str, days: int) -> Remaining:
    """What the customer has to know before and after; `days` is how long a recording is kept."""
    rows = select(Consult.ended_at, Recording.required).join(Recording, Recording.consult_id == Consult.id)
    there = rows.where(Consult.visit_id == visit_id, Consult.accepted_at.is_not(None))
    found = session.execute(there.where(Recording.deleted_at.is_(None))).all()
    ends = [(ended_at or clock.now()) + timedelta(days=days) for ended_at, required in found if required]
    return Remaining(max(ends, default=None), any(not required for _, required in found))


def sever(session: Session, visit: Visit, at: datetime) -> None:
    """Let the consults whose recordings must be kept belong to a visit that nothing else leads to.

    Neither ticket nor thread nor browser knows that visit; the consent goes along, since the recording rests on it.
    """
    kept = select(Consult).join(Recording, Recording.consult_id == Consult.id)
    kept = kept.where(Consult.visit_id == visit.id, Consult.state.in_(FINISHED_STATES), Recording.required)
    for consult in session.scalars(kept).all():
        alone = Visit(
            id=ids.new_id(),
            branch_id=visit.branch_id,
            origin=visit.origin,
            language=visit.language,
            opened_at=consult.requested_at,
            closed_at=at,
            forgotten_at=at,
        )
        session.add(alone)
        session.flush()
        for table in (Consent, Survey):
            session.execute(update(table).where(table.consult_id == consult.id).values(visit_id=alone.id))
        consult.visit_id = alone.id
    session.flush()
