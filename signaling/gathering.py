"""Telling many people at once: what happens within a moment is told in one go, with the newest state."""

import threading
from collections.abc import Callable, Hashable

import structlog
from flask import Flask
from flask_socketio import SocketIO

log = structlog.get_logger()

GATHER = 0.1  # seconds


class Gathering:
    """Does things in the background, each `key` one at a time and at most once for all that happens meanwhile."""

    def __init__(self, app: Flask, socketio: SocketIO) -> None:
        self._app = app
        self._socketio = socketio
        self._again: dict[Hashable, bool] = {}
        self._lock = threading.Lock()

    def soon(self, key: Hashable, action: Callable[[], None]) -> None:
        """Do it now, and once more for all that happens until GATHER seconds later."""
        with self._lock:
            under_way = key in self._again
            self._again[key] = under_way
        if not under_way:
            self._socketio.start_background_task(self._act_until_quiet, key, action)

    def _act_until_quiet(self, key: Hashable, action: Callable[[], None]) -> None:
        while True:
            with self._lock:
                self._again[key] = False
            self._act(key, action)
            self._socketio.sleep(GATHER)
            with self._lock:
                if not self._again[key]:
                    del self._again[key]
                    return

    def _act(self, key: Hashable, action: Callable[[], None]) -> None:
        try:
            with self._app.app_context():
                action()
        except Exception:
            log.exception("telling failed", what=str(key))
