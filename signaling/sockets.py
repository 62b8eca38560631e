"""Socket.IO as every process uses it: one limit on size, one check of tokens, one of roles, errors as answers."""

from collections.abc import Callable, Mapping
from typing import Any

import structlog
from flask import Flask, request
from flask_socketio import ConnectionRefusedError, SocketIO
from flask_wtf.csrf import ValidationError, validate_csrf
from gevent.pywsgi import WSGIHandler
from socketio import Manager

from branch.errors import AccessDenied, BadInput, MaruError
from branch.people.models import Role
from branch.settings import CommonSettings
from signaling.access import EVENTS, TOLD
from signaling.lines import MESSAGE_LIMIT, BoundedWebSocket
from signaling.surface import PageExpired, describe, roles

log = structlog.get_logger()

PING_EVERY = 10  # seconds; a line that is cut is noticed within PING_EVERY + PING_PATIENCE
PING_PATIENCE = 8

Answer = dict[str, object]
Handler = Callable[[dict[str, Any]], Mapping[str, object] | None]


class UnknownEvent(BadInput):
    """An event this namespace does not have, as a newer page may send."""

    code = "event.unknown"


class ConnectionHandler(WSGIHandler):
    """Serves requests; a connection that was a WebSocket ends with it, and what its client still says is not read."""

    def handle_one_response(self) -> None:
        super().handle_one_response()
        if (self.environ or {}).get("HTTP_UPGRADE", "").lower() == "websocket":
            self.close_connection = True


def make_socketio(app: Flask, settings: CommonSettings, async_mode: str = "gevent") -> SocketIO:
    """Socket.IO on the app: same origin only, 64 KiB a message, events to all processes through Redis where it is set."""
    socketio = SocketIO(
        app,
        async_mode=async_mode,
        message_queue=settings.redis_url,
        channel=f"maru-{app.name}",
        max_http_buffer_size=MESSAGE_LIMIT,
        ping_interval=PING_EVERY,
        ping_timeout=PING_PATIENCE,
    )
    if async_mode == "gevent":
        engine = socketio.server.eio
        engine._async = {**engine._async, "websocket": BoundedWebSocket}
    return socketio


class Channel:
    """One namespace. Every event passes the access table; a handler takes one dict and returns what its answer holds.

    `csrf` asks for the page's token at connect; `held` tells the roles of whoever is connected.
    """

    def __init__(
        self,
        socketio: SocketIO,
        namespace: str,
        *,
        csrf: bool = True,
        held: Callable[[], frozenset[Role]] = roles,
    ) -> None:
        self.socketio = socketio
        self.namespace = namespace
        self.events: set[str] = {"connect"}
        self._csrf = csrf
        self._held = held
        socketio.on_event("connect", self._connect(_nothing), namespace=namespace)
        socketio.on_event("*", _unknown, namespace=namespace)

    def on(self, event: str) -> Callable[[Handler], Handler]:
        """Register the handler of an event; its answer gets `ok: true`, a MaruError becomes `ok: false` with the error."""

        def register(handler: Handler) -> Handler:
            self.events.add(event)
            self.socketio.on_event(event, self._guarded(event, handler), namespace=self.namespace)
            return handler

        return register

    def on_connect(self, handler: Handler) -> Handler:
        """Register what happens when somebody who may come in has come in; it receives the auth data."""
        self.socketio.on_event("connect", self._connect(handler), namespace=self.namespace)
        return handler

    def on_disconnect(self, handler: Callable[[], None]) -> Callable[[], None]:
        """Register what happens after somebody has gone; it runs with that person's session."""

        def leave(*_reason: object) -> None:
            try:
                handler()
            except MaruError as error:
                log.info("left after the end", namespace=self.namespace, code=error.code)

        self.socketio.on_event("disconnect", leave, namespace=self.namespace)
        return handler

    def tell(self, event: str, detail: object, room: str) -> None:
        """Send an event to everyone in a room, whichever process they are connected to."""
        tell(self.socketio, self.namespace, event, detail, room)

    def _check(self, event: str) -> None:
        if not self._held() & EVENTS[f"{self.namespace} {event}"]:
            raise AccessDenied()

    def _guarded(self, event: str, handler: Handler) -> Callable[..., Answer]:
        def answer(*sent: Any) -> Answer:
            try:
                self._check(event)
                return {"ok": True, **(handler(_detail(sent)) or {})}
            except MaruError as error:
                return refusal(error)
            except Exception:
                log.exception("event failed", namespace=self.namespace, name=event)
                return refusal(MaruError())

        return answer

    def _connect(self, handler: Handler) -> Callable[..., None]:
        def connect(auth: Any = None) -> None:
            given = auth if isinstance(auth, dict) else {}
            try:
                if self._csrf:
                    _check_token(given.get("csrf"))
                self._check("connect")
                handler(given)
            except MaruError as error:
                told = describe(error)
                raise ConnectionRefusedError(told["message"], told) from None

        return connect


def tell(socketio: SocketIO, namespace: str, event: str, detail: object, room: str) -> None:
    """Send an event to a room of a namespace. Raises KeyError for one that the table of told events does not name."""
    if event not in TOLD[namespace]:
        raise KeyError(f"{namespace} does not tell {event}")
    socketio.emit(event, detail, namespace=namespace, to=room)


def may_be_heard(socketio: SocketIO, namespace: str, room: str) -> bool:
    """Whether anybody may be in a room; with other processes behind a message queue nobody here can know."""
    manager = socketio.server.manager
    return type(manager) is not Manager or room in manager.rooms.get(namespace, {})


def connection() -> str:
    """The id of the socket that speaks now; it is also the name of a room of its own."""
    return str(request.sid)  # type: ignore[attr-defined]


def check_events(*channels: Channel) -> None:
    """Raise RuntimeError unless the access table and the handlers of these namespaces name exactly the same events."""
    namespaces = {channel.namespace for channel in channels}
    listed = {row for row in EVENTS if row.split(" ", 1)[0] in namespaces}
    handled = {f"{channel.namespace} {event}" for channel in channels for event in channel.events}
    if listed != handled:
        raise RuntimeError(f"access table and socket events differ: {sorted(listed ^ handled)}")


def refusal(error: MaruError) -> Answer:
    """The answer to an event that was refused."""
    return {"ok": False, "error": describe(error)}


def _check_token(token: object) -> None:
    try:
        validate_csrf(token)
    except ValidationError:
        raise PageExpired() from None


def _detail(sent: tuple[Any, ...]) -> dict[str, Any]:
    detail = sent[0] if sent else {}
    if not isinstance(detail, dict):
        raise BadInput()
    return detail


def _nothing(_given: dict[str, Any]) -> None:
    """Coming in is all."""


def _unknown(*_sent: object) -> Answer:
    return refusal(UnknownEvent())
