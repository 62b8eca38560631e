"""A front before the media node: it passes HTTP on and leads the media of every participant over a line of their own.

Whoever is told the front's address instead of the node's (a test page, the centre) needs to know nothing of it. The
node's candidates are exchanged for our own port, and the browser's are kept from the node: no way leads past the line.
"""

from __future__ import annotations

import asyncio
import re
import threading
from collections import Counter
from collections.abc import Coroutine
from types import TracebackType
from typing import Any, Self

from aiohttp import ClientError, ClientSession, web

from tests.network.link import HERE, Address, Link

CANDIDATE = re.compile(r"(?m)^a=candidate:.*\r?\n")
PORT = re.compile(rf"(?m)^(a=candidate:\S+ 1 udp \d+ ){re.escape(HERE)} (\d+)( typ host.*\r?\n)")
START_SECONDS = 10.0
NOT_PASSED = {"host", "content-length", "transfer-encoding", "connection"}


class Network:
    """Use as a context manager: inside, `url` stands for the node at `target`, which may be told later."""

    def __init__(self, target: str = "") -> None:
        self.target = target
        self.url = ""
        self.joins: Counter[str] = Counter()
        """How often each participant has offered."""
        self.direct: set[str] = set()
        """Participants whose media takes no line of ours."""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="network", daemon=True)
        self._links: dict[str, Link] = {}
        self._runner: web.AppRunner | None = None
        self._onward: ClientSession | None = None

    def __enter__(self) -> Self:
        self._thread.start()
        self._run(self._open())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._run(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(START_SECONDS)
        self._loop.close()

    def link(self, participant: str) -> Link:
        """Return the line of this participant; it is good until told otherwise."""
        return self._links.setdefault(participant, Link(self._loop, participant))

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(START_SECONDS)

    async def _open(self) -> None:
        app = web.Application()
        app.router.add_route("*", "/{rest:.*}", self._pass_on)
        self._runner, self._onward = web.AppRunner(app, access_log=None), ClientSession()
        await self._runner.setup()
        site = web.TCPSite(self._runner, HERE, 0)
        await site.start()
        port = self._runner.addresses[0][1]
        self.url = f"http://{HERE}:{port}"

    async def _close(self) -> None:
        for link in self._links.values():
            link.close()
        if self._onward is not None and self._runner is not None:
            await self._onward.close()
            await self._runner.cleanup()

    async def _pass_on(self, request: web.Request) -> web.Response:
        """Ask the node; 502 where it does not answer, or was not told yet."""
        try:
            return await self._asked(request)
        except ClientError as error:
            return web.Response(status=502, text=f"no node behind the front: {error}")

    async def _asked(self, request: web.Request) -> web.Response:
        assert self._onward is not None
        body, participant = await request.text(), request.path.rpartition("/")[2]
        if request.method in ("POST", "PATCH") and participant not in self.direct:
            body = CANDIDATE.sub("", body)
        told = {name: value for name, value in request.headers.items() if name.lower() not in NOT_PASSED}
        address = f"{self.target}{request.path_qs}"
        async with self._onward.request(request.method, address, data=body, headers=told) as answer:
            text = await answer.text()
            if answer.status == 201 and participant not in self.direct:
                text = await self._led(participant, text)
            kept = {name: answer.headers[name] for name in ("Location",) if name in answer.headers}
            return web.Response(
                status=answer.status, text=text, content_type=answer.content_type, headers=kept
            )

    async def _led(self, participant: str, sdp: str) -> str:
        """Return the answer with our address as the only way to the node."""
        self.joins[participant] += 1
        line = PORT.search(sdp)
        assert line is not None, f"the node does not offer {HERE}:\n{sdp}"
        node: Address = (HERE, int(line[2]))
        _, port = await self.link(participant).lead_to(node)
        candidate = f"{line[1]}{HERE} {port}{line[3]}"
        first, *rest = CANDIDATE.split(sdp)
        return first + candidate + "".join(rest)
