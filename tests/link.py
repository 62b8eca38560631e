"""The centre's end of the link in the test's own process, with nothing else of the centre around it."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from flask_babel import Babel
from flask_socketio import SocketIO
from pydantic import SecretStr
from werkzeug.serving import make_server

from branch.database import Database
from signaling.link_server import LinkServer
from tests.waiting import until

HERE = "127.0.0.1"
KEY = "a key for this test"


@contextmanager
def centre(database: Database, port: int, key: str = KEY) -> Iterator[SocketIO]:
    """Answers hubs on this port, which may have been another centre's a moment ago."""
    app = Flask("centre")
    app.secret_key = "for this test"
    Babel(app, default_locale="ko")
    socketio = SocketIO(app, async_mode="threading")
    LinkServer(socketio, database, {"seongsu": SecretStr(key)}, lambda _branch: None)
    with until(lambda: _listening(port), f"port {port} to be free") as place:
        server = make_server(HERE, port, app, threaded=True, fd=place.fileno())
    server.daemon_threads = True  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield socketio
    finally:
        for line in list(socketio.server.eio.sockets.values()):
            line.close(wait=False)
        server.shutdown()
        server.server_close()


def _listening(port: int) -> socket.socket | None:
    """None while a program that the hub starts, such as its voice, holds what was open here until it has begun."""
    try:
        return socket.create_server((HERE, port))
    except OSError:
        return None
