"""What the hub knows of its devices at this moment: what pages said, and whether each kiosk's device agent answers."""

import shutil
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from branch import clock
from branch.database import Database
from branch.devices.health import Agent, Card, Pulse, card
from branch.devices.models import Device, DeviceKind
from branch.devices.services import devices_of
from hardware.client import AgentError, DeviceAgent
from kiosk.settings import HubSettings

log = structlog.get_logger()
LOOK_EVERY = 15.0  # seconds
PATIENCE = 2.0  # seconds for an agent's answer
FORGOTTEN_AFTER = timedelta(minutes=10)  # for a page without a key, which nobody misses


class Watch:
    """Asks the agents in its own thread (a greenlet under gevent); `moved` is called when one begins or ceases to answer."""

    def __init__(
        self, database: Database, settings: HubSettings, moved: Callable[[], None], version: str
    ) -> None:
        self._database = database
        self._settings = settings
        self._moved = moved
        self._version = version
        self._agents: dict[str, Agent] = {}
        self._open_pages: dict[DeviceKind, tuple[datetime, Pulse]] = {}
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watch", daemon=True)

    def start(self) -> None:
        """Begin to ask."""
        self._thread.start()

    def stop(self) -> None:
        """Stop asking; returns when it has stopped."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(timeout=PATIENCE)

    def opened(self, kind: DeviceKind, pulse: Pulse) -> None:
        """A page without a key is there, as it may be where pairing is open."""
        self._open_pages[kind] = (clock.now(), pulse)

    def look(self) -> None:
        """Ask every agent that prints for a kiosk, once."""
        with self._database.reading() as session:
            devices = devices_of(session, self._settings.branch_id)
        for url in sorted({self.agent_of(device) for device in devices} | {self._settings.agent_url}):
            self._ask(url)

    def agent_of(self, device: Device | None) -> str:
        """The address of the agent that prints for a device; without one, of the hub's usual agent."""
        return (device.agent_url if device else None) or self._settings.agent_url

    def cards(self, session: Session) -> list[Card]:
        """Every device in use, then the pages that are open without a key."""
        paired = [self._card(device) for device in devices_of(session, self._settings.branch_id)]
        return [*paired, *self._unpaired()]

    def practice(self) -> str | None:
        """What the usual agent's simulated printer plays; None for a real one."""
        playing = self._agent(self._settings.agent_url).printer.get("practice")
        return str(playing) if playing is not None else None

    def report(self) -> list[dict[str, Any]]:
        """All cards, for the centre."""
        with self._database.reading() as session:
            return [card.as_json() for card in self.cards(session)]

    def room_mb(self) -> int:
        """Room left where the hub's database is, in megabytes."""
        url = make_url(self._settings.database_url)
        folder = Path(url.database or ".").parent if url.get_backend_name() == "sqlite" else Path()
        return shutil.disk_usage(folder).free // 1_000_000

    def _card(self, device: Device) -> Card:
        identity = (device.id, str(device.kind), device.place, device.number)
        agent = self._agent(self.agent_of(device)) if device.kind == DeviceKind.KIOSK else None
        pulse = Pulse.read(device.health or {})
        return card(identity, device.seen_at, pulse, agent, clock.now(), self._version)

    def _unpaired(self) -> list[Card]:
        if self._settings.pairing_required:
            return []
        return [
            card(
                (None, str(kind), "", 0),
                seen_at,
                pulse,
                self._agent(self._settings.agent_url) if kind is DeviceKind.KIOSK else None,
                clock.now(),
                self._version,
            )
            for kind, (seen_at, pulse) in sorted(self._open_pages.items(), reverse=True)
            if seen_at > clock.now() - FORGOTTEN_AFTER
        ]

    def _agent(self, url: str) -> Agent:
        """Until an agent was asked for the first time it is given the benefit of the doubt."""
        return self._agents.get(url, Agent(answers=True))

    def _ask(self, url: str) -> None:
        agent = DeviceAgent(url, self._settings.agent_key.get_secret_value(), PATIENCE)
        before = self._agents.get(url)
        try:
            self._agents[url] = now = Agent(answers=True, status=agent.status())
        except AgentError as error:
            self._agents[url] = now = Agent(answers=False, status=before.status if before else {})
            if before is None or before.answers:
                log.warning("device agent does not answer", agent=url, code=error.code)
        if before != now:
            self._moved()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self.look()
            except Exception:
                log.exception("devices could not be looked at")
            self._stopping.wait(LOOK_EVERY)
