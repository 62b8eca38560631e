"""The hub put together: the one place that reads settings and chooses what the screens work with."""

from dataclasses import dataclass
from functools import partial

from flask import Flask, jsonify
from flask_socketio import SocketIO

from branch.bus import Fact
from branch.content import catalogue
from branch.database import Database
from branch.people.models import Role
from branch.people.services import get_branch
from branch.visits.models import EventKind
from hardware.client import DeviceAgent, Slip
from kiosk import devices, frame
from kiosk.announcements.voice import Voice
from kiosk.context import Hub
from kiosk.day import DayEnd
from kiosk.printing import Printing
from kiosk.settings import HubSettings
from kiosk.slips import compose
from kiosk.views import attract, desk, display, handoff, help, here, look, pairing, quiz, ticket, visit, voice
from kiosk.views import devices as devices_view
from kiosk.watch import Watch
from signaling import access, sign_in
from signaling.hub import HubChannels
from signaling.link_client import LinkClient
from signaling.sockets import make_socketio
from signaling.surface import make_app, make_limiter

VERSION = "0.1.0"
MEGABYTE = 1_000_000
VIEWS = (attract, visit, quiz, ticket, here, handoff, help, desk, display, voice, pairing, devices_view, look)


@dataclass(frozen=True)
class Process:
    """The hub ready to be served: pages, sockets, and what runs beside them."""

    app: Flask
    socketio: SocketIO
    hub: Hub
    day: DayEnd

    def start(self) -> None:
        """Begin what runs in the background: the line to the centre, the look at calendar and devices."""
        self.hub.link.start()
        self.hub.watch.start()
        self.day.start()

    def stop(self) -> None:
        """Hang up, stop printing, give the database back."""
        self.day.stop()
        self.hub.link.stop()
        self.hub.watch.stop()
        self.hub.printing.stop()
        self.hub.database.close()


def create_app(settings: HubSettings, *, async_mode: str = "gevent") -> Process:
    """Wire the hub. Raises ContentError, DatabaseUnreachable, and NotFound when the branch is not in the database."""
    content = catalogue.load(settings.content_dir)
    database = Database(settings.database_url, outbox=True)
    database.check()
    with database.reading() as session:
        branch = get_branch(session, settings.branch_id)
    app = make_app("kiosk", settings, access.KIOSK, connect=(settings.vision_origin,))
    socketio = make_socketio(app, settings, async_mode)
    channels = HubChannels(socketio)
    agent = DeviceAgent(settings.agent_url, settings.agent_key.get_secret_value())
    hub = Hub(
        settings=settings,
        database=database,
        catalogue=content,
        branch=branch,
        limiter=make_limiter(app),
        link=LinkClient(database, settings.centre_url, branch.id, settings.link_key.get_secret_value()),
        printing=Printing(agent, partial(_slip, database, settings.phone_url), channels.paper_moved),
        voice=_voice(settings, content),
        desks_moved=channels.desks_moved,
        devices_moved=channels.devices_moved,
        version=VERSION,
        watch=Watch(database, settings, channels.devices_moved, VERSION),
    )
    database.bus.subscribe(EventKind.TICKET_ISSUED, partial(_print, hub.printing))
    database.bus.subscribe("*", hub.link.wake)
    channels.listen(database.bus)
    _add_pages(app, hub)
    return Process(app, socketio, hub, DayEnd(database, branch.id))


def _print(printing: Printing, issued: Fact) -> None:
    """On paper for who stands at the kiosk; a number that a phone asked for is on that phone."""
    if "request" not in issued.payload:
        printing.react(issued)


def _voice(settings: HubSettings, content: catalogue.Catalogue) -> Voice:
    return Voice(
        content.announcements,
        settings.voice_dir,
        recorded=settings.recorded_voice_dir,
        most_bytes=settings.voice_cache_mb * MEGABYTE,
    )


def _slip(database: Database, phone_url: str, ticket: str) -> Slip:
    with database.transaction() as session:
        return compose(session, ticket, phone_url)


def _add_pages(app: Flask, hub: Hub) -> None:
    devices.install(app, hub)
    frame.install(app, hub)
    for view in VIEWS:
        app.register_blueprint(view.blueprint(hub))
    app.register_blueprint(
        sign_in.blueprint(
            hub.database,
            hub.limiter,
            {role: "desk.show" for role in (Role.TELLER, Role.MANAGER, Role.ADVISOR)},
        )
    )
    app.add_url_rule("/healthz", "healthz", lambda: jsonify(_health(hub)))
    access.check(app, access.KIOSK)


def _health(hub: Hub) -> dict[str, object]:
    link = {"state": str(hub.link.state), "pending": hub.link.pending_count()}
    return {"status": "ok", "process": "kiosk", "version": VERSION, "link": link}
