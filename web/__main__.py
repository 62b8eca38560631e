"""The centre as a process: `python -m web`. gevent first, checks second, then it serves until SIGTERM."""

from gevent import monkey

monkey.patch_all()

import gc  # noqa: E402
import signal  # noqa: E402
import ssl  # noqa: E402
import sys  # noqa: E402

import gevent  # noqa: E402
import structlog  # noqa: E402
from sqlalchemy.exc import SQLAlchemyError  # noqa: E402

from branch import logs  # noqa: E402
from branch.content.reader import ContentError  # noqa: E402
from branch.database import DatabaseUnreachable  # noqa: E402
from branch.errors import NotFound  # noqa: E402
from branch.settings import SettingsError, load  # noqa: E402
from signaling.sockets import ConnectionHandler  # noqa: E402
from web import checks  # noqa: E402
from web.app import Process, create_app  # noqa: E402
from web.settings import CentreSettings  # noqa: E402

log = structlog.get_logger()
LAST_WORDS = 2  # seconds for open requests to finish


def main() -> int:
    """0 after a clean stop; 1 with one line on standard error when it cannot start."""
    try:
        settings = load(CentreSettings)
        logs.configure(settings.environment)
        process = _prepared(settings)
    except (SettingsError, ContentError, DatabaseUnreachable, checks.CannotStart) as error:
        print(f"web cannot start: {error}", file=sys.stderr)
        return 1
    _serve(process, settings)
    return 0


def _prepared(settings: CentreSettings) -> Process:
    checks.check_port(settings)
    checks.check_redis(settings)
    try:
        process = create_app(settings)
    except (SQLAlchemyError, NotFound):
        raise checks.CannotStart(
            f"the database has no branch {settings.branch}: run `python -m branch --database-url ... migrate` and `seed`"
        ) from None
    log.info("database open", branch=settings.branch)
    log.info("content read", types=len(process.centre.catalogue.quiz.types))
    checks.look_at_pages(settings)
    checks.look_at_media(settings)
    return process


def _serve(process: Process, settings: CentreSettings) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        gevent.signal_handler(number, _stop, process)
    process.start()
    # A pass over 2,000 phones takes 230 ms, and by Python's own thresholds there are two a second while they come.
    gc.set_threshold(10_000, 10, 10)
    gc.freeze()  # What is alive now stays: a pass over all of it would hold up everybody for a tenth of a second.
    log.info(
        "centre serves", host=settings.host, port=settings.port, tls=settings.tls_certificate is not None
    )
    process.socketio.run(
        process.app,
        settings.host,
        settings.port,
        log_output=False,
        handler_class=ConnectionHandler,
        **_tls(settings),
    )
    process.stop()
    log.info("centre stopped")


def _stop(process: Process) -> None:
    process.socketio.wsgi_server.stop(timeout=LAST_WORDS)


def _tls(settings: CentreSettings) -> dict[str, str]:
    if settings.tls_certificate is None:
        return {}
    # A browser that does not know our certificate hangs up in the middle of the handshake; that is no error of ours.
    gevent.get_hub().NOT_ERROR += (ssl.SSLError,)
    return {"certfile": str(settings.tls_certificate), "keyfile": str(settings.tls_key)}


if __name__ == "__main__":
    sys.exit(main())
