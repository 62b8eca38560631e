"""Janus, the general-purpose WebRTC server in C, as the peer to be measured against: its VideoCall plugin."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import aiohttp

from bench.peers import HERE, Peer
from bench.server import pinned
from tools.ports import free_port
from tools.processes import Plan, ProcessSet

PLUGIN = "janus.plugin.videocall"
MODULES = Path("/usr/lib/x86_64-linux-gnu/janus")
EVENT_SECONDS = 20.0
INSTALL_SECONDS = 300
Reply = dict[str, Any]

GENERAL = """
general: {{ configs_folder = "{folder}" plugins_folder = "{folder}/plugins" transports_folder = "{folder}/transports"
  events_folder = "{folder}/none" loggers_folder = "{folder}/none" debug_level = 3 session_timeout = 0 }}
nat: {{ ice_ignore_list = "" }}
"""
HTTP = """
general: {{ json = "compact" base_path = "/janus" http = true port = {port} ip = "127.0.0.1" https = false }}
admin: {{ admin_http = false }}
"""


class JanusRefused(Exception):
    """Janus answered a request with an error, or not at all."""


def find() -> str | None:
    """Return the path of Janus, installing Debian's package if this process may; None without it."""
    if shutil.which("janus") is None:
        _install()
    return shutil.which("janus")


def version(program: str) -> str:
    """The version it tells, such as "1.1.2"."""
    told = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"\d+\.\d+\.\d+", told)
    return found[0] if found else "of unknown version"


def _install() -> None:
    before = [] if os.geteuid() == 0 else ["sudo", "-n"]
    command = [*before, "apt-get", "install", "-y", "-q", "--no-install-recommends", "janus"]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with suppress(OSError, subprocess.TimeoutExpired):
        subprocess.run(
            command,
            env=environment,
            stdout=sys.stderr,
            timeout=INSTALL_SECONDS,
            stdin=subprocess.DEVNULL,
            check=False,
        )


@contextmanager
def running(program: str, folder: Path, core: int) -> Iterator[tuple[int, str]]:
    """Run Janus with nothing but HTTP and VideoCall; yields its process id and the address of its API."""
    port = free_port()
    _configure(folder / "janus", port)
    command = pinned((program, "--configs-folder", str(folder / "janus")), core)
    with ProcessSet(folder / "logs") as processes:
        processes.start([Plan("janus", command, {}, f"http://{HERE}:{port}/janus/info")])
        processes.wait_ready()
        yield processes["janus"].pid, f"http://{HERE}:{port}/janus"
        processes.check()


def _configure(folder: Path, port: int) -> None:
    for kind, module in (("plugins", "libjanus_videocall.so"), ("transports", "libjanus_http.so")):
        (folder / kind).mkdir(parents=True)
        (folder / kind / module).symlink_to(MODULES / kind / module)
    (folder / "none").mkdir()
    (folder / "janus.jcfg").write_text(GENERAL.format(folder=folder))
    (folder / "janus.transport.http.jcfg").write_text(HTTP.format(port=port))
    (folder / "janus.plugin.videocall.jcfg").write_text("general: { }\n")


@dataclass
class JanusCalls:
    """Brings peers together through the JSON API: register both, one calls, the other accepts."""

    url: str
    _session_url: str = ""
    _transactions: count[int] = field(default_factory=count)
    _events: dict[int, asyncio.Queue[Reply]] = field(default_factory=dict)

    async def __aenter__(self) -> Self:
        self._http = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        created = await self._post(self.url, {"janus": "create"})
        self._session_url = f"{self.url}/{created['data']['id']}"
        self._listening = asyncio.create_task(self._listen())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listening.cancel()
        await asyncio.gather(self._listening, return_exceptions=True)
        await self._http.close()

    async def bring_together(self, consult: str, first: Peer, second: Peer) -> None:
        """Connect both peers; returns when media may flow."""
        caller, callee = [await self._register(peer.name) for peer in (first, second)]
        await self._say(caller, {"request": "call", "username": second.name}, "offer", await first.offer())
        call = await self._hear(callee, "incomingcall")
        await self._say(callee, {"request": "accept"}, "answer", await second.answer(call["jsep"]["sdp"]))
        accepted = await self._hear(caller, "accepted")
        await first.accept(accepted["jsep"]["sdp"])

    async def _register(self, name: str) -> int:
        handle = int(
            (await self._post(self._session_url, {"janus": "attach", "plugin": PLUGIN}))["data"]["id"]
        )
        self._events[handle] = asyncio.Queue()
        await self._say(handle, {"request": "register", "username": name})
        await self._hear(handle, "registered")
        return handle

    async def _say(self, handle: int, body: Reply, kind: str = "", sdp: str = "") -> None:
        message: Reply = {"janus": "message", "body": body}
        if sdp:
            message["jsep"] = {"type": kind, "sdp": sdp, "trickle": False}
        await self._post(f"{self._session_url}/{handle}", message)

    async def _hear(self, handle: int, event: str) -> Reply:
        """Return the first event of this name for a handle; others, such as "calling", are passed over."""
        async with asyncio.timeout(EVENT_SECONDS):
            while True:
                told = await self._events[handle].get()
                data = told.get("plugindata", {}).get("data", {})
                if "error" in data:
                    raise JanusRefused(str(data["error"]))
                if data.get("result", {}).get("event") == event:
                    return told

    async def _post(self, url: str, message: Reply) -> Reply:
        async with self._http.post(
            url, json=message | {"transaction": str(next(self._transactions))}
        ) as answer:
            reply: Reply = await answer.json(content_type=None)
        if reply["janus"] not in ("success", "ack"):
            raise JanusRefused(str(reply))
        return reply

    async def _listen(self) -> None:
        """Long-poll the session and hand each event to the handle it is for."""
        while True:
            async with self._http.get(self._session_url, params={"maxev": "10"}) as answer:
                told = await answer.json(content_type=None)
            for event in told if isinstance(told, list) else [told]:
                if event.get("sender") in self._events:
                    self._events[event["sender"]].put_nowait(event)
