"""How web learns and says what is recorded: the part of the client that speaks of recorders."""

from __future__ import annotations

from dataclasses import dataclass

from consult.client import MediaClient, MediaUnreachable
from consult.tokens import CONTROL_ROLE, WHOLE_NODE, Claims


@dataclass(frozen=True)
class RecorderState:
    """One open room; `failure` is the code (consult.recording.errors) of what keeps it from being recorded.

    `held`: the room has to be recorded and is not, so nothing is passed on.
    """

    room: str
    recording: bool
    paused: bool
    failure: str | None
    held: bool


class RecorderClient(MediaClient):
    """A media client that knows about recordings, too; errors are those of MediaClient."""

    def recorders(self, node: str) -> list[RecorderState]:
        """How every open room of a node is being recorded."""
        claims = Claims(WHOLE_NODE, CONTROL_ROLE, CONTROL_ROLE)
        told = self._call("GET", f"{node.rstrip('/')}/recorders", claims).json()
        try:
            return [_state(room) for room in told["rooms"]]
        except (KeyError, TypeError) as error:
            raise MediaUnreachable("something that is no media node answered") from error


def _state(told: dict[str, object]) -> RecorderState:
    failure = told["recording_failure"]
    return RecorderState(
        room=str(told["room"]),
        recording=bool(told["recording"]),
        paused=bool(told["recording_paused"]),
        failure=None if failure is None else str(failure),
        held=bool(told["held"]),
    )
