"""Whether a room is being recorded: exactly while everyone present has agreed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Literal

import structlog

from consult.inbound import InboundStream
from consult.recording import RecordingError, RoomRecorder

log = structlog.get_logger(__name__)


class Taping:
    """Starts and stops the recorder of one room; disk work happens off the event loop.

    Stopping takes packets away from the recorder before it returns, so that nothing said after someone who did
    not agree has come in reaches the disk.
    """

    def __init__(
        self, folder: Path, room: str, node: str, streams: Callable[[], Iterable[InboundStream]]
    ) -> None:
        self._folder = folder
        self._room = room
        self._node = node
        self._streams = streams
        self._wanted = False
        self._ended = False
        self._recorder: RoomRecorder | None = None
        self._starting: asyncio.Task[None] | None = None
        self._closing: set[asyncio.Task[None]] = set()

    @property
    def running(self) -> bool:
        """True while what is said is being kept."""
        return self._recorder is not None and self._recorder.live

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

        Only the first line of each kind is recorded: camera and voice.
        """
        codec = stream.line.codec(stream.payload_type) if stream.payload_type is not None else None
        if self._recorder is None or codec is None or stream.track.index:
            return
        track = stream.track
        kind: Literal["audio", "video"] = "video" if track.kind == "video" else "audio"
        stream.record(
            self._recorder.track(
                track.participant, track.role, kind, codec.mime_type, codec.clock_rate, codec.payload_type
            )
        )
        stream.request_key_frame()

    def tick(self) -> None:
        """Ask for the key frame that a recorded track is waiting for."""
        for stream in self._streams():
            if stream.recorder is not None and stream.recorder.wants_keyframe:
                stream.request_key_frame()

    def end(self) -> None:
        """Stop for good, whoever goes first now that the room closes."""
        self._ended = True
        self.set_wanted(False)

    async def finish(self) -> None:
        """End, and return when everything is on the disk."""
        self.end()
        if self._starting is not None:
            await self._starting
        while self._closing:
            await asyncio.wait(self._closing)

    async def _start(self) -> None:
        try:
            recorder = await asyncio.to_thread(RoomRecorder, self._folder, self._room, self._node)
        except (RecordingError, OSError) as error:
            log.error("media.recording_failed", consult=self._room, why=str(error))
            return
        finally:
            self._starting = None
        if not self._wanted:
            await asyncio.to_thread(recorder.close)
            return
        self._recorder = recorder
        for stream in self._streams():
            self.add(stream)

    def _stop(self) -> None:
        recorder, self._recorder = self._recorder, None
        if recorder is None:
            return
        for stream in self._streams():
            stream.record(None)
        task = asyncio.create_task(asyncio.to_thread(recorder.close))
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)
