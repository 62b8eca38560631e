"""Structured logs: one line a fact, JSON in production, readable in development."""

import logging

import structlog

QUIET = ("geventwebsocket", "socketio", "engineio", "alembic")


def configure_logging(environment: str) -> None:
    """Set structlog up for the whole process; libraries speak only when something is wrong."""
    logging.basicConfig(level=logging.WARNING)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.ERROR)
    last = structlog.processors.JSONRenderer(ensure_ascii=False)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info,
            last if environment == "production" else structlog.dev.ConsoleRenderer(colors=False),
        ],
        cache_logger_on_first_use=True,
    )
