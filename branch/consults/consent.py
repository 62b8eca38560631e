"""The customer's answer to the question about recording."""

from sqlalchemy.orm import Session

from branch import clock, ids
from branch.consults.errors import RecordingRequired
from branch.consults.models import Consent, Consult, ConsultState
from branch.errors import WrongState
from branch.recordings.services import expect
from branch.visits.models import EventKind
from branch.visits.services import record


def answer(
    session: Session,
    consult: Consult,
    version: str,
    language: str,
    *,
    recording: bool,
    required: bool = False,
) -> None:
    """Store the answer before the call. Raises WrongState afterwards.

    Where a recording is `required`, no other answer lets the consult go on: RecordingRequired.
    """
    if consult.state != ConsultState.PREPARING:
        raise WrongState()
    if required and not recording:
        raise RecordingRequired()
    consult.recording = recording
    expect(session, consult, wanted=recording, required=required)
    session.add(
        Consent(
            id=ids.new_id(),
            visit_id=consult.visit_id,
            consult_id=consult.id,
            purpose="recording",
            text_version=version,
            language=language,
            given=recording,
            at=clock.now(),
        )
    )
    kind = EventKind.CONSENT_GIVEN if recording else EventKind.CONSENT_REFUSED
    record(session, consult.visit_id, kind, consult=consult.id, purpose="recording", version=version)
