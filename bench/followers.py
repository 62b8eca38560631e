"""Thousands of phones that follow their numbers: the least WebSocket client (RFC 6455) that Socket.IO will talk to.

It notes when its news arrived and reads no more of it, so that the load takes little time from what is measured.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import struct
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

TEXT = 1
FINAL = MASK_BIT = 0x80
SHORT = 126  # from here on a length has two bytes of its own
HEADS = 2
AT_ONCE = 40
PATIENCE = 60.0  # seconds


@dataclass(frozen=True)
class Pass:
    """What a browser holds: its session cookie and its page's token."""

    cookie: str
    csrf: str


@dataclass
class Phone(asyncio.Protocol):
    """One follower; `heard` holds the moments of `ticket.changed` since it last forgot."""

    host: str
    port: int
    holds: Pass
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    heard: list[float] = field(default_factory=list)
    _transport: asyncio.Transport | None = None
    _left: bytes = b""
    _upgraded: bool = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        key = base64.b64encode(os.urandom(16)).decode()
        lines = (
            "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1",
            f"Host: {self.host}:{self.port}",
            f"Origin: http://{self.host}:{self.port}",
            f"Cookie: maru_web={self.holds.cookie}",
            *("Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"),
            f"Sec-WebSocket-Key: {key}",
        )
        transport.write("\r\n".join((*lines, "", "")).encode())

    def data_received(self, data: bytes) -> None:
        now = time.time()
        self._left += data
        if not self._upgraded:
            head, found, rest = self._left.partition(b"\r\n\r\n")
            if not found:
                return
            assert b" 101 " in head.split(b"\r\n", 1)[0], head[:200]
            self._upgraded, self._left = True, rest
        while (frame := self._frame()) is not None:
            self._take(now, frame)

    def _frame(self) -> bytes | None:
        """The next whole text of what has come; servers neither mask nor, here, split their frames."""
        if len(self._left) < HEADS:
            return None
        size, start = self._left[1], 2
        if size == SHORT:
            if len(self._left) < HEADS + 2:
                return None
            size, start = struct.unpack(">H", self._left[2:4])[0], 4
        if len(self._left) < start + size:
            return None
        text, self._left = self._left[start : start + size], self._left[start + size :]
        return text

    def _take(self, now: float, text: bytes) -> None:
        """Engine.IO 4 and Socket.IO 5: open, ping, connected, event."""
        if text.startswith(b"0"):
            self._say("40/customer," + json.dumps({"csrf": self.holds.csrf}))
        elif text == b"2":
            self._say("3")
        elif text.startswith(b"40/customer"):
            self.ready.set()
        elif text.startswith(b'42/customer,["ticket.changed"'):
            self.heard.append(now)

    def _say(self, words: str) -> None:
        assert self._transport is not None
        data, mask = words.encode(), os.urandom(4)
        is_short = len(data) < SHORT
        size = bytes([MASK_BIT | len(data)]) if is_short else struct.pack(">BH", MASK_BIT | SHORT, len(data))
        masked = bytes(byte ^ mask[index % 4] for index, byte in enumerate(data))
        self._transport.write(bytes([FINAL | TEXT]) + size + mask + masked)

    def hang_up(self) -> None:
        """Go."""
        if self._transport is not None:
            self._transport.abort()

    def forget(self) -> None:
        """What comes from now on is news."""
        self.heard.clear()


async def follow(url: str, passes: Sequence[Pass]) -> list[Phone]:
    """All of them connected to the centre at `url` and greeted, a few at a time as phones come."""
    host, port = urlsplit(url).hostname or "", urlsplit(url).port or 80
    loop, gate = asyncio.get_running_loop(), asyncio.Semaphore(AT_ONCE)

    async def come(holds: Pass) -> Phone:
        async with gate:
            phone = Phone(host, port, holds)
            await loop.create_connection(lambda: phone, host, port)
            await asyncio.wait_for(phone.ready.wait(), PATIENCE)
            return phone

    return list(await asyncio.gather(*map(come, passes)))
