"""A line that can be as bad as one likes: UDP between a browser and the media node, relayed by way of two sockets.

The browser sends to a port of ours and we send on from another, as a router with address translation does. So the
node sees the address that the router gave, and the browser sees only us.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

HERE = "127.0.0.1"
Address = tuple[str, int]


@dataclass(frozen=True)
class Conditions:
    """What one direction of a line does to datagrams.

    `loss` is a share from 0 to 1; `delay` and `jitter` are seconds, each datagram waiting `delay` and up to
    `jitter` more, so that they may overtake each other; `rate` is bits a second, and what would wait longer than
    `queue` seconds for its turn is dropped. `cut` lets nothing through.
    """

    loss: float = 0.0
    delay: float = 0.0
    jitter: float = 0.0
    rate: int | None = None
    queue: float = 0.3
    cut: bool = False


GOOD = Conditions()
CUT = Conditions(cut=True)


class Lane:
    """One direction of a line; `passed` and `dropped` count its datagrams."""

    def __init__(self, loop: asyncio.AbstractEventLoop, seed: int) -> None:
        self.conditions = GOOD
        self.passed = 0
        self.dropped = 0
        self._loop = loop
        self._chance = random.Random(seed)
        self._busy_until = 0.0

    def send(self, data: bytes, deliver: Callable[[bytes], None]) -> None:
        """Deliver the datagram when the line has carried it, or never."""
        conditions = self.conditions
        lost = conditions.cut or self._chance.random() < conditions.loss
        waits = None if lost else self._waits(len(data), conditions)
        if waits is None:
            self.dropped += 1
            return
        self.passed += 1
        wait = waits + conditions.delay + conditions.jitter * self._chance.random()
        if wait > 0:
            self._loop.call_later(wait, deliver, data)
        else:
            deliver(data)

    def _waits(self, size: int, conditions: Conditions) -> float | None:
        """Seconds until a datagram of this size has left, None where the queue is full."""
        if conditions.rate is None:
            return 0.0
        now = self._loop.time()
        leaves = max(now, self._busy_until) + size * 8 / conditions.rate
        if leaves - now > conditions.queue:
            return None
        self._busy_until = leaves
        return leaves - now


class Link:
    """The line of one person: `up` to the node, `down` from it. All their connections share it."""

    def __init__(self, loop: asyncio.AbstractEventLoop, name: str) -> None:
        self.up = Lane(loop, seed=1)
        self.down = Lane(loop, seed=2)
        self.name = name
        self._loop = loop
        self._routes: list[Route] = []

    def becomes(self, up: Conditions, down: Conditions | None = None) -> None:
        """Be like this from now on; without `down` both directions are alike."""
        self.up.conditions, self.down.conditions = up, up if down is None else down

    def change_address(self) -> None:
        """Let the node see other addresses from the next datagram on, as after a switch of networks (NAT rebinding)."""
        for route in self._routes:
            self._loop.call_soon_threadsafe(route.forget_mappings)

    async def lead_to(self, node: Address) -> Address:
        """Return the address whose datagrams this line carries to `node`."""
        route = Route(self, self._loop, node)
        self._routes.append(route)
        return await route.open()

    def close(self) -> None:
        """Carry nothing any more."""
        for route in self._routes:
            route.close()


class Route:
    """What stands between one port of the node and the browser's sockets that send to it."""

    def __init__(self, link: Link, loop: asyncio.AbstractEventLoop, node: Address) -> None:
        self._link = link
        self._loop = loop
        self._node = node
        self._near: asyncio.DatagramTransport | None = None
        self._far: dict[Address, asyncio.Task[asyncio.DatagramTransport]] = {}
        """The address that the node sees, by the browser's own."""

    async def open(self) -> Address:
        """Listen for the browser and return where."""
        self._near = await open_socket(self._loop, self._from_browser)
        return cast(Address, self._near.get_extra_info("sockname"))

    def forget_mappings(self) -> None:
        """Take a new address towards the node for every one that the browser uses."""
        for opening in self._far.values():
            opening.add_done_callback(lambda done: done.result().close())
        self._far.clear()

    def close(self) -> None:
        """Give all sockets back."""
        self.forget_mappings()
        if self._near is not None:
            self._near.close()

    def _from_browser(self, data: bytes, browser: Address) -> None:
        self._link.up.send(data, lambda carried: self._to_node(carried, browser))

    def _to_node(self, data: bytes, browser: Address) -> None:
        if browser not in self._far:
            self._far[browser] = self._loop.create_task(self._map(browser))
        self._far[browser].add_done_callback(lambda done: done.result().sendto(data, self._node))

    async def _map(self, browser: Address) -> asyncio.DatagramTransport:
        def from_node(data: bytes, _: Address) -> None:
            self._link.down.send(data, lambda carried: self._to_browser(carried, browser))

        return await open_socket(self._loop, from_node)

    def _to_browser(self, data: bytes, browser: Address) -> None:
        if self._near is not None:
            self._near.sendto(data, browser)


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, take: Callable[[bytes, Address], None]) -> None:
        self._take = take

    def datagram_received(self, data: bytes, address: tuple[Any, ...]) -> None:
        self._take(data, (address[0], address[1]))


async def open_socket(
    loop: asyncio.AbstractEventLoop, take: Callable[[bytes, Address], None]
) -> asyncio.DatagramTransport:
    """Return a UDP socket on a free port of this machine; `take` is given what comes, and from where."""
    transport, _ = await loop.create_datagram_endpoint(lambda: _Datagrams(take), local_addr=(HERE, 0))
    return transport
