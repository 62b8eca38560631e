"""The recording of one room on one node: its folder, its tracks and its manifest."""

import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import structlog

from consult.recording import holds, manifest, parts, writer
from consult.recording.chain import SUFFIX
from consult.recording.clock import ParticipantClock
from consult.recording.errors import (
    DiskFull,
    RecorderBroken,
    RecordingError,
    RecordingFolder,
    from_os_error,
)
from consult.recording.intake import Source
from consult.recording.keys import RecordingKey
from consult.recording.manifest import Gap, Reason, RoomTime, State, TrackFacts
from consult.recording.names import check_name
from consult.recording.parts import Part
from consult.recording.seal import CIPHER
from consult.recording.track import TrackRecorder
from consult.recording.writer import Writer

log = structlog.get_logger()

MANIFEST_SECONDS = 10.0
"""How often counts and gaps are brought up to date while nothing else changes."""
CLOSE_SECONDS = 15.0


class RoomRecorder:
    """Records the tracks of a room into `<folder>/<room>/<part>/`; part counts how often the room was opened.

    Making one touches the disk. A disk that refuses raises nothing: `live` is then False and `failure` says
    the code. With a key the files are sealed and the manifest is signed. Raises BadRecordingName for a room or
    participant that is no safe file name.
    """

    def __init__(
        self,
        folder: Path,
        room: str,
        node: str,
        thread: Writer | None = None,
        key: RecordingKey | None = None,
    ) -> None:
        self.finished = False
        self.failure: str | None = None
        self._room = check_name(room)
        self._started = RoomTime(time.monotonic(), time.time())
        self._ended: float | None = None
        self._tracks: list[TrackRecorder] = []
        self._clocks: dict[str, ParticipantClock] = {}
        self._roles: dict[str, str] = {}
        self._pauses: list[Gap] = []
        self._paused = False
        self._part = Part(folder / room, room, node, 0, self._started.iso(0), key=key)
        self._hold = holds.Hold(None)
        self._closing = False
        self._done = threading.Event()
        self._written: Any = None
        self._written_at = 0.0
        self._thread = thread or writer.shared
        self._start(folder)

    @property
    def path(self) -> Path:
        """Where the files of this part are."""
        return self._part.path

    @property
    def live(self) -> bool:
        """Whether everything given to this recorder is being kept."""
        return self.failure is None and not self._closing

    def pause(self) -> None:
        """End every track until `resume`; the manifest states since when."""
        if not self._paused:
            self._paused = True
            self._pauses.append(Gap(self._now(), self._now(), 0, Reason.PAUSED))
            for track in list(self._tracks):
                track.close(Reason.PAUSED)

    def resume(self) -> None:
        """The pause is over; tracks that begin now go on where those before were left."""
        if self._paused:
            self._pauses[-1].end = self._now()
            self._paused = False

    def track(
        self,
        participant: str,
        role: str,
        kind: Literal["audio", "video", "screen"],
        codec: str,
        clock_rate: int,
        payload_type: int,
        rtx_payload_type: int | None = None,
    ) -> TrackRecorder:
        """Begin a track; when the participant had one of this kind already, it ends, and a new part follows it.

        `codec` is "audio/opus", "video/VP8" or "video/H264", `clock_rate` in Hz, payload types as the sender's
        packets carry them. Packets of other payload types are left out.
        """
        stem = f"{check_name(participant)}-{kind}"
        earlier = self._earlier(participant, kind)
        part = len(earlier) + 1
        for track in earlier:
            track.close()
        self._roles[participant] = role
        track = TrackRecorder(
            stem if part == 1 else f"{stem}-{part}",
            TrackFacts(participant, role, kind, codec, part),
            Source(codec, clock_rate, payload_type, rtx_payload_type),
            self._clocks.setdefault(participant, ParticipantClock()),
            self._started,
            self._part,
            earlier[-1] if earlier else None,
        )
        if self.finished or self._closing:
            track.fail(RecordingFolder("there is no folder to record into"))
        self._tracks.append(track)
        return track

    def close(self) -> None:
        """End all tracks, make the files seekable and durable, and write the last manifest.

        Returns when that is done (on a slow disk after 15 s at most): call it off the event loop.
        """
        self._closing = True
        if self.finished:
            return
        self._thread.wake(self)
        if not self._done.wait(CLOSE_SECONDS):
            log.warning("recording.close_slow", room=self._room)
            return
        self._make_durable()
        self._hold.release()

    def pump(self) -> Iterator[None]:
        """The writer's work of one tick; see Recording."""
        closing = self._closing
        for track in list(self._tracks):
            track.pump(closing)
            if track.error is not None and self.failure is None:
                self.failure = track.error
            yield
        if closing:
            self._ended = time.time()
        self._keep_manifest()
        if closing:
            self.finished = True
            self._done.set()

    def give_up(self, error: Exception) -> None:
        """A fault of ours stopped the writer's work on this room; see Recording."""
        self._fail(RecorderBroken(repr(error)))
        self.finished = True
        self._hold.release()
        self._done.set()

    def _earlier(self, participant: str, kind: str) -> list[TrackRecorder]:
        return [
            track
            for track in self._tracks
            if track.facts.participant == participant and track.facts.kind == kind
        ]

    def _now(self) -> float:
        return time.monotonic() - self._started.monotonic

    def _start(self, folder: Path) -> None:
        part = self._part
        try:
            self._part = parts.make(folder, part.room, part.node, self._started.wall, part.key)
            self._hold = holds.share(self._part.path)
            self._write_manifest()
        except OSError as error:
            refused = from_os_error(error)
            self._fail(refused if isinstance(refused, DiskFull) else RecordingFolder(str(refused)))
            self.finished = True
            self._hold.release()
            parts.unmake(self._part)
            return
        log.info("recording.started", room=self._room, part=self._part.number)
        self._thread.add(self)

    def _fail(self, error: RecordingError) -> None:
        if self.failure is None:
            log.error("recording.failed", room=self._room, code=error.code, why=str(error))
            self.failure = error.code

    def _keep_manifest(self) -> None:
        """Write the manifest when a track began, opened its file or ended, and else every ten seconds."""
        files = [(track.state, track.facts.file) for track in self._tracks]
        shape = (self._ended, self._paused, len(self._pauses), files)
        if shape == self._written and time.monotonic() - self._written_at < MANIFEST_SECONDS:
            return
        self._written = shape
        try:
            self._write_manifest()
        except OSError as error:
            self._fail(from_os_error(error))

    def _write_manifest(self) -> None:
        self._written_at = time.monotonic()
        manifest.write(self.path, self._document(), self._part.key)

    def _document(self) -> dict[str, Any]:
        part = self._part
        return {
            "version": manifest.VERSION,
            **part.document(),
            "opening": part.opening,
            "previous": part.previous,
            "sealed": None if part.key is None else {"cipher": CIPHER, "key": part.key.name},
            "state": self._state().value,
            "error": self.failure,
            "ended_at": None if self._ended is None else manifest.iso(self._ended),
            "participants": [{"participant": name, "role": role} for name, role in list(self._roles.items())],
            "pauses": [pause.document() for pause in self._all_pauses()],
            "tracks": [track.facts.document() for track in self._tracks],
        }

    def _all_pauses(self) -> list[Gap]:
        """Every pause; one that goes on reaches to now."""
        if self._paused:
            self._pauses[-1].end = self._now() if self._ended is None else self._ended - self._started.wall
        return self._pauses

    def _state(self) -> State:
        if self.failure is not None:
            return State.FAILED
        return State.RECORDING if self._ended is None else State.CLOSED

    def _make_durable(self) -> None:
        """Ask the disk to keep what is written through a power cut."""
        files = [track.facts.file for track in self._tracks if track.facts.file]
        for name in (*files, *(file + SUFFIX for file in files), manifest.NAME):
            try:
                descriptor = os.open(self.path / name, os.O_RDONLY)
                os.fsync(descriptor)
                os.close(descriptor)
            except OSError as error:
                self._fail(from_os_error(error))
