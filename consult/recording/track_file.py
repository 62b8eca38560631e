"""Puts frames into the file of their track: at the time they were captured, with the gaps before them stated."""

from datetime import UTC, datetime
from operator import sub
from pathlib import Path

import structlog

from consult.recording.chain import SUFFIX, Chain
from consult.recording.clock import TrackClock
from consult.recording.depacketize import Frame, Frames, Picture
from consult.recording.manifest import Gap, Reason, RoomTime, TrackFacts
from consult.recording.matroska import HOLE, MatroskaFile, Sound, TrackEntry
from consult.recording.parts import Part
from consult.recording.spool import Spool

log = structlog.get_logger()

OPUS_HEAD = b"OpusHead\x01\x02\x00\x00\x80\xbb\x00\x00\x00\x00\x00"
"""Version 1, two channels, no pre-skip, 48 kHz, no gain (RFC 7845 section 5.1; RTP is always opus/48000/2)."""
OPUS_SOUND = Sound(channels=2, sample_rate=48_000, seek_preroll=80_000_000)
MATROSKA_CODECS = {"audio/opus": "A_OPUS", "video/vp8": "V_VP8", "video/h264": "V_MPEG4/ISO/AVC"}


class TrackFile:
    """The file of one part of a track, made when its first frame comes. Methods may raise OSError."""

    def __init__(
        self, stem: str, codec: str, facts: TrackFacts, clock: TrackClock, started: RoomTime, part: Part
    ) -> None:
        self.reason: Reason | None = None
        """Why packets are missing before the next frame, where that is known better than "lost"."""
        self._path = part.path / f"{stem}.mkv"
        self._part = part
        self._chain = _chain(self._path, facts, part)
        self._codec = codec
        self._facts = facts
        self._clock = clock
        self._started = started
        self._file: MatroskaFile | None = None
        self._last = 0
        self._added = 0

    @property
    def end(self) -> float:
        """Where the last block stands, in seconds on the room's time."""
        return self._last / 1000

    def store(self, frames: list[Frame], picture: Picture | None) -> None:
        """Add frames; `picture` describes the video when the file has yet to be made."""
        for frame in frames:
            captured = round(max(self._clock.time(frame.timestamp, frame.arrival), 0.0) * 1000)
            self._store_one(frame, captured, picture)

    def store_all(self, frames: Frames) -> None:
        """Add frames to a file that has some; as `store`, but all at once where there is nothing to say between them."""
        if not frames.data:
            return
        moments = [round(time * 1000) for time in self._clock.times(frames.timestamps, frames.arrivals)]
        if self._file is not None and self._follow(moments):
            self._file.add_all(moments, frames.keyframes, frames.data)
            self._last = moments[-1]
            self._added += len(moments)
            return
        for timestamp, arrival, data, moment in zip(*frames[:2], frames.data, moments, strict=True):
            frame = Frame(timestamp, arrival, frames.keyframes, data, 0, 0)
            self._store_one(frame, max(moment, 0), None)

    def flush(self) -> None:
        """What was added becomes one cluster on the disk."""
        if self._file is not None:
            self._file.flush()
            self._facts.chain = self._chain.document()
            self._facts.frames = self._added
            self._facts.duration = round(self._file.end / 1000 - (self._facts.offset or 0.0), 3)

    def close(self) -> None:
        """Make the file seekable and let go of it."""
        self.flush()
        if self._file is not None:
            self._file.close()
            self._file, self._facts.chain = None, self._chain.document()

    def abandon(self) -> None:
        """Let go of a file that cannot be written; never raises."""
        file, self._file = self._file, None
        if file is None:
            return
        try:
            file.abandon()
        except OSError as error:
            log.warning("recording.not_finished", kind=self._facts.kind, why=error.strerror)
        self._facts.chain = self._chain.document()

    def state_gap(self, lost: int, dropped: int, until: float) -> None:
        """Say that between the last block and `until` packets and frames are missing."""
        reason = self.reason or self._guess(lost, dropped)
        self.reason = None
        self._facts.lost += lost
        self._facts.frames_dropped += dropped
        self._add_gap(Gap(min(self.end, until), until, lost, reason))

    def state_silence(self, until: float) -> None:
        """The track ends; say so if nothing had come for a while."""
        if self._added and self._is_hole(round(until * 1000)):
            self.reason = Reason.NOTHING_SENT
            self.state_gap(0, 0, until)

    def begin_at(self, arrival: float, away_since: float | None, why: Reason) -> None:
        """The first packet has come; nothing came since then, if this part follows another."""
        self._last = round(max(arrival, 0.0) * 1000)
        if away_since is not None:
            self._add_gap(Gap(min(away_since, self.end), self.end, 0, why))

    def _follow(self, moments: list[int]) -> bool:
        """Whether there is nothing to say before any of these."""
        steps = list(map(sub, moments, (self._last, *moments)))
        return bool(self._added) and not self.reason and min(steps) > 0 and max(steps) <= HOLE

    def _store_one(self, frame: Frame, captured: int, picture: Picture | None) -> None:
        file = self._file or self._open(captured, picture)
        moment = max(captured, self._last + 1) if self._added else captured
        if frame.lost or frame.dropped or self.reason or self._is_hole(moment):
            self.state_gap(frame.lost, frame.dropped, moment / 1000)
        file.add(moment, frame.keyframe, frame.data)
        self._last = moment
        self._added += 1

    def _is_hole(self, moment: int) -> bool:
        return bool(self._added) and moment - self._last > HOLE

    def _add_gap(self, gap: Gap) -> None:
        self._facts.add_gap(gap)
        self._chain.state(gap)

    def _open(self, moment: int, picture: Picture | None) -> MatroskaFile:
        facts = self._facts
        started_at = datetime.fromtimestamp(self._started.wall, UTC)
        spool = Spool(self._path, self._chain, self._part.key)
        self._file = MatroskaFile(spool, self._entry(picture), started_at)
        facts.file, facts.offset = self._path.name, moment / 1000
        if picture is not None:
            facts.width, facts.height = picture.width, picture.height
        return self._file

    def _guess(self, lost: int, dropped: int) -> Reason:
        if lost or (self._added and dropped):
            return Reason.LOST
        return Reason.NOTHING_SENT if self._added else Reason.NO_KEYFRAME

    def _entry(self, picture: Picture | None) -> TrackEntry:
        codec = MATROSKA_CODECS[self._codec]
        if picture is None:
            return TrackEntry(codec, OPUS_HEAD, sound=OPUS_SOUND)
        return TrackEntry(codec, picture.private, width=picture.width, height=picture.height)


def _chain(path: Path, facts: TrackFacts, part: Part) -> Chain:
    """The chain of a file, whose heading says whose track it is."""
    whose = {"participant": facts.participant, "role": facts.role, "kind": facts.kind, "codec": facts.codec}
    heading = {**part.document(), **whose, "track_part": facts.part, "file": path.name}
    return Chain(path.with_name(path.name + SUFFIX), heading)
