"""One part of one track: takes packets as they pass, and turns them into blocks of a file once a tick."""

import time
from collections import deque

import structlog

from consult.recording.clock import ParticipantClock, TrackClock
from consult.recording.depacketize import Depacketizer, Frames, OpusDepacketizer
from consult.recording.errors import CodecUnsupported, RecorderBroken, RecordingError, from_os_error
from consult.recording.h264 import H264Depacketizer
from consult.recording.intake import Intake, Run, Source
from consult.recording.jitter import ReorderBuffer
from consult.recording.manifest import Gap, Reason, RoomTime, State, TrackFacts
from consult.recording.parts import Part
from consult.recording.track_file import TrackFile
from consult.recording.vp8 import Vp8Depacketizer

log = structlog.get_logger()

INBOX_PACKETS = 2048
"""Packets that may wait for the writer: about ten seconds of video, three megabytes at most."""
DEPACKETIZERS: dict[str, type[OpusDepacketizer | Vp8Depacketizer | H264Depacketizer]] = {
    "audio/opus": OpusDepacketizer,
    "video/vp8": Vp8Depacketizer,
    "video/h264": H264Depacketizer,
}


class TrackRecorder:
    """Records one track as it came.

    `write`, `rtcp_sender_report` and `close` may be called from any one thread, are cheap and never raise;
    everything else happens in the writer's thread. A disk that refuses turns `state` into "failed" with the
    code in `error`; packets are then let go and counted.
    """

    def __init__(
        self,
        stem: str,
        facts: TrackFacts,
        source: Source,
        participant: ParticipantClock,
        started: RoomTime,
        part: Part,
        follows: "TrackRecorder | None" = None,
    ) -> None:
        codec = source.codec.lower()
        self.facts = facts
        self._started = started
        self._follows = follows
        self._capacity = 2 * INBOX_PACKETS
        self._inbox: list[float | bytes] = []
        """Arrival and packet by turns: a pair for each would be one more thing to make and to collect."""
        self._reports: deque[tuple[float, int, int]] = deque(maxlen=16)
        self._refused = 0
        self._closing = False
        self._closed_at: float | None = None
        self._why_closed = Reason.RECONNECT
        self._latest: float | None = None
        self._intake = Intake(source, facts, started)
        self._order = ReorderBuffer()
        self._depacketizer: Depacketizer = DEPACKETIZERS.get(codec, OpusDepacketizer)()
        self._clock = TrackClock(source.clock_rate, participant)
        self._file = TrackFile(stem, codec, facts, self._clock, started, part)
        if codec not in DEPACKETIZERS:
            self.fail(CodecUnsupported(codec))

    @property
    def state(self) -> State:
        return self.facts.state

    @property
    def error(self) -> str | None:
        """Code of what stopped this track, or None."""
        return self.facts.error

    @property
    def end(self) -> float:
        """Where the recorded track ends so far, in seconds on the room's time."""
        return self._file.end

    @property
    def wants_keyframe(self) -> bool:
        """Whether pictures are being left out until a keyframe comes: a reason to send the sender a PLI."""
        return self.state == State.RECORDING and self._depacketizer.wants_keyframe

    def write(self, packet: bytes | bytearray | memoryview, arrival: float) -> None:
        """Take a decrypted RTP packet, `arrival` in seconds of time.monotonic(). Copies what may change later."""
        inbox = self._inbox
        if len(inbox) < self._capacity:
            inbox.append(arrival)
            inbox.append(bytes(packet))
        else:
            self._refused += 1

    def rtcp_sender_report(self, ntp: int, rtp_timestamp: int) -> None:
        """Take both times of a sender report: 64-bit NTP and 32-bit RTP (RFC 3550 section 6.4.1)."""
        self._reports.append((time.monotonic(), ntp, rtp_timestamp))

    def close(self, why: Reason = Reason.RECONNECT) -> None:
        """No more packets; the writer finishes the file within a tick. Closing twice does nothing.

        `why` becomes the reason of the gap if a part follows.
        """
        if not self._closing:
            self._why_closed, self._closed_at = why, time.monotonic() - self._started.monotonic
        self._closing = True

    def pump(self, ending: bool) -> None:
        """Write what has come since the last tick. Called by the writer only; never raises."""
        if self.state != State.RECORDING:
            self._stay_stopped()
            return
        try:
            self._pump(ending or self._closing)
        except OSError as error:
            self.fail(from_os_error(error))
        except Exception as error:
            log.exception("recording.broken", kind=self.facts.kind)
            self.fail(RecorderBroken(repr(error)))

    def fail(self, error: RecordingError) -> None:
        """Stop this track for good, say so once, keep what is already on the disk."""
        self._capacity = 0
        self._inbox.clear()
        facts = self.facts
        facts.state, facts.error = State.FAILED, error.code
        kept = (facts.offset or 0.0) + facts.duration
        facts.add_gap(Gap(kept, max(kept, self.end), 0, Reason.FAILED))
        log.error("recording.failed", code=error.code, file=facts.file, kind=facts.kind, why=str(error))
        self._file.abandon()

    def _pump(self, ending: bool) -> None:
        if ending:
            self._capacity = 0
        while self._reports:
            arrival, ntp, timestamp = self._reports.popleft()
            self._clock.report(ntp, timestamp, arrival - self._started.monotonic)
        self._notice_overload()
        self._take_inbox()
        if ending:
            self._finish()
        else:
            self._file.flush()
        self.facts.duplicates, self.facts.late = self._order.duplicates, self._order.late

    def _notice_overload(self) -> None:
        refused = self._refused - self.facts.refused
        if refused:
            log.warning("recording.overload", packets=refused, file=self.facts.file, kind=self.facts.kind)
            self._file.reason = Reason.OVERLOAD
            self.facts.refused += refused

    def _take_inbox(self) -> None:
        size = len(self._inbox) & ~1
        arrivals: list[float] = self._inbox[0:size:2]  # type: ignore[assignment]
        packets: list[bytes] = self._inbox[1:size:2]  # type: ignore[assignment]
        del self._inbox[:size]
        expected = self._order.next
        batch = None if expected is None else self._intake.batch(packets, arrivals, expected)
        if batch is None:
            for run in self._intake.runs(packets, arrivals):
                self._take(run)
            return
        self._latest = batch.arrivals[-1]
        self._order.pass_by(len(packets), self._latest)
        for frames in self._depacketizer.push_batch(batch):
            if isinstance(frames, Frames):
                self._file.store_all(frames)
            else:
                self._file.store(frames, self._depacketizer.picture)

    def _take(self, run: Run) -> None:
        if run.new_source:
            self._drain()
            self._order.restart()
            self._depacketizer.restart()
            self._clock.restart()
            self._file.reason = Reason.RESTART
        if not run.packets:
            return
        if self._latest is None:
            self._file.begin_at(run.packets[0][4], *self._away())
        self._latest = run.packets[-1][4]
        self._file.store(self._depacketizer.push(self._order.push(run.packets)), self._depacketizer.picture)

    def _away(self) -> tuple[float | None, Reason]:
        """Since when nothing was kept of this participant, and why; connections that brought nothing are passed over."""
        follows = self._follows
        while follows is not None and follows._latest is None:
            follows = follows._follows
        return (None, Reason.RECONNECT) if follows is None else (follows.end, follows._why_closed)

    def _drain(self) -> None:
        self._file.store(self._depacketizer.push(self._order.flush()), self._depacketizer.picture)

    def _finish(self) -> None:
        self._drain()
        missing = self._depacketizer
        if missing.lost or missing.dropped or self._file.reason:
            self._file.state_gap(missing.lost, missing.dropped, max(self._latest or 0.0, self.end))
        else:
            self._file.state_silence(self._closed_at or time.monotonic() - self._started.monotonic)
        self._file.close()
        self.facts.state = State.CLOSED

    def _stay_stopped(self) -> None:
        """The gap of a failed track grows for as long as packets come in vain."""
        if self.state == State.FAILED and self._refused > self.facts.refused:
            self.facts.refused = self._refused
            self.facts.gaps[-1].end = time.monotonic() - self._started.monotonic
