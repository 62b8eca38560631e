"""How the centre and the hub log: structlog, one line a fact; JSON in production, readable while developing."""

import logging
import sys

import structlog

# These tell whole requests and addresses in their warnings.
CHATTY = ("engineio", "geventwebsocket", "socketio")


def configure(environment: str) -> None:
    """Send every fact to standard output as one line; other libraries speak from warnings up."""
    logging.basicConfig(level=logging.WARNING, stream=sys.stdout, format="%(name)s: %(message)s", force=True)
    for name in CHATTY:
        logging.getLogger(name).setLevel(logging.ERROR)
    renderer: structlog.types.Processor = structlog.processors.JSONRenderer(ensure_ascii=False)
    if environment == "development":
        renderer = structlog.dev.ConsoleRenderer(colors=sys.stdout.isatty())
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        logger_factory=structlog.PrintLoggerFactory(),
        cache_logger_on_first_use=True,
    )
