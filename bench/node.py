"""Our media node as a process of its own, and how the load's peers meet in its rooms."""

from __future__ import annotations

import asyncio
import base64
import json
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from bench.peers import HERE, SHA1, Peer, media_address
from bench.server import pinned
from consult.client import MediaClient
from tools.ports import free_port
from tools.processes import Plan, ProcessSet

ANSWER_SECONDS = 20.0


@dataclass
class NodeRooms:
    """Brings peers together in rooms of a media node; with `record`, both consent to being recorded."""

    url: str
    secret: str
    record: bool

    async def __aenter__(self) -> Self:
        self._client = MediaClient([self.url], self.secret, ANSWER_SECONDS)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing is kept open."""

    async def bring_together(self, consult: str, first: Peer, second: Peer) -> None:
        """Connect both peers; returns when media may flow."""
        for peer, role in ((first, "customer"), (second, "advisor")):
            offer = await peer.offer()
            answer = await asyncio.to_thread(
                self._client.join, self.url, consult, peer.name, role, offer, self.record
            )
            await peer.accept(answer.sdp)

    def close(self, consult: str) -> None:
        """Close a room; returns when its recording is on the disk."""
        self._client = MediaClient([self.url], self.secret, ANSWER_SECONDS)
        self._client.close(self.url, consult)


@contextmanager
def running(
    folder: Path, core: int, record: bool, seal: bool = False, srtp_profile: str = SHA1
) -> Iterator[tuple[int, NodeRooms]]:
    """Run a media node on loopback alone, recordings sealed or plain; yields its process id and its rooms."""
    port, secret = free_port(), secrets.token_urlsafe(32)
    settings = {
        "MARU_MEDIA_SECRET": secret,
        "MARU_MEDIA_PORT": str(port),
        "MARU_MEDIA_ADDRESSES": json.dumps([media_address()]),
        "MARU_MEDIA_LOOPBACK": "false",
        "MARU_MEDIA_RECORDINGS_DIR": str(folder / "recordings"),
        "MARU_MEDIA_SRTP_PROFILES": json.dumps([srtp_profile]),
        "MARU_MEDIA_ENVIRONMENT": "production",
        "MARU_MEDIA_MAX_ROOMS": "1000",
        "MARU_MEDIA_MAX_LOAD": "64",
    }
    if seal:
        settings["MARU_MEDIA_RECORDING_KEY"] = base64.b64encode(secrets.token_bytes(32)).decode()
    command = pinned((sys.executable, "-m", "consult"), core)
    with ProcessSet(folder / "logs") as processes:
        processes.start([Plan("consult", command, settings, f"http://{HERE}:{port}/healthz")])
        processes.wait_ready()
        yield processes["consult"].pid, NodeRooms(f"http://{HERE}:{port}", secret, record)
        processes.check()
