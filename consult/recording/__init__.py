"""Recording of consults: each track as it came, without decoding, into files that survive a crash."""

from consult.recording.errors import BadRecordingName, RecordingError
from consult.recording.manifest import State
from consult.recording.room import RoomRecorder
from consult.recording.track import TrackRecorder

__all__ = ["BadRecordingName", "RecordingError", "RoomRecorder", "State", "TrackRecorder"]
