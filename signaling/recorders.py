"""How the recording of a consult stands, as both of its people are told."""

from sqlalchemy.orm import Session

from branch.recordings.models import Recorder, Recording
from branch.recordings.services import recording_of
from signaling.payloads import RecorderView


def recorder_view(session: Session, consult_id: str) -> RecorderView | None:
    """The recorder of a consult; None where nothing is to be recorded."""
    recording = recording_of(session, consult_id)
    if recording is None:
        return None
    return {
        "state": _state(recording),
        "required": recording.required,
        "by": recording.paused_by,
        "since": (recording.paused_at or recording.since).isoformat(),
    }


def _state(recording: Recording) -> str:
    """A pause is only called one when the media node has confirmed it; until then something might still be kept."""
    if recording.paused_by is not None:
        return "paused" if recording.recorder == Recorder.PAUSED else "pausing"
    if recording.recorder == Recorder.PAUSED:
        return Recorder.STARTING.value
    return str(recording.recorder)
