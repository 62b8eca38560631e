"""The way to and from one participant: datagrams off the network, sorted, and back onto it."""

from __future__ import annotations

import socket
from collections.abc import Callable

import structlog

from consult.listener import Listener
from consult.srtp import BUFFER, CAPACITY, VIEW
from consult.vendors import Pair

log = structlog.get_logger(__name__)

SOCKET_BUFFER = 1 << 20
DRAINED = 256

Handler = Callable[[int], None]
"""Called with the size of the datagram that lies in srtp.BUFFER."""


class Wire:
    """Follows the address pair that ICE has settled on.

    Beside aioice's socket it opens a second one on the same local port, connected to the browser's address: the
    kernel then gives it the browser's datagrams and sends without looking up a route, while aioice keeps all
    others and its own way of answering them.
    """

    def __init__(self, listener: Listener, on_rtp: Handler, on_rtcp: Handler) -> None:
        self._listener = listener
        self._on_rtp = on_rtp
        self._on_rtcp = on_rtcp
        self._socket: socket.socket | None = None
        self._pair: Pair | None = None
        self._recv_into: Callable[[bytearray], int] = _nothing
        self.send: Callable[[memoryview], int] = _nowhere
        self.heard = False
        """Set by every datagram; whoever watches for silence clears it."""
        self.refused = 0
        """Datagrams that are neither STUN, DTLS, RTP nor RTCP, or too long."""

    @property
    def token(self) -> object:
        """Of the address pair in use; None before there is one."""
        return None if self._pair is None else self._pair.token

    def follow(self, pair: Pair) -> bool:
        """Use this address pair from now on; False when it is the one in use already."""
        if self._pair is not None and pair.token is self._pair.token:
            return False
        self._drain()
        self._drop_socket()
        self._pair = pair
        self.send = self._send_slowly
        if pair.socket is not None:
            self._open_beside(pair.socket, pair)
        return True

    def close(self) -> None:
        """Neither send nor receive any more."""
        self._drop_socket()
        self._pair = None
        self.send = _nowhere

    def take(self, data: bytes) -> None:
        """Handle RTP or RTCP that came by aioice's socket; after the end nothing: whoever was replaced may send on."""
        if self._pair is None:
            return
        if len(data) >= CAPACITY:
            self.refused += 1
            return
        VIEW[: len(data)] = data
        self._sort(len(data))

    def _receive(self) -> None:
        try:
            size = self._recv_into(BUFFER)
        except OSError:
            # Nothing there after all, or the browser's port is closed (ICMP); silence will tell.
            return
        if 2 <= size < CAPACITY and 128 <= BUFFER[0] < 192 and not 192 <= BUFFER[1] < 224:
            # Nearly always; what follows tells the rest apart.
            self.heard = True
            self._on_rtp(size)
        else:
            self._sort(size)

    def _sort(self, size: int) -> None:
        """Tell what it is by its first byte (RFC 7983) and RTCP from RTP by its second (RFC 5761 section 4)."""
        self.heard = True
        if size < 2 or size >= CAPACITY:
            self.refused += 1
        elif 128 <= BUFFER[0] < 192:
            if 192 <= BUFFER[1] < 224:
                self._on_rtcp(size)
            else:
                self._on_rtp(size)
        elif BUFFER[0] < 64 and self._pair is not None:
            self._pair.datagrams(bytes(VIEW[:size]), self._pair.remote)
        else:
            self.refused += 1

    def _send_slowly(self, view: memoryview) -> int:
        if self._pair is not None:
            self._pair.send_slowly(bytes(view))
        return len(view)

    def _drain(self) -> None:
        """Take what has come already, so that a change of address loses nothing."""
        for _ in range(DRAINED):
            try:
                size = self._recv_into(BUFFER)
            except OSError:
                return
            self._sort(size)

    def _open_beside(self, existing: socket.socket, pair: Pair) -> None:
        try:
            self._socket = _connected_beside(existing, pair.local, pair.remote)
        except OSError as error:
            # Media then goes by aioice's socket, as it does for a relayed pair: slower, but it goes.
            log.warning("media.no_socket_of_its_own", why=error.strerror)
            return
        self._recv_into, self.send = self._socket.recv_into, self._socket.send
        self._listener.add(self._socket.fileno(), self._receive)

    def _drop_socket(self) -> None:
        if self._socket is not None:
            self._listener.remove(self._socket.fileno())
            self._socket.close()
            self._socket = None
            self._recv_into = _nothing


def _connected_beside(
    existing: socket.socket, local: tuple[str, int], remote: tuple[str, int]
) -> socket.socket:
    existing.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    beside = socket.socket(existing.family, socket.SOCK_DGRAM)
    beside.setblocking(False)
    beside.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    for option in (socket.SO_RCVBUF, socket.SO_SNDBUF):
        beside.setsockopt(socket.SOL_SOCKET, option, SOCKET_BUFFER)
    beside.bind(local)
    beside.connect(remote)
    return beside


def _nothing(_: bytearray) -> int:
    raise BlockingIOError


def _nowhere(view: memoryview) -> int:
    return len(view)
