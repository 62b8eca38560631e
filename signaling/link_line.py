"""One connection of a hub to the centre: opened once, asked one thing after the other, and over when it breaks."""

import threading
from collections.abc import Callable
from typing import Any

import socketio

NAMESPACE = "/link"
PATIENCE = 10.0  # seconds for an answer of the centre


class LineBroken(Exception):
    """The centre did not answer, or not in the way of the protocol; the line is made anew."""


class Line:
    """`woken` is called when the centre has something to say or is gone, `refused` when it says no, with its reason."""

    def __init__(
        self, url: str, auth: dict[str, str], woken: Callable[[], None], refused: Callable[[str], None]
    ) -> None:
        self._url = url
        self._auth = auth
        self._woken = woken
        self._refused = refused
        self._answered = threading.Event()
        self._client = socketio.Client(reconnection=False, handle_sigint=False)
        self._client.on("commands", self._hinted, namespace=NAMESPACE)
        self._client.on("connect_error", self._turned_away, namespace=NAMESPACE)
        self._client.on("disconnect", self._lost, namespace=NAMESPACE)

    def open(self) -> None:
        """Connect; raises SocketIOError when nobody answers or the centre says no."""
        self._client.connect(
            self._url,
            auth=self._auth,
            namespaces=[NAMESPACE],
            transports=["websocket"],
            wait_timeout=PATIENCE,
        )

    @property
    def is_open(self) -> bool:
        """Whether the centre can be asked."""
        return bool(self._client.connected)

    def ask(self, event: str, detail: dict[str, Any]) -> dict[str, Any]:
        """Return the centre's answer to an event; raises LineBroken without one in time and in the protocol's shape."""
        answers: list[Any] = []
        answered = self._answered = threading.Event()

        def take(*sent: Any) -> None:
            answers.extend(sent)
            answered.set()

        self._client.emit(event, detail, namespace=NAMESPACE, callback=take)
        answered.wait(PATIENCE)
        if not answers or not isinstance(answers[0], dict):
            raise LineBroken(f"{event}: no answer in the protocol's shape")
        return answers[0]

    def close(self) -> None:
        """Hang up."""
        if self._client.connected:
            self._client.disconnect()

    def _hinted(self, *_sent: object) -> None:
        self._woken()

    def _lost(self, *_reason: object) -> None:
        """Nobody will answer any more what was just asked."""
        self._answered.set()
        self._woken()

    def _turned_away(self, detail: object = None) -> None:
        """The centre itself said no, with an object; a transport that fails comes with a text or nothing."""
        if isinstance(detail, dict):
            self._refused(str(detail.get("message", "link.refused")))
