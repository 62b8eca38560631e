"""Whether a consult is being recorded: wanted, paused by a person, and what the media node tells of it."""

import structlog
from sqlalchemy import update
from sqlalchemy.orm import Session

from branch import clock, ids
from branch.bus import Fact
from branch.consults.models import TALKING_STATES, Consult, Side
from branch.errors import WrongState
from branch.recordings.models import Recorder, Recording
from branch.visits.models import EventKind
from branch.visits.services import record, tell

log = structlog.get_logger()

RECORDING_CHANGED = "recording.changed"
"""Told to both pages, and no event of the thread."""


def expect(session: Session, consult: Consult, *, wanted: bool, required: bool) -> None:
    """The customer agreed, so there is to be a recording; or said no after all, so there is none."""
    recording = recording_of(session, consult.id)
    if recording is not None:
        session.delete(recording)
        session.flush()
    if wanted:
        session.add(
            Recording(consult_id=consult.id, required=required, recorder=Recorder.STARTING, since=clock.now())
        )
        session.flush()


def recording_of(session: Session, consult_id: str) -> Recording | None:
    """The recording of a consult; None when the customer did not agree to one."""
    return session.get(Recording, consult_id)


def pause(session: Session, consult: Consult, side: Side) -> None:
    """One of the two wants a moment kept out of the recording. Paused already, it stays whose pause it was.

    Raises WrongState outside a call, and where nothing is recorded.
    """
    _check_recorded(session, consult)
    changed = session.execute(
        update(Recording)
        .where(Recording.consult_id == consult.id, Recording.paused_by.is_(None))
        .values(paused_by=side, paused_at=clock.now())
    )
    _told(session, consult, EventKind.RECORDING_PAUSED, side, bool(changed.rowcount))  # type: ignore[attr-defined]


def resume(session: Session, consult: Consult, side: Side) -> None:
    """Either of the two lets the recording go on. Raises WrongState as `pause` does."""
    _check_recorded(session, consult)
    changed = session.execute(
        update(Recording)
        .where(Recording.consult_id == consult.id, Recording.paused_by.is_not(None))
        .values(paused_by=None, paused_at=None)
    )
    _told(session, consult, EventKind.RECORDING_RESUMED, side, bool(changed.rowcount))  # type: ignore[attr-defined]


def hear(session: Session, consult: Consult, recorder: Recorder, failure: str | None = None) -> bool:
    """The media node told how the recorder stands; true for the first process that brings something new."""
    before = recording_of(session, consult.id)
    if before is None or (before.recorder, before.failure) == (recorder, failure):
        return False
    was = Recorder(before.recorder)
    if (was, recorder) == (Recorder.FAILED, Recorder.STARTING):
        return False  # It is tried again; it has failed until it runs.
    changed = session.execute(
        update(Recording)
        .where(Recording.consult_id == consult.id, Recording.recorder == was)
        .values(recorder=recorder, failure=failure, since=clock.now())
    )
    if not changed.rowcount:  # type: ignore[attr-defined]
        return False
    log.info("recorder changed", consult=consult.id, change=f"{was} -> {recorder}", why=failure)
    _tell_changed(session, consult, was, recorder)
    session.refresh(before)
    return True


def may_begin(session: Session, consult: Consult) -> bool:
    """Whether the two may talk as far as recording goes: one that is required has to run."""
    recording = recording_of(session, consult.id)
    return (
        recording is None or not recording.required or recording.recorder in {Recorder.LIVE, Recorder.PAUSED}
    )


def _check_recorded(session: Session, consult: Consult) -> None:
    if consult.state not in TALKING_STATES or recording_of(session, consult.id) is None:
        raise WrongState()


def _told(session: Session, consult: Consult, kind: EventKind, side: Side, changed: bool) -> None:
    session.refresh(session.get_one(Recording, consult.id))
    if changed:
        log.info(
            "recording asked", consult=consult.id, visit=consult.visit_id, what=kind.value, side=side.value
        )
        record(session, consult.visit_id, kind, consult=consult.id, side=side.value)


def _tell_changed(session: Session, consult: Consult, before: Recorder, after: Recorder) -> None:
    if after == Recorder.FAILED:
        record(session, consult.visit_id, EventKind.RECORDING_FAILED, consult=consult.id)
    elif before == Recorder.FAILED and after == Recorder.LIVE:
        record(session, consult.visit_id, EventKind.RECORDING_BACK, consult=consult.id)
    else:
        fact = Fact(ids.new_id(), RECORDING_CHANGED, consult.visit_id, clock.now(), {"consult": consult.id})
        tell(session, fact)
