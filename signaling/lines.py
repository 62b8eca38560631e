"""Telling thousands of sockets, each its own words: written at once where a line is free, one loop for all.

Otherwise every message wakes a writer of its own, with a timer and two switches of greenlets, which costs more than making,
framing and sending the message together.
"""

import struct
from collections.abc import Callable, Iterable
from typing import Any

import structlog
from engineio import packet as engine_packet
from engineio.async_drivers.gevent import WebSocketWSGI
from flask_socketio import SocketIO
from gevent import spawn
from gevent.lock import Semaphore
from gevent.socket import socket as GeventSocket
from socketio import Manager, packet

from signaling.access import TOLD

log = structlog.get_logger()

MESSAGE_LIMIT = 64 * 1024
AT_ONCE = 200  # messages, after which others get their turn
TEXT, BINARY, FINAL = 0x1, 0x2, 0x80
SHORT, LONG = 126, 1 << 16  # from these sizes on a length has two bytes of its own, or eight


class BoundedWebSocket(WebSocketWSGI):  # type: ignore[misc]
    """Closes a socket while a message is growing too large, instead of reading it to its end first.

    It never compresses: our messages are short, and every phone would keep a window of 300 kB for it (RFC 7692).
    """

    def __init__(self, handler: Callable[..., object], server: object) -> None:
        super().__init__(handler, server)
        self.server_args["max_message_size"] = MESSAGE_LIMIT
        self._engine_socket: Any = handler.__self__  # type: ignore[attr-defined]
        self._turn = Semaphore(1)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., object]) -> object:
        self._engine_socket.line = self
        environ.pop("HTTP_SEC_WEBSOCKET_EXTENSIONS", None)
        return super().__call__(environ, start_response)

    def send(self, message: str | bytes) -> None:
        """Write a message, waiting as long as the line is full. Raises OSError when the line is gone."""
        if not self.ws.connected:
            raise OSError
        with self._turn:
            self.ws.sock.sendall(frame(message))

    def write_now(self, message: str) -> bool:
        """Write a message without waiting; False where others are before it or the line is full."""
        wire = self.ws.sock
        if not self._is_free() or type(wire) is not GeventSocket:  # with TLS, nobody knows how much fits
            return False
        whole = frame(message)
        try:
            written = wire._sock.send(whole)  # type: ignore[attr-defined]  # gevent's own would wait
        except OSError:
            return False
        if written < len(whole):
            self._turn.acquire()
            spawn(self._write_rest, whole[written:])
        return True

    def _is_free(self) -> bool:
        """Whether what is written now comes after all that was told before; by polling nothing is."""
        engine = self._engine_socket
        return bool(
            engine.upgraded
            and self.ws.connected
            and not engine.queue.unfinished_tasks
            and not self._turn.locked()
        )

    def _write_rest(self, rest: bytes) -> None:
        """What did not fit, before anybody else's turn."""
        try:
            self.ws.sock.sendall(rest)
        except OSError:
            log.info("line went down while it was full")
        finally:
            self._turn.release()


def tell_each(socketio: SocketIO, namespace: str, event: str, told: Iterable[tuple[str, object]]) -> None:
    """Send an event to many rooms, to each its own detail. Raises KeyError for one that nobody is told."""
    if event not in TOLD[namespace]:
        raise KeyError(f"{namespace} does not tell {event}")
    manager = socketio.server.manager
    for count, (room, detail) in enumerate(told, 1):
        if type(manager) is Manager:
            _tell_here(socketio, namespace, room, [event, detail])
        else:  # somebody may be connected to another process
            socketio.emit(event, detail, namespace=namespace, to=room)
        if count % AT_ONCE == 0:
            socketio.sleep(0)


def _tell_here(socketio: SocketIO, namespace: str, room: str, data: list[object]) -> None:
    server = socketio.server
    here = [engine_id for _, engine_id in server.manager.get_participants(namespace, room)]
    if not here:
        return
    text = packet.Packet(packet.EVENT, namespace=namespace, data=data, binary=False).encode()
    message = engine_packet.Packet(engine_packet.MESSAGE, text)
    for engine_id in here:
        line: BoundedWebSocket | None = getattr(server.eio.sockets.get(engine_id), "line", None)
        if line is None or not line.write_now(message.encode()):
            server._send_eio_packet(engine_id, message)


def frame(message: str | bytes) -> bytes:
    """A message in one frame, as a server sends it: without a mask (RFC 6455, section 5.2)."""
    kind, payload = (TEXT, message.encode()) if isinstance(message, str) else (BINARY, message)
    size = len(payload)
    if size < SHORT:
        head = struct.pack(">BB", FINAL | kind, size)
    elif size < LONG:
        head = struct.pack(">BBH", FINAL | kind, SHORT, size)
    else:
        head = struct.pack(">BBQ", FINAL | kind, SHORT + 1, size)
    return head + payload
