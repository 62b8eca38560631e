"""The simulated line itself: it loses, delays, throttles, cuts and changes addresses as it was told."""

from __future__ import annotations

import asyncio
import time

from tests.network.link import CUT, GOOD, Address, Conditions, Lane, Link, open_socket

SENT = 400


def carried(conditions: Conditions, size: int = 1000) -> Lane:
    """A lane over which SENT datagrams were sent at once."""
    loop = asyncio.new_event_loop()
    lane = Lane(loop, seed=7)
    lane.conditions = conditions
    for _ in range(SENT):
        lane.send(bytes(size), lambda _: None)
    loop.close()
    return lane


def test_a_share_of_the_datagrams_is_lost() -> None:
    assert carried(GOOD).dropped == 0
    assert carried(CUT).passed == 0
    assert 0.02 * SENT < carried(Conditions(loss=0.05)).dropped < 0.1 * SENT


def test_what_does_not_fit_the_queue_is_dropped() -> None:
    # One second of 800 kbit/s holds a hundred datagrams of 1,000 bytes.
    passed = carried(Conditions(rate=800_000, queue=1.0)).passed
    assert 95 <= passed <= 105


def test_datagrams_come_late_and_in_the_order_of_their_delays() -> None:
    async def arrivals() -> tuple[list[int], float]:
        loop = asyncio.get_running_loop()
        lane, came = Lane(loop, seed=7), asyncio.Queue[int]()
        began = time.monotonic()
        for number, delay in enumerate((0.03, 0.01)):
            lane.conditions = Conditions(delay=delay)
            lane.send(bytes([number]), lambda data: came.put_nowait(data[0]))
        return [await came.get(), await came.get()], time.monotonic() - began

    order, took = asyncio.run(arrivals())
    assert order == [1, 0]
    assert took >= 0.03


def test_both_ways_work_and_a_new_address_is_seen_by_the_node_alone() -> None:
    async def exchange() -> tuple[list[tuple[bytes, Address]], list[tuple[bytes, Address]], Address]:
        loop = asyncio.get_running_loop()
        at_node = asyncio.Queue[tuple[bytes, Address]]()
        at_browser = asyncio.Queue[tuple[bytes, Address]]()
        node, browser = await socket_into(at_node), await socket_into(at_browser)
        link = Link(loop, "customer")
        port = await link.lead_to(node.get_extra_info("sockname"))
        seen, answers = [], []
        for said in (b"first", b"second"):
            browser.sendto(said, port)
            seen.append(await at_node.get())
            node.sendto(said.upper(), seen[-1][1])
            answers.append(await at_browser.get())
            link.change_address()
        for transport in (node, browser, link):
            transport.close()
        await asyncio.sleep(0)
        return seen, answers, port

    seen, answers, port = asyncio.run(exchange())
    assert [data for data, _ in seen] == [b"first", b"second"]
    assert seen[0][1] != seen[1][1], "the node sees the old address"
    assert answers == [(b"FIRST", port), (b"SECOND", port)]


async def socket_into(queue: asyncio.Queue[tuple[bytes, Address]]) -> asyncio.DatagramTransport:
    """A socket whose datagrams end in this queue."""
    return await open_socket(
        asyncio.get_running_loop(), lambda data, address: queue.put_nowait((data, address))
    )
