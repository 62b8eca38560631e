"""Recordings after their consults: what was kept and sealed, whether it still holds, and who looked at it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session

from branch import clock, ids
from branch.consults.models import FINISHED_STATES, Consult
from branch.errors import NotFound
from branch.people.models import Staff
from branch.recordings.models import Recording, RecordingUse, Use
from branch.visits.models import Visit

LISTED = 100
WITHDRAWN = and_(
    Visit.forgotten_at.is_not(None), Recording.required.is_(False), Recording.deleted_at.is_(None)
)
"""Its customer has forgotten the visit, and the bank may let go of it: it is being deleted."""
STILL_LOOKED_FOR = timedelta(days=7)
"""A media node that was away may bring its parts of a recording back until then."""


@dataclass(frozen=True)
class Wanted:
    """Which recordings to list; None is all. `holds` is "yes", "no" or "unknown"."""

    topic: str | None = None
    advisor: str | None = None
    holds: str | None = None
    branch: str | None = None


def listed(session: Session, wanted: Wanted) -> list[tuple[Consult, Recording]]:
    """The newest recordings of consults that came to a talk."""
    rows = select(Consult, Recording).join(Recording, Recording.consult_id == Consult.id)
    rows = rows.join(Visit, Visit.id == Consult.visit_id)
    rows = rows.where(Consult.live_at.is_not(None), Consult.state.in_(FINISHED_STATES), ~WITHDRAWN)
    if wanted.topic:
        rows = rows.where(Consult.topic == wanted.topic)
    if wanted.advisor:
        rows = rows.where(Consult.advisor_id == wanted.advisor)
    if wanted.branch:
        rows = rows.where(Visit.branch_id == wanted.branch)
    if wanted.holds:
        holds = {"yes": True, "no": False}.get(wanted.holds)
        rows = rows.where(Recording.holds.is_(holds))
    newest = rows.order_by(Consult.live_at.desc(), Consult.id).limit(LISTED)
    return [(consult, recording) for consult, recording in session.execute(newest)]


def finished(session: Session, consult_id: str) -> tuple[Consult, Recording]:
    """A recording of a consult that is over. Raises NotFound."""
    consult, recording = session.get(Consult, consult_id), session.get(Recording, consult_id)
    if consult is None or recording is None or consult.state not in FINISHED_STATES:
        raise NotFound()
    if _is_withdrawn(session, consult, recording):
        raise NotFound()
    return consult, recording


def unkept(session: Session) -> list[Consult]:
    """The consults that are over and whose recording nobody has looked at yet."""
    rows = select(Consult).join(Recording, Recording.consult_id == Consult.id)
    waiting = rows.where(Consult.state.in_(FINISHED_STATES), Recording.kept_at.is_(None))
    return list(session.scalars(waiting.where(Consult.ended_at > clock.now() - STILL_LOOKED_FOR)))


def unchecked(session: Session) -> list[str]:
    """The consults whose recording was kept and could not be verified then."""
    rows = select(Recording).where(Recording.checked_at.is_(None), Recording.deleted_at.is_(None))
    kept = session.scalars(rows.where(Recording.kept_at > clock.now() - STILL_LOOKED_FOR))
    return [recording.consult_id for recording in kept if recording.parts]


def keep(
    session: Session, consult_id: str, parts: Sequence[dict[str, Any]], seconds: float, gap_seconds: float
) -> bool:
    """Note what was recorded with its seals, once; true for the process that was first."""
    kept = session.execute(
        update(Recording)
        .where(Recording.consult_id == consult_id, Recording.kept_at.is_(None))
        .values(kept_at=clock.now(), parts=list(parts), seconds=seconds, gap_seconds=gap_seconds)
    )
    return bool(kept.rowcount)  # type: ignore[attr-defined]


def due(session: Session, days: int) -> list[str]:
    """The consults whose recordings are older than so many days, or were forgotten, and not known to be gone.

    What must be kept is kept for its days.
    """
    rows = select(Recording.consult_id).join(Consult, Recording.consult_id == Consult.id)
    there = rows.join(Visit, Visit.id == Consult.visit_id)
    there = there.where(Recording.deleted_at.is_(None), Consult.state.in_(FINISHED_STATES))
    old = Consult.ended_at < clock.now() - timedelta(days=days)
    return list(session.scalars(there.where(or_(old, WITHDRAWN))))


def _is_withdrawn(session: Session, consult: Consult, recording: Recording) -> bool:
    """From the moment of forgetting on nobody looks at it, also while a node that is away still has it."""
    forgotten = session.get_one(Visit, consult.visit_id).forgotten_at is not None
    return forgotten and not recording.required and recording.deleted_at is None


def proved(session: Session, consult_id: str, proof: dict[str, Any]) -> None:
    """Keep a node's proof at once: it gives it only when it deletes."""
    recording = session.get_one(Recording, consult_id, with_for_update=True)
    recording.deletion = [*(recording.deletion or []), proof]
    session.flush()


def deleted(session: Session, consult_id: str) -> None:
    """Note that no node holds the recording any more."""
    gone = update(Recording).where(Recording.consult_id == consult_id, Recording.deleted_at.is_(None))
    session.execute(gone.values(deleted_at=clock.now()))


def checked(session: Session, consult_id: str, findings: Sequence[str]) -> None:
    """Note what a check has found; nothing found is what holds."""
    session.execute(
        update(Recording)
        .where(Recording.consult_id == consult_id)
        .values(checked_at=clock.now(), holds=not findings, findings=list(findings))
    )


def used(session: Session, consult_id: str, staff_id: str, what: Use) -> None:
    """Note who did what with a recording, before it is done."""
    session.add(
        RecordingUse(id=ids.new_id(), consult_id=consult_id, staff_id=staff_id, at=clock.now(), what=what)
    )
    session.flush()


def uses(session: Session, consult_id: str) -> list[tuple[RecordingUse, Staff]]:
    """Everybody who did something with a recording, the newest first."""
    rows = select(RecordingUse, Staff).join(Staff, Staff.id == RecordingUse.staff_id)
    mine = rows.where(RecordingUse.consult_id == consult_id).order_by(RecordingUse.at.desc()).limit(LISTED)
    return [(use, staff) for use, staff in session.execute(mine)]
