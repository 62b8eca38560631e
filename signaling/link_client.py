"""The hub's line to the centre: events up, commands down, over one outgoing connection that is tried for ever."""

import threading
import time
from collections.abc import Callable
from enum import StrEnum
from typing import Any

import socketio
import structlog
from sqlalchemy import func, select

from branch.bus import Fact
from branch.database import Database
from branch.link.models import OutboxEvent
from branch.link.outbox import Parcel, acknowledge, carry_out, pending
from signaling.link_line import Line, LineBroken

log = structlog.get_logger()

FIRST_PAUSE = 0.5  # seconds between tries to connect, doubled each time
LONGEST_PAUSE = 5.0
REPORT_EVERY = 20.0  # seconds between two words on how the devices are
LOOK_ANYWAY = 30.0  # seconds after which the outbox is looked into without being told


class LinkState(StrEnum):
    """How the line stands, for /healthz: refused means that a person must look at keys or at the log, held that the
    centre is older than this hub and gets what it does not understand once it has been upgraded."""

    UP = "up"
    HELD = "held"
    DOWN = "down"
    REFUSED = "refused"

    @property
    def stands(self) -> bool:
        """Whether the centre is there for what cannot wait."""
        return self in (LinkState.UP, LinkState.HELD)


class LinkClient:
    """Runs in its own thread (a greenlet under gevent). The database is the truth; waking it only saves time."""

    def __init__(
        self,
        database: Database,
        centre_url: str,
        branch: str,
        key: str,
        devices: Callable[[], list[dict[str, Any]]] | None = None,
        turned: Callable[[], None] | None = None,
    ) -> None:
        """`devices` tells how the branch's devices are; the centre hears it while the line is up, and never later.

        `turned` is called whenever the line comes up or goes down.
        """
        self._database = database
        self._url = centre_url
        self._auth = {"branch": branch, "key": key}
        self._wanted = threading.Event()
        self._stopping = threading.Event()
        self._moved = threading.Condition()
        self._connected = False
        self._refusal: str | None = None
        self._mute = False
        self._devices = devices
        self._turned = turned
        self._report_due = 0.0
        self._held_until: float | None = None
        self._line: Line | None = None
        self._thread = threading.Thread(target=self._run, name="link", daemon=True)

    def start(self) -> None:
        """Begin to connect, and never stop trying."""
        self._thread.start()

    def stop(self) -> None:
        """Hang up; what was not acknowledged stays in the outbox."""
        self._stopping.set()
        self._wanted.set()
        self._hang_up()
        if self._thread.is_alive():
            self._thread.join(timeout=2)

    def wake(self, _fact: Fact | None = None) -> None:
        """There may be something to send; a handler for every fact of the bus."""
        self._wanted.set()

    @property
    def state(self) -> LinkState:
        """Up while connected and the centre takes what it is sent."""
        if self._mute or self._refusal is not None:
            return LinkState.REFUSED
        if not self._connected:
            return LinkState.DOWN
        return LinkState.HELD if self._held_until is not None else LinkState.UP

    def pending_count(self) -> int:
        """How many events the centre has not acknowledged."""
        with self._database.reading() as session:
            unsent = (
                select(func.count()).select_from(OutboxEvent).where(OutboxEvent.acknowledged_at.is_(None))
            )
            return session.scalar(unsent) or 0

    def flush(self, timeout: float) -> bool:
        """Wait until the centre has everything recorded so far; false when it has not after `timeout` seconds."""
        self.wake()
        deadline = time.monotonic() + timeout
        with self._moved:
            while not (self.state is LinkState.UP and self.pending_count() == 0):
                left = deadline - time.monotonic()
                if left <= 0 or not self._moved.wait(left):
                    return self.state is LinkState.UP and self.pending_count() == 0
        return True

    def _run(self) -> None:
        pause = FIRST_PAUSE
        while not self._stopping.is_set():
            try:
                self._connect()
                pause = FIRST_PAUSE
                self._work()
            except (socketio.exceptions.SocketIOError, LineBroken, OSError) as error:
                self._became_down(error)
            except Exception:
                log.exception("link failed")
            finally:
                self._hang_up()
            self._stopping.wait(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    def _connect(self) -> None:
        self._line = Line(self._url, self._auth, self._wanted.set, self._turned_away)
        self._line.open()
        self._refusal = None
        if self._held_until is not None:
            self._held_until = time.monotonic()
        log.info("link up", centre=self._url, pending=self.pending_count())
        self._turn(up=True)

    def _work(self) -> None:
        self._wanted.set()
        while not self._stopping.is_set():
            self._wanted.wait(LOOK_ANYWAY)
            self._wanted.clear()
            if self._stopping.is_set() or self._line is None or not self._line.is_open:
                raise LineBroken("disconnected")
            self._push_all()
            self._pull()
            self._report_devices()
            with self._moved:
                self._moved.notify_all()

    def _report_devices(self) -> None:
        """A look at this moment, of which only the newest counts; a centre that does not know the event says so."""
        if self._devices is None or time.monotonic() < self._report_due:
            return
        self._report_due = time.monotonic() + REPORT_EVERY
        self._ask("devices", {"cards": self._devices()})

    def _push_all(self) -> None:
        again_from: int | None = None
        while not self._mute and not self._holds():
            with self._database.transaction() as session:
                parcel = pending(session, after=again_from)
            if not parcel.events:
                return
            again_from = self._push(parcel)

    def _push(self, parcel: Parcel) -> int | None:
        """Send one run of events; returns the sequence to send again after, when the centre misses some."""
        answer = self._ask("push", {"stream": parcel.stream, "events": parcel.events})
        if answer.get("ok"):
            with self._database.transaction() as session:
                acknowledge(session, int(answer["up_to"]))
            self._held_until = None
            return None
        error = answer.get("error") or {}
        if error.get("code") == "link.gap":
            return int(error["expected"]) - 1
        if error.get("code") == "link.newer":
            self._hold(parcel)
            return None
        # The centre will not understand it tomorrow either: stop, stay visible, and let a person look.
        self._mute = True
        log.error("link refused events", code=error.get("code"), first=parcel.events[0]["sequence"])
        return None

    def _holds(self) -> bool:
        """Whether the centre was asked a moment ago and does not understand the next event yet."""
        return self._held_until is not None and time.monotonic() < self._held_until

    def _hold(self, parcel: Parcel) -> None:
        """Nothing is lost: the events stay here and are tried again after a while, and at every new connection."""
        if self._held_until is None:
            log.warning("events held for a newer centre", first=parcel.events[0]["kind"])
        self._held_until = time.monotonic() + LOOK_ANYWAY

    def _pull(self) -> None:
        commands = self._ask("pull", {}).get("commands") or []
        done = [command["id"] for command in commands if self._carry_out(command)]
        if done:
            self._ask("done", {"ids": done})
            self._wanted.set()

    def _carry_out(self, command: dict[str, Any]) -> bool:
        with self._database.transaction() as session:
            done = carry_out(session, command)
        if done:
            log.info("command carried out", kind=command["kind"], command=command["id"])
        else:
            log.warning("command of a newer centre waits", kind=command["kind"], command=command["id"])
        return done

    def _ask(self, event: str, detail: dict[str, Any]) -> dict[str, Any]:
        if self._line is None:
            raise LineBroken("hung up")
        return self._line.ask(event, detail)

    def _turned_away(self, reason: str) -> None:
        if self._refusal is None:
            log.error("link refused by the centre: compare the hub key on both sides", centre=self._url)
        self._refusal = reason

    def _became_down(self, error: Exception) -> None:
        if self._connected:
            log.warning("link down", reason=type(error).__name__)

    def _hang_up(self) -> None:
        line, self._line = self._line, None
        self._turn(up=False)
        if line is not None:
            line.close()

    def _turn(self, *, up: bool) -> None:
        was, self._connected = self._connected, up
        if was != up and self._turned is not None:
            self._turned()
