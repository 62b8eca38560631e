"""Whether a room is being recorded: exactly while everyone present has agreed and nobody has paused it."""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Literal

import structlog

from consult.inbound import InboundStream
from consult.lines import Codec
from consult.recording import RecordingError, RoomRecorder, TrackRecorder
from consult.recording.errors import DiskFull, RecordingFolder, WriteFailed, from_os_error
from consult.recording.keys import RecordingKey
from consult.screens import SCREEN_LINE, ScreenRecorder

log = structlog.get_logger(__name__)

PASSING = frozenset({DiskFull.code, WriteFailed.code, RecordingFolder.code})
"""Failures that someone can cure while the room is open."""
FIRST_PACKETS = 60
"""So many packets in, a picture has had its first key frame."""
RETRY_SECONDS = 5.0
ROOM_NEEDED = 4 * 1024 * 1024
"""So many bytes have to fit on a disk that was full before recording begins again."""


class Taping:
    """Starts and stops the recorder of one room; disk work happens off the event loop.

    Stopping takes packets away from the recorder before it returns, so that nothing said after someone who did
    not agree has come in reaches the disk. A disk that refuses is looked at again until it takes files; what comes
    then is a part of its own.
    """

    def __init__(
        self,
        folder: Path,
        room: str,
        node: str,
        streams: Callable[[], Iterable[InboundStream]],
        key: RecordingKey | None = None,
    ) -> None:
        self._folder = folder
        self._room = room
        self._node = node
        self._streams = streams
        self._key = key
        self.paused = False
        """Someone asked not to be recorded for a while."""
        self._required = False
        self._refused: str | None = None
        self._retry_at = 0.0
        self._wanted = False
        self._ended = False
        self._recorder: RoomRecorder | None = None
        self._starting: asyncio.Task[None] | None = None
        self._closing: set[asyncio.Task[None]] = set()

    @property
    def running(self) -> bool:
        """True while what is said is being kept."""
        return self._recorder is not None and self._recorder.live and not self.paused

    @property
    def failure(self) -> str | None:
        """The code of what keeps a room that is to be recorded from being so, or None."""
        if not self._wanted:
            return None
        return self._refused if self._recorder is None else self._recorder.failure

    @property
    def holds(self) -> bool:
        """True while nothing may be passed on: this consult has to be recorded, and nobody does."""
        return self._required and not self.paused and not self.running

    def arrange(self, *, paused: bool, required: bool) -> None:
        """What whoever sends someone in knows of the room; a pause ends only by being asked to."""
        self._required = self._required or required
        if paused:
            self.pause(True)

    def pause(self, paused: bool) -> None:
        """Keep nothing from this moment on, or go on; the manifest states the gap."""
        if paused == self.paused:
            return
        self.paused = paused
        if self._recorder is None:
            return
        if paused:
            self._release()
            self._recorder.pause()
        else:
            self._recorder.resume()
            self._add_all()

    def set_wanted(self, wanted: bool) -> None:
        """Say whether everyone present agrees; without effect once the room is closing."""
        self._wanted = wanted and not self._ended
        wanted = self._wanted
        if not wanted:
            self._stop()
        elif self._recorder is None and self._starting is None:
            self._starting = asyncio.create_task(self._start())

    def add(self, stream: InboundStream) -> None:
        """Record a stream whose first packet has come, if the room is being recorded.

        Voice, camera and screen are recorded, and nothing that not everyone may hear.
        """
        codec = stream.line.codec(stream.payload_type) if stream.payload_type is not None else None
        if self._recorder is None or self.paused or codec is None:
            return
        if stream.track.private:
            return
        stream.record(_recorder_for(stream, codec, self._recorder))
        _ask_for_key_frame(stream)

    def review(self) -> None:
        """Who may hear whom has changed: what became private is recorded no longer, what became public is."""
        for stream in self._streams():
            if stream.track.private:
                stream.record(None)
            elif stream.recorder is None:
                self.add(stream)

    def tick(self) -> None:
        """Ask for the key frame that a recorded track is waiting for; look after a disk that refused."""
        for stream in self._streams():
            if stream.recorder is not None and stream.recorder.wants_keyframe:
                _ask_for_key_frame(stream)
        if self.failure in PASSING and self._starting is None and time.monotonic() >= self._retry_at:
            self._retry_at = time.monotonic() + RETRY_SECONDS
            self._starting = asyncio.create_task(self._start_again())

    def end(self) -> None:
        """Stop for good, whoever goes first now that the room closes."""
        self._ended = True
        self.set_wanted(False)

    async def finish(self) -> None:
        """End, and return when everything is on the disk."""
        self.end()
        if self._starting is not None:
            await self._starting
        await self._all_closed()

    async def _all_closed(self) -> None:
        while self._closing:
            await asyncio.wait(self._closing)

    async def _start(self) -> None:
        try:
            await self._all_closed()  # so that the next part knows how this one ended
            recorder = await asyncio.to_thread(self._make_recorder)
        except RecordingError as error:
            log.error("media.recording_failed", consult=self._room, why=str(error))
            self._refused = error.code
            return
        finally:
            self._starting = None
        if not self._wanted:
            await asyncio.to_thread(recorder.close)
            return
        self._recorder, self._refused = recorder, None
        if self.paused:
            recorder.pause()
        self._retry_at = time.monotonic() + RETRY_SECONDS
        self._add_all()

    def _make_recorder(self) -> RoomRecorder:
        return RoomRecorder(self._folder, self._room, self._node, key=self._key)

    async def _start_again(self) -> None:
        """Begin a new part if the disk takes files again; it is not tried with the recording itself."""
        try:
            await asyncio.to_thread(_try_disk, self._folder / self._room)
        except OSError as error:
            log.debug("media.disk_refuses", consult=self._room, why=from_os_error(error).code)
            self._starting = None
            return
        self._refused = self.failure
        self._stop()
        await self._start()
        if self.running:
            log.info("media.recording_again", consult=self._room)

    def _add_all(self) -> None:
        for stream in self._streams():
            self.add(stream)

    def _release(self) -> None:
        for stream in self._streams():
            stream.record(None)

    def _stop(self) -> None:
        recorder, self._recorder = self._recorder, None
        if recorder is None:
            return
        self._release()
        task = asyncio.create_task(asyncio.to_thread(recorder.close))
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)


def _recorder_for(
    stream: InboundStream, codec: Codec, room: RoomRecorder
) -> TrackRecorder | ScreenRecorder | None:
    """What keeps this stream; None for a line that is no voice, camera or screen."""
    track = stream.track
    facts = codec.mime_type, codec.clock_rate, codec.payload_type
    if track.kind == "video" and track.index == SCREEN_LINE:
        begin = partial(room.track, track.participant, track.role, "screen", *facts)
        return ScreenRecorder(codec.name, begin)
    if track.index:
        return None
    kind: Literal["audio", "video"] = "video" if track.kind == "video" else "audio"
    return room.track(track.participant, track.role, kind, *facts)


def _try_disk(folder: Path) -> None:
    """Raise OSError unless files can be made in this folder and some minutes of recording would fit."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o750)
    with tempfile.TemporaryFile(dir=folder) as file:
        os.posix_fallocate(file.fileno(), 0, ROOM_NEEDED)


def _ask_for_key_frame(stream: InboundStream) -> None:
    """Not while it begins: it does so with a key frame, and the next is for whoever comes into the room in a moment."""
    if stream.packets > FIRST_PACKETS:
        stream.request_key_frame()
