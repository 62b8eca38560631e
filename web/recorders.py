"""Recording during a call: pausing it for both people, and noticing when the recorder does not run."""

from collections.abc import Iterable

import structlog
from flask_socketio import SocketIO

from branch.consults import presence
from branch.consults.models import Consult, Side
from branch.consults.services import get_consult, on_node
from branch.database import Database
from branch.errors import MaruError
from branch.recordings import services as recordings
from branch.recordings.models import Recorder, Recording
from consult.client import MediaError, NotFound
from consult.recorders import RecorderClient, RecorderState

log = structlog.get_logger()

LOOK_EVERY = 1.0  # seconds


class RecorderAway(MaruError):
    """A pause is kept, and the media node has not confirmed it yet."""

    code = "recording.not_confirmed"
    status = 503
    message = "녹화 장치가 아직 대답하지 않아요. 화면에 녹화가 멈췄다고 보일 때까지 중요한 말씀은 잠시만 미뤄 주세요."


class Recorders:
    """Keeps the recorders of all nodes to what the database says, and the database to what the nodes tell."""

    def __init__(
        self, database: Database, client: RecorderClient, socketio: SocketIO, nodes: Iterable[str]
    ) -> None:
        self._database = database
        self._client = client
        self._socketio = socketio
        self._nodes = tuple(nodes)
        self._paused_in_vain: set[str] = set()

    def start(self) -> None:
        """Look at the recorders of every node for ever, in the background."""
        for node in self._nodes:
            self._socketio.start_background_task(self._follow, node)

    def pause(self, consult: Consult, side: Side, paused: bool) -> None:
        """One side wants the recording paused, or to go on; returns when the node has done so.

        Raises WrongState outside a recorded call, and RecorderAway when the node does not answer: the wish is kept
        and carried out as soon as it does, or by the node that the call moves to.
        """
        ask = recordings.pause if paused else recordings.resume
        with self._database.transaction() as work:
            ask(work, get_consult(work, consult.id), side)
        if consult.node is None:
            return
        try:
            self._client.pause(consult.node, consult.id, paused)
            self.look(consult.node)
        except NotFound:
            return  # Nobody is there, so nothing is recorded; who comes brings the wish along.
        except MediaError as error:
            log.warning("recorder away", consult=consult.id, code=error.code)
            raise RecorderAway() from None

    def look(self, node: str) -> None:
        """Compare once what is recorded on a node with what should be. Raises MediaError."""
        if not self._expected(node):
            return
        states = {state.room: state for state in self._client.recorders(node)}
        for recording in self._expected(node):
            self._compare(node, recording, states.get(recording.consult_id))

    def _follow(self, node: str) -> None:
        while True:
            self._socketio.sleep(LOOK_EVERY)
            try:
                self.look(node)
            except MediaError as error:
                log.debug("recorders not seen", node=node, code=error.code)  # NodeWatch tells of lost nodes
            except Exception:
                log.exception("look at recorders failed", node=node)

    def _expected(self, node: str) -> list[Recording]:
        """The recordings of the calls under way on this node."""
        with self._database.reading() as work:
            found = (recordings.recording_of(work, consult.id) for consult in on_node(work, node))
            return [recording for recording in found if recording is not None]

    def _compare(self, node: str, recording: Recording, state: RecorderState | None) -> None:
        paused = recording.paused_by is not None
        if state is not None and state.paused != paused:
            self._correct(node, state, paused)
            return
        self._paused_in_vain.discard(recording.consult_id)
        recorder, failure = _told(state)
        if (recorder, failure) != (recording.recorder, recording.failure):
            self._hear(recording.consult_id, recorder, failure)

    def _correct(self, node: str, state: RecorderState, paused: bool) -> None:
        """A pause is carried out at once; an end of one only if it is still wanted at the next look."""
        if not paused and state.room not in self._paused_in_vain:
            self._paused_in_vain.add(state.room)
            return
        self._paused_in_vain.discard(state.room)
        log.warning("recorder corrected", consult=state.room, paused=paused)
        self._client.pause(node, state.room, paused)

    def _hear(self, consult_id: str, recorder: Recorder, failure: str | None) -> None:
        with self._database.transaction() as work:
            consult = get_consult(work, consult_id)
            if recordings.hear(work, consult, recorder, failure) and recorder == Recorder.LIVE:
                presence.begin_together(work, consult)


def _told(state: RecorderState | None) -> tuple[Recorder, str | None]:
    if state is None:
        return Recorder.STARTING, None
    if state.paused:
        return Recorder.PAUSED, None
    if state.failure is not None:
        return Recorder.FAILED, state.failure
    return (Recorder.LIVE if state.recording else Recorder.STARTING), None
