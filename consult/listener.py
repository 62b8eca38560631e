"""Waits for datagrams on all media sockets at once, far cheaper than the event loop can."""

from __future__ import annotations

import asyncio
import select
from collections.abc import Callable

import structlog

log = structlog.get_logger(__name__)

BUSY_DATAGRAMS = 4
"""A wake-up that finds this many datagrams shows load: then it pays to wait a moment and take more at once."""
PAUSE_SECONDS = 0.001
EMPTY_LOOKS = 3
"""Looks in vain before the event loop watches again, which costs more than a look."""
LONGEST_BATCH = 64
"""Rounds over the ready sockets before HTTP and timers get their turn."""


class Listener:
    """One epoll for all media sockets, itself watched by the event loop.

    An asyncio wake-up costs about as much as forwarding a packet, so it is shared: under load the listener looks
    once a millisecond and takes what has come, which delays a packet by a millisecond and a half at most.
    Each reader takes one datagram from its socket per call; epoll tells again while there are more.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._epoll = select.epoll()
        self._readers: dict[int, Callable[[], None]] = {}
        self._watched = False
        self._empty_looks = 0
        self._closed = False
        self._failures = 0
        self._watch()

    def add(self, descriptor: int, reader: Callable[[], None]) -> None:
        """Call `reader` whenever this non-blocking socket has a datagram."""
        self._readers[descriptor] = reader
        self._epoll.register(descriptor, select.EPOLLIN)

    def remove(self, descriptor: int) -> None:
        """Forget a socket; call this before closing it."""
        if self._readers.pop(descriptor, None) is not None:
            self._epoll.unregister(descriptor)

    def close(self) -> None:
        """Stop listening for good."""
        self._closed = True
        self._loop.remove_reader(self._epoll.fileno())
        self._epoll.close()

    def _watch(self) -> None:
        self._loop.add_reader(self._epoll.fileno(), self._woken)
        self._watched = True

    def _woken(self) -> None:
        if self._take() >= BUSY_DATAGRAMS:
            self._loop.remove_reader(self._epoll.fileno())
            self._watched = False
            self._loop.call_later(PAUSE_SECONDS, self._look)

    def _look(self) -> None:
        if self._closed:
            return
        self._empty_looks = 0 if self._take() else self._empty_looks + 1
        if self._empty_looks < EMPTY_LOOKS:
            self._loop.call_later(PAUSE_SECONDS, self._look)
        else:
            self._empty_looks = 0
            self._watch()

    def _take(self) -> int:
        taken = 0
        poll, readers = self._epoll.poll, self._readers
        for _ in range(LONGEST_BATCH):
            ready = poll(0)
            if not ready:
                break
            taken += len(ready)
            for descriptor, _ in ready:
                try:
                    readers[descriptor]()
                except Exception:
                    self._failed(descriptor)
        return taken

    def _failed(self, descriptor: int) -> None:
        """No datagram, whatever is in it, may stop the node; the first failure is told with its place."""
        if descriptor not in self._readers:
            return
        self._failures += 1
        if self._failures == 1:
            log.exception("media.datagram_failed")
