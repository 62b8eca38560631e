"""The hub put together: the one place that reads settings and chooses what the screens work with."""

from dataclasses import dataclass
from functools import partial

from flask import Flask, jsonify
from flask_socketio import SocketIO

from branch import __version__
from branch.content import catalogue
from branch.database import Database
from branch.people.models import Role
from branch.people.services import get_branch
from branch.settings import SettingsError
from hardware.client import DeviceAgent
from kiosk import devices, frame
from kiosk.announcements.voice import Voice
from kiosk.context import Hub
from kiosk.day import DayEnd
from kiosk.printing import Printing
from kiosk.settings import HubSettings
from kiosk.slips import compose
from kiosk.views import (
    attract,
    desk,
    display,
    handoff,
    help,
    here,
    look,
    pairing,
    quiz,
    ticket,
    tree,
    visit,
    voice,
)
from kiosk.views import devices as devices_view
from kiosk.watch import Watch
from signaling import access, sign_in
from signaling.hub import HubChannels
from signaling.link_client import LinkClient
from signaling.sockets import make_socketio
from signaling.surface import make_app, make_limiter

MEGABYTE = 1_000_000
VIEWS = (
    attract,
    visit,
    quiz,
    ticket,
    here,
    handoff,
    help,
    desk,
    display,
    tree,
    voice,
    pairing,
    devices_view,
    look,
)


@dataclass(frozen=True)
class Process:
    """The hub ready to be served: pages, sockets, and what runs beside them."""

    app: Flask
    socketio: SocketIO
    hub: Hub
    day: DayEnd

    def start(self) -> None:
        """Begin what runs in the background: the line to the centre, slips that wait, the look at calendar and devices."""
        self.hub.link.start()
        self.hub.watch.start()
        self.hub.printing.wake()
        self.day.start()

    def stop(self) -> None:
        """Hang up, stop printing, give the database back."""
        self.day.stop()
        self.hub.link.stop()
        self.hub.watch.stop()
        self.hub.printing.stop()
        self.hub.database.close()


def create_app(settings: HubSettings, *, async_mode: str = "gevent") -> Process:
    """Wire the hub. Raises ContentError, SettingsError, DatabaseUnreachable, and NotFound without its branch."""
    content = catalogue.load(settings.content_dir)
    speaker = _voice(settings, content)
    database = Database(settings.database_url, outbox=True)
    database.check()
    with database.reading() as session:
        branch = get_branch(session, settings.branch_id)
    app = make_app("kiosk", settings, access.KIOSK, connect=(settings.vision_origin,))
    # Browsers keep cookies by host and not by port: two branches tried out on one machine must not share a visit.
    app.config["SESSION_COOKIE_NAME"] = f"maru_kiosk_{branch.id}"
    socketio = make_socketio(app, settings, async_mode)
    channels = HubChannels(socketio)
    watch = Watch(database, settings, channels.devices_moved, __version__)
    hub = Hub(
        settings=settings,
        database=database,
        catalogue=content,
        branch=branch,
        limiter=make_limiter(app),
        link=_link(settings, database, watch, channels),
        printing=_printing(settings, database, channels),
        voice=speaker,
        desks_moved=channels.desks_moved,
        devices_moved=channels.devices_moved,
        version=__version__,
        watch=watch,
    )
    database.bus.subscribe("*", hub.link.wake)
    channels.listen(database.bus)
    _add_pages(app, hub)
    return Process(
        app, socketio, hub, DayEnd(database, branch.id, channels.desks_moved, content.appointments)
    )


def _link(settings: HubSettings, database: Database, watch: Watch, channels: HubChannels) -> LinkClient:
    key = settings.link_key.get_secret_value()
    return LinkClient(
        database,
        settings.centre_url,
        settings.branch_id,
        key,
        devices=watch.report,
        turned=channels.line_turned,
    )


def _voice(settings: HubSettings, content: catalogue.Catalogue) -> Voice:
    try:
        return Voice(
            content.announcements,
            settings.voice_dir,
            recorded=settings.recorded_voice_dir,
            most_bytes=settings.voice_cache_mb * MEGABYTE,
        )
    except OSError as error:
        folders = "MARU_HUB_VOICE_DIR or MARU_HUB_RECORDED_VOICE_DIR"
        raise SettingsError(f"setting {folders}: {error.filename}: {error.strerror}") from None


def _printing(settings: HubSettings, database: Database, channels: HubChannels) -> Printing:
    """Each slip comes out at the agent of the kiosk it was asked for at, or at the hub's usual one."""
    key, secret = settings.agent_key.get_secret_value(), settings.secret_key.get_secret_value()
    return Printing(
        database,
        lambda agent: DeviceAgent(agent or settings.agent_url, key),
        partial(compose, phone_url=settings.phone_url, secret=secret),
        channels.paper_moved,
    )


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
    return {"status": "ok", "process": "kiosk", "version": __version__, "link": link}
