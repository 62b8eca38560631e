"""How much one connection may send: so many bits a second of sound and of pictures, and so many streams at once."""

from __future__ import annotations

import enum
import time
from collections import Counter
from collections.abc import Callable, Mapping

from structlog.typing import FilteringBoundLogger

PACKET_COST = 100
"""Bytes a packet is charged beside its own: a flood of tiny ones is work, too."""
BURST_SECONDS = 1.0
"""So much of the rate may come at once: a key frame, or what a stalled line lets go."""
AUDIO_KILOBITS = 1000
"""Kilobits a second for all sound of a participant: two stereo Opus streams at their best."""
CALM_SECONDS = 3.0
"""A sender that has kept to its limits for so long is forgiven."""
WINDOW_SECONDS = 1.0


class Limit(enum.StrEnum):
    """What a participant can send too much of."""

    AUDIO_BITRATE = "audio_bitrate"
    VIDEO_BITRATE = "video_bitrate"
    STREAMS = "streams"


LIMIT_OF = {"audio": Limit.AUDIO_BITRATE, "video": Limit.VIDEO_BITRATE}


class Bucket:
    """A token bucket, filled by the node's clock and not by packets, so that a packet costs a subtraction.

    Take `left -= size + PACKET_COST` for each packet, and `refuse(size)` if that went below 0. Bytes all.
    """

    def __init__(self, kilobits: int) -> None:
        self.rate = kilobits * 125
        self.left: float = self.rate * BURST_SECONDS
        self.refused_packets = 0
        self.refused_bytes = 0

    def fill(self, seconds: float) -> None:
        """Let in what so much time allows."""
        self.left = min(self.left + self.rate * seconds, self.rate * BURST_SECONDS)

    def refuse(self, size: int) -> None:
        """Give back what was taken for a packet that is let go, and count it."""
        self.left += size + PACKET_COST
        self.refused_packets += 1
        self.refused_bytes += size


class Allowance:
    """The limits of one connection, and which of them it is beyond; each change is one line in `log`."""

    def __init__(self, video_kilobits: int, max_streams: int, log: FilteringBoundLogger) -> None:
        self.buckets = {"audio": Bucket(AUDIO_KILOBITS), "video": Bucket(video_kilobits)}
        self.over: dict[Limit, float] = {}
        """Limits this connection is beyond, and when it was so last."""
        self._max_streams = max_streams
        self._streams: set[int] = set()
        self._stream_packets = 0
        self._log = log
        self._filled_at = self._window_at = time.monotonic()
        self._seen: Counter[Limit] = Counter()
        self._bytes: dict[str, int] = {}

    @property
    def refused(self) -> dict[Limit, int]:
        """Packets let go so far, by the limit they were beyond."""
        counts = {limit: self.buckets[kind].refused_packets for kind, limit in LIMIT_OF.items()}
        return counts | {Limit.STREAMS: self._stream_packets}

    def admit(self, ssrc: int) -> bool:
        """Whether this stream may be sent beside those admitted before."""
        if len(self._streams) < self._max_streams:
            self._streams.add(ssrc)
        return ssrc in self._streams

    def refuse_stream(self, *_: int) -> None:
        """Let go of a packet of a stream that was not admitted."""
        self._stream_packets += 1

    def fill(self, now: float) -> None:
        """Let in what has become due since the last call."""
        for bucket in self.buckets.values():
            bucket.fill(now - self._filled_at)
        self._filled_at = now

    def is_due(self, now: float) -> bool:
        """Whether it is time to look at the limits again."""
        return now - self._window_at >= WINDOW_SECONDS

    def review(self, now: float, received: Mapping[str, int], picture: Callable[[], str | None]) -> list[str]:
        """Say what has changed since the last review; return the kinds of media that are to be slowed down.

        `received` holds the bytes let in so far by kind of media, `picture` tells the size of the largest one seen.
        """
        seconds, self._window_at = now - self._window_at, now
        refused = self.refused
        beyond = {limit for limit, count in refused.items() if count > self._seen[limit]}
        rates = self._rates(received, seconds)
        for limit in beyond:
            if limit not in self.over:
                self._tell(limit, rates, picture)
            self.over[limit] = now
        self._forgive(now)
        self._seen = Counter(refused)
        return [kind for kind, limit in LIMIT_OF.items() if limit in beyond]

    def _rates(self, received: Mapping[str, int], seconds: float) -> dict[Limit, int]:
        """Kilobits a second that came, whether let in or not."""
        came = {kind: received.get(kind, 0) + bucket.refused_bytes for kind, bucket in self.buckets.items()}
        before, self._bytes = self._bytes, came
        return {
            LIMIT_OF[kind]: round((total - before.get(kind, 0)) / 125 / seconds)
            for kind, total in came.items()
        }

    def _tell(self, limit: Limit, rates: Mapping[Limit, int], picture: Callable[[], str | None]) -> None:
        if limit is Limit.STREAMS:
            self._log.warning("media.sender_over_limit", limit=limit.value, allowed=self._max_streams)
            return
        kind = "video" if limit is Limit.VIDEO_BITRATE else "audio"
        size = picture() if kind == "video" else None
        facts = {"picture": size} if size else {}
        allowed = self.buckets[kind].rate // 125
        self._log.warning(
            "media.sender_over_limit",
            limit=limit.value,
            allowed_kbps=allowed,
            sent_kbps=rates[limit],
            **facts,
        )

    def _forgive(self, now: float) -> None:
        for limit in [limit for limit, at in self.over.items() if now - at > CALM_SECONDS]:
            del self.over[limit]
            self._log.info("media.sender_within_limit", limit=limit.value)
