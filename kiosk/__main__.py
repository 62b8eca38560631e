"""Start the hub: read settings, look around, say what was found, serve until told to stop."""

# Sockets, locks and sleeps must be gevent's before anything else takes hold of the ordinary ones.
from gevent import monkey

monkey.patch_all()

import gc  # noqa: E402
import signal  # noqa: E402
import sys  # noqa: E402

import structlog  # noqa: E402
from gevent import signal_handler  # noqa: E402
from gevent.event import Event  # noqa: E402
from gevent.pywsgi import WSGIServer  # noqa: E402
from sqlalchemy.exc import DatabaseError  # noqa: E402

from branch import logs  # noqa: E402
from branch.content.reader import ContentError  # noqa: E402
from branch.database import DatabaseUnreachable  # noqa: E402
from branch.errors import NotFound  # noqa: E402
from branch.settings import SettingsError, load  # noqa: E402
from hardware.client import AgentError, DeviceAgent  # noqa: E402
from kiosk.announcements.voice import Voice  # noqa: E402
from kiosk.app import Process, create_app  # noqa: E402
from kiosk.settings import HubSettings  # noqa: E402

log = structlog.get_logger()
SECONDS_TO_FINISH = 3
SECONDS_FOR_THE_AGENT = 2.0


def main() -> int:
    """Exit code 0 after a clean stop, 2 with one line on standard error when it cannot start."""
    try:
        settings = load(HubSettings)
        logs.configure(settings.environment)
        process = create_app(settings)
    except (SettingsError, ContentError, DatabaseUnreachable) as error:
        return _refuse(str(error))
    except (NotFound, DatabaseError):
        return _refuse(
            f"no branch {settings.branch_id} in the database: run python -m branch migrate and seed, "
            "or set MARU_HUB_BRANCH_ID"
        )
    return _serve(settings, process)


def _refuse(line: str) -> int:
    print(f"kiosk: {line}", file=sys.stderr)
    return 2


def _serve(settings: HubSettings, process: Process) -> int:
    stop = Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal_handler(name, stop.set)
    server = _server(settings, process)
    try:
        server.start()
    except OSError as error:
        return _refuse(
            f"cannot listen on {settings.host}:{settings.port} ({error.strerror}); "
            "stop what uses it, or set MARU_HUB_PORT"
        )
    _say_what_is_here(settings, process)
    process.start()
    gc.freeze()  # What is alive now stays: a pass over all of it would hold up a call for a tenth of a second.
    stop.wait()
    log.info("stopping")
    server.stop(timeout=SECONDS_TO_FINISH)
    process.stop()
    return 0


def _server(settings: HubSettings, process: Process) -> WSGIServer:
    address = (settings.host, settings.port)
    if settings.tls_certificate is None or settings.tls_key is None:
        return WSGIServer(address, process.app, log=None, error_log=None)
    files = {"certfile": str(settings.tls_certificate), "keyfile": str(settings.tls_key)}
    return WSGIServer(address, process.app, log=None, error_log=None, **files)  # type: ignore[call-overload,no-any-return]


def _say_who_calls(voice: Voice) -> None:
    recorded = voice.recordings.languages
    if voice.speaks or recorded:
        log.info("numbers are called aloud", recorded=recorded, spoken=voice.speaks)
    else:
        log.warning("numbers are called with a chime and a caption: espeak-ng is not installed")
    voice.chime()


def _say_what_is_here(settings: HubSettings, process: Process) -> None:
    """One line for each thing around the hub."""
    log.info("database open", branch=process.hub.branch.id)
    log.info("content read", types=len(process.hub.catalogue.quiz.types))
    _say_who_calls(process.hub.voice)
    agent = DeviceAgent(settings.agent_url, settings.agent_key.get_secret_value(), SECONDS_FOR_THE_AGENT)
    try:
        log.info("printing is on", printer=agent.status().get("printer"))
    except AgentError as error:
        log.warning("printing is off: no device agent answers", agent=settings.agent_url, code=error.code)
    pairing = "required" if settings.pairing_required else "open to every browser"
    log.info("pairing of kiosks and displays", pairing=pairing)
    log.info("hub listening", host=settings.host, port=settings.port, centre=settings.centre_url)


if __name__ == "__main__":
    sys.exit(main())
