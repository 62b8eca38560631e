"""The recording of one room on one node: its folder, its tracks and its manifest."""

import os
import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import structlog

from consult.recording import manifest, writer
from consult.recording.clock import ParticipantClock
from consult.recording.errors import (
    BadRecordingName,
    RecorderBroken,
    RecordingError,
    RecordingFolder,
    from_os_error,
)
from consult.recording.intake import Source
from consult.recording.manifest import RoomTime, State, TrackFacts
from consult.recording.track import TrackRecorder
from consult.recording.writer import Writer

log = structlog.get_logger()

SAFE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
MANIFEST_SECONDS = 10.0
"""How often counts and gaps are brought up to date while nothing else changes."""
CLOSE_SECONDS = 15.0


def _check_name(name: str) -> str:
    if SAFE_NAME.fullmatch(name) is None:
        raise BadRecordingName(f"not a safe file name: {name[:80]!r}")
    return name


def _make_part(folder: Path) -> tuple[Path, int]:
    """Make the next free part; two nodes that open the same room at once get one each."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o750)
    part = 1 + max((int(entry.name) for entry in folder.iterdir() if entry.name.isdigit()), default=0)
    while True:
        try:
            (folder / str(part)).mkdir(mode=0o750)
        except FileExistsError:
            part += 1
        else:
            return folder / str(part), part


class RoomRecorder:
    """Records the tracks of a room into `<folder>/<room>/<part>/`; part counts how often the room was opened.

    Making one touches the disk. A disk that refuses raises nothing: `live` is then False and `failure` says
    the code. Raises BadRecordingName for a room or participant that is no safe file name.
    """

    def __init__(self, folder: Path, room: str, node: str, thread: Writer | None = None) -> None:
        self.finished = False
        self.failure: str | None = None
        self._room = _check_name(room)
        self._node = node
        self._started = RoomTime(time.monotonic(), time.time())
        self._ended: float | None = None
        self._tracks: list[TrackRecorder] = []
        self._clocks: dict[str, ParticipantClock] = {}
        self._roles: dict[str, str] = {}
        self._path, self._part = folder / room, 0
        self._closing = False
        self._done = threading.Event()
        self._written: Any = None
        self._written_at = 0.0
        self._thread = thread or writer.shared
        self._start()

    @property
    def path(self) -> Path:
        """Where the files of this part are."""
        return self._path

    @property
    def live(self) -> bool:
        """Whether everything given to this recorder is being kept."""
        return self.failure is None and not self._closing

    def track(
        self,
        participant: str,
        role: str,
        kind: Literal["audio", "video"],
        codec: str,
        clock_rate: int,
        payload_type: int,
        rtx_payload_type: int | None = None,
    ) -> TrackRecorder:
        """Begin a track; when the participant had one of this kind already, it ends, and a new part follows it.

        `codec` is "audio/opus", "video/VP8" or "video/H264", `clock_rate` in Hz, payload types as the sender's
        packets carry them. Packets of other payload types are left out.
        """
        stem = f"{_check_name(participant)}-{kind}"
        earlier = self._earlier(participant, kind)
        part = len(earlier) + 1
        for track in earlier:
            track.close()
        self._roles[participant] = role
        track = TrackRecorder(
            self._path / (f"{stem}.mkv" if part == 1 else f"{stem}-{part}.mkv"),
            TrackFacts(participant, role, kind, codec, part),
            Source(codec, clock_rate, payload_type, rtx_payload_type),
            self._clocks.setdefault(participant, ParticipantClock()),
            self._started,
            earlier[-1] if earlier else None,
        )
        if self.failure == RecordingFolder.code or self._closing:
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
        self._thread.wake()
        if not self._done.wait(CLOSE_SECONDS):
            log.warning("recording.close_slow", room=self._room)
            return
        self._make_durable()

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
        self._done.set()

    def _earlier(self, participant: str, kind: str) -> list[TrackRecorder]:
        return [
            track
            for track in self._tracks
            if track.facts.participant == participant and track.facts.kind == kind
        ]

    def _start(self) -> None:
        try:
            self._path, self._part = _make_part(self._path)
            self._write_manifest()
        except OSError as error:
            self._fail(RecordingFolder(error.strerror or str(error)))
            self.finished = True
            return
        log.info("recording.started", room=self._room, part=self._part)
        self._thread.add(self)

    def _fail(self, error: RecordingError) -> None:
        if self.failure is None:
            log.error("recording.failed", room=self._room, code=error.code, why=str(error))
            self.failure = error.code

    def _keep_manifest(self) -> None:
        """Write the manifest when a track began, opened its file or ended, and else every ten seconds."""
        shape = (self._ended, [(track.state, track.facts.file) for track in self._tracks])
        if shape == self._written and time.monotonic() - self._written_at < MANIFEST_SECONDS:
            return
        self._written = shape
        try:
            self._write_manifest()
        except OSError as error:
            self._fail(from_os_error(error))

    def _write_manifest(self) -> None:
        self._written_at = time.monotonic()
        manifest.write(self._path, self._document())

    def _document(self) -> dict[str, Any]:
        return {
            "version": manifest.VERSION,
            "room": self._room,
            "node": self._node,
            "part": self._part,
            "state": self._state().value,
            "error": self.failure,
            "started_at": self._started.iso(0),
            "ended_at": None if self._ended is None else manifest.iso(self._ended),
            "participants": [{"participant": name, "role": role} for name, role in list(self._roles.items())],
            "tracks": [track.facts.document() for track in self._tracks],
        }

    def _state(self) -> State:
        if self.failure is not None:
            return State.FAILED
        return State.RECORDING if self._ended is None else State.CLOSED

    def _make_durable(self) -> None:
        """Ask the disk to keep what is written through a power cut."""
        names = [track.facts.file for track in self._tracks if track.facts.file] + [manifest.NAME]
        for name in names:
            try:
                descriptor = os.open(self._path / name, os.O_RDONLY)
                os.fsync(descriptor)
                os.close(descriptor)
            except OSError as error:
                self._fail(from_os_error(error))
