"""The centre put together: the one place that reads settings and chooses what the pages and sockets work with."""

from dataclasses import dataclass

from flask import Flask, Response, jsonify
from flask_socketio import SocketIO
from prometheus_client import CONTENT_TYPE_LATEST
from werkzeug.middleware.proxy_fix import ProxyFix

from branch import __version__
from branch.content import catalogue
from branch.database import Database
from branch.people.services import get_branch
from consult.recorders import RecorderClient
from signaling import access, sign_in
from signaling.customer import CustomerSockets
from signaling.guest import GuestSockets
from signaling.link_server import LinkServer
from signaling.manager import ManagerSockets
from signaling.peers import Peers
from signaling.reactions import Reactions
from signaling.sockets import check_events, make_socketio
from signaling.staff import StaffSockets
from signaling.surface import make_app, make_limiter
from web import frame, openapi
from web.appointed import Appointed
from web.archive import Archive
from web.context import Centre
from web.figures import Figures
from web.meeting import Meeting
from web.nodes import NodeWatch
from web.notices import Notices
from web.notifier import FileNotifier, Notifier
from web.push import Pusher
from web.recorders import Recorders
from web.rehearsal import Rehearsal
from web.settings import CentreSettings
from web.views import (
    advisor,
    api,
    appointments,
    arrival,
    backdrop,
    consult,
    devices,
    expert_booking,
    expert_link,
    guest,
    guest_api,
    invitation,
    leaf,
    look,
    manager,
    network,
    notices,
    poster,
    recordings,
    schedule,
    statistics,
    supervision,
    ticket,
    visit,
    waits,
)

VIEWS = (
    arrival,
    poster,
    look,
    backdrop,
    visit,
    ticket,
    leaf,
    notices,
    appointments,
    expert_booking,
    expert_link,
    consult,
    api,
    network,
    advisor,
    manager,
    statistics,
    devices,
    schedule,
    waits,
    recordings,
)
TOGETHER = (invitation, guest, guest_api, supervision)
DAY = 24 * 60 * 60
# What hides the room behind a person is WebAssembly of our own; it gives text no way to become a script.
WASM = "'wasm-unsafe-eval'"


@dataclass(frozen=True)
class Process:
    """The centre ready to be served: pages, sockets, and what runs beside them."""

    app: Flask
    socketio: SocketIO
    centre: Centre
    link: LinkServer
    watch: NodeWatch
    notices: Notices
    appointed: Appointed

    def start(self) -> None:
        """Begin what runs in the background: watching which branches can be heard, and which media nodes live."""
        self.socketio.start_background_task(self.link.keep_pulse)
        self.socketio.start_background_task(self.notices.keep_tidy)
        self.socketio.start_background_task(self.appointed.keep_looking)
        self.watch.start()
        self.centre.recorders.start()
        self.centre.archive.start()

    def stop(self) -> None:
        """Give the database back."""
        self.centre.database.close()


def create_app(settings: CentreSettings, *, async_mode: str = "gevent") -> Process:
    """Wire the centre. Raises ContentError, DatabaseUnreachable, and NotFound when the branch is not in the database."""
    content = catalogue.load(settings.content_dir)
    database = Database(settings.database_url)
    database.check()
    with database.reading() as work:
        get_branch(work, settings.branch)
    app = make_app("web", settings, access.CENTRE, scripts=(WASM,))
    app.config["PERMANENT_SESSION_LIFETIME"] = DAY
    if settings.proxies:
        depth = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=depth, x_proto=depth, x_host=depth)  # type: ignore[method-assign]
    socketio = make_socketio(app, settings, async_mode)
    client = RecorderClient(settings.media_nodes, settings.media_secret.get_secret_value())
    meeting = Meeting(database, client, socketio)
    recorders = Recorders(database, client, socketio, settings.media_nodes)
    archive = Archive(database, client, socketio, settings.media_nodes, settings.recording_days)
    centre = Centre(
        settings,
        database,
        content,
        meeting,
        make_limiter(app),
        Rehearsal(client, socketio),
        recorders,
        archive,
        _notifier(settings),
    )
    link, reactions = _open_sockets(app, socketio, centre)
    meeting.listen(database.bus)
    _add_pages(app, centre)
    watch = NodeWatch(database, client, socketio, settings.media_nodes)
    meeting.doubts = watch.doubts
    notices = Notices(app, socketio, database, _pusher(settings), centre.notifier)
    notices.listen(database.bus)
    on_turn = reactions.line_moved
    appointed = Appointed(app, socketio, database, content, settings, notices, on_turn)
    return Process(app, socketio, centre, link, watch, notices, appointed)


def _pusher(settings: CentreSettings) -> Pusher | None:
    key = settings.vapid_key
    return Pusher(key.get_secret_value(), settings.vapid_contact) if key else None


def _notifier(settings: CentreSettings) -> Notifier | None:
    return FileNotifier(settings.messages_file) if settings.messages_file else None


def _open_sockets(app: Flask, socketio: SocketIO, centre: Centre) -> tuple[LinkServer, Reactions]:
    database, content = centre.database, centre.catalogue
    peers = Peers(socketio, database)
    reactions = Reactions(app, socketio, database, content, peers, centre.settings.languages)
    reactions.listen(database.bus)
    link = LinkServer(socketio, database, centre.settings.link_keys, reactions.branch_changed)
    check_events(
        CustomerSockets(socketio, database, content, peers).channel,
        StaffSockets(socketio, database, content, peers).channel,
        ManagerSockets(socketio).channel,
        GuestSockets(socketio, database, content).channel,
        link.channel,
    )
    return link, reactions


def _add_pages(app: Flask, centre: Centre) -> None:
    for view in (*VIEWS, *TOGETHER):
        app.register_blueprint(view.blueprint(centre))
    app.register_blueprint(sign_in.blueprint(centre.database, centre.limiter, frame.HOME))
    figures = Figures(centre.database, centre.settings.link_keys, centre.settings.media_nodes)
    app.add_url_rule("/healthz", "healthz", lambda: jsonify(status="ok", process="web", version=__version__))
    app.add_url_rule(
        "/metrics", "metrics", lambda: Response(figures.text(), content_type=CONTENT_TYPE_LATEST)
    )
    app.add_url_rule("/api/openapi.json", "openapi", lambda: jsonify(openapi.document(__version__)))
    frame.install(app, centre)
    access.check(app, access.CENTRE)
