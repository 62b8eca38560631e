"""What is looked at before the centre starts; each finding is one line that says what to do."""

import socket

import requests
import structlog
from redis import Redis
from redis.exceptions import RedisError

from web.settings import CentreSettings

log = structlog.get_logger()
PATIENCE = 2.0  # seconds for a neighbour to answer


class CannotStart(Exception):
    """Something the centre needs is not there; the text is one line."""


def check_port(settings: CentreSettings) -> None:
    """Raise CannotStart when another program listens where we would."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise CannotStart(
                f"cannot listen on {settings.host}:{settings.port}: {error.strerror}; "
                "stop what runs there or set MARU_CENTRE_PORT"
            ) from None


def check_redis(settings: CentreSettings) -> None:
    """Raise CannotStart when Redis is set and does not answer."""
    if settings.redis_url is None:
        return
    try:
        Redis.from_url(settings.redis_url, socket_connect_timeout=PATIENCE).ping()
    except (RedisError, OSError) as error:
        raise CannotStart(f"Redis of MARU_CENTRE_REDIS_URL does not answer: {error}") from None


def look_at_pages(settings: CentreSettings) -> None:
    """Warn when the browser code was not built."""
    if not (settings.static_dir / "maru.css").is_file():
        log.warning("browser code is not built", place=str(settings.static_dir))


def look_at_media(settings: CentreSettings) -> None:
    """Say of each media node whether it answers; the centre starts without them and tells customers kindly."""
    http = requests.Session()
    http.trust_env = False  # media nodes stand in this house, behind no proxy
    for node in settings.media_nodes:
        try:
            answers = http.get(f"{node.rstrip('/')}/healthz", timeout=PATIENCE).ok
        except requests.RequestException:
            answers = False
        if answers:
            log.info("media node answers", node=node)
        else:
            log.warning("media node does not answer", node=node)
