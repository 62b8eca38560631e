"""How the agent logs: structlog, one line a fact; JSON in production, readable while developing."""

from __future__ import annotations

import logging
import sys

import structlog


def configure_logging(environment: str) -> None:
    """Send every fact to stdout as one line; vendors' own chatter only from warnings up."""
    # Forced, because python-escpos sets up the root logger for itself when it is imported.
    logging.basicConfig(level=logging.WARNING, stream=sys.stdout, format="%(name)s: %(message)s", force=True)
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
