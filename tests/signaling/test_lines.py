"""Telling many sockets at once: everyone hears their own words in order, and who does not read holds up nobody."""

import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import gevent
import pytest
from flask import Flask
from flask_socketio import join_room
from gevent.pywsgi import WSGIServer
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr
from socketio import Client
from wsproto.connection import Connection, ConnectionType
from wsproto.events import TextMessage

from branch.settings import CommonSettings
from signaling.lines import frame, tell_each
from signaling.sockets import ConnectionHandler, make_socketio
from tests.waiting import until
from tools.ports import free_port

NAMESPACE, EVENT = "/customer", "ticket.changed"
LONG, MANY = "x" * 30_000, 300  # together more than two sockets hold for somebody who does not read
GREETING = b"\r\n".join(
    (
        b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1",
        b"Host: 127.0.0.1:%d",
        b"Connection: Upgrade",
        b"Upgrade: websocket",
        b"Sec-WebSocket-Version: 13",
        b"Sec-WebSocket-Extensions: permessage-deflate",
        b"Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==",
        b"\r\n",
    )
)


def switchboard(port: int, started: threading.Event, stop: threading.Event) -> None:
    """A server with its own greenlets; whoever connects names their room, and `tell` counts up in rooms."""
    app = Flask("switchboard")
    chosen = CommonSettings(database_url="sqlite://", secret_key=SecretStr("k" * 32))
    socketio = make_socketio(app, chosen)

    def came(given: dict[str, str]) -> None:
        join_room(given["room"], namespace=NAMESPACE)

    def told(rooms: list[str], count: int, words: str) -> bool:
        numbers = ((room, [room, number, words]) for number in range(count) for room in rooms)
        tell_each(socketio, NAMESPACE, EVENT, numbers)
        return True

    socketio.on_event("connect", came, namespace=NAMESPACE)
    socketio.on_event("tell", told, namespace=NAMESPACE)
    server = WSGIServer(("127.0.0.1", port), app, log=None, error_log=None, handler_class=ConnectionHandler)
    server.start()
    started.set()
    while not stop.is_set():
        gevent.sleep(0.01)
    server.stop(timeout=1)


@pytest.fixture
def port() -> Iterator[int]:
    started, stop, chosen = threading.Event(), threading.Event(), free_port()
    thread = threading.Thread(target=switchboard, args=(chosen, started, stop), daemon=True)
    thread.start()
    assert started.wait(10), "the switchboard to listen"
    yield chosen
    stop.set()
    thread.join(timeout=5)


@contextmanager
def connected(port: int, room: str) -> Iterator[tuple[Client, list[Any]]]:
    """Somebody in a room, and what they hear."""
    client, heard = Client(reconnection=False), list[Any]()
    client.on(EVENT, heard.append, namespace=NAMESPACE)
    client.connect(
        f"http://127.0.0.1:{port}", auth={"room": room}, namespaces=[NAMESPACE], transports=["websocket"]
    )
    try:
        yield client, heard
    finally:
        client.disconnect()


def test_everyone_hears_their_own_words_in_order(port: int) -> None:
    with connected(port, "a") as (asking, at_a), connected(port, "b") as (_, at_b):
        asking.call("tell", (["a", "b", "nobody"], 300, "가" * 40), namespace=NAMESPACE)
        until(lambda: (len(at_a), len(at_b)) == (300, 300), "everything to be heard")
    assert at_a == [["a", number, "가" * 40] for number in range(300)]
    assert [(room, number) for room, number, _ in at_b] == [("b", number) for number in range(300)]


def test_who_does_not_read_holds_up_nobody_and_finds_it_in_order(port: int) -> None:
    with closing(deaf(port, "deaf")) as silent, connected(port, "a") as (asking, heard):
        asking.call("tell", (["deaf", "a"], MANY, LONG), namespace=NAMESPACE, timeout=60)
        until(lambda: len(heard) == MANY, "everything to be heard by who listens", 60)
        assert read_until(silent, MANY - 1) == list(range(MANY))


def deaf(port: int, room: str) -> socket.socket:
    """A WebSocket that comes in and then reads nothing."""
    line = socket.create_connection(("127.0.0.1", port))
    line.sendall(GREETING % port)
    client = Connection(ConnectionType.CLIENT)
    head = b""
    while b'"sid"' not in head:
        head += line.recv(4096)
    assert b"permessage-deflate" not in head
    line.sendall(client.send(TextMessage(data=f'40{NAMESPACE},{{"room":"{room}"}}')))
    while b"40" + NAMESPACE.encode() not in head:
        head += line.recv(1)
    until(lambda: line.recv(1) == b"}", "the rest of the welcome")
    return line


def read_until(line: socket.socket, last: int) -> list[int]:
    """The numbers of all messages up to one."""
    client, numbers = Connection(ConnectionType.CLIENT), list[int]()
    text = ""
    line.settimeout(30)
    while last not in numbers[-1:]:
        client.receive_data(line.recv(1 << 16))
        for event in client.events():
            assert isinstance(event, TextMessage)
            text += event.data
            if event.message_finished:
                numbers += [int(text.split(",")[3])] if EVENT in text else []
                text = ""
    return numbers


@settings(max_examples=40, deadline=None)
@given(words=st.one_of(st.text(max_size=200), st.integers(120, 70_000).map(lambda size: "x" * size)))
def test_a_frame_is_what_a_client_reads(words: str) -> None:
    client = Connection(ConnectionType.CLIENT)
    client.receive_data(frame(words))
    assert "".join(event.data for event in client.events()) == words  # type: ignore[attr-defined]
