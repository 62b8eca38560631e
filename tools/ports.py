"""Ports for what is started on this machine and has to be known before it listens, or listen there again.

The system gives every connection that goes out, and everyone who asks for "any port", one of its own range (32768 to
60999 on Linux). A port of that range that is free now can be somebody's a moment later, and one who calls a port of it
where nobody listens can even meet itself. So ports come from below that range, and every process that asks has a lane
of its own: it holds the lane by listening on the first port for as long as it lives.
"""

import atexit
import errno
import functools
import itertools
import socket
from collections.abc import Iterator

HERE = "127.0.0.1"
LANES = range(20_000, 32_000, 1_000)


class NoPort(OSError):
    """Every lane, or every port of the lane, is in use."""


def free_port() -> int:
    """A port on 127.0.0.1 that nobody uses, that the system gives nobody, and that this process gives out last again.

    Raises:
        NoPort: all are in use.
    """
    for _ in range(LANES.step):
        port = next(_turns())
        if is_port_free(HERE, port):
            return port
    raise NoPort("every port that is kept for what is started here is in use")


def is_port_free(host: str, port: int) -> bool:
    """Whether a server could listen there now; a port in TIME_WAIT counts as free, as it does for servers."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True


@functools.cache
def _turns() -> Iterator[int]:
    held = _lane()
    atexit.register(held.close)
    first: int = held.getsockname()[1]
    return itertools.cycle(range(first + 1, first + LANES.step))


def _lane() -> socket.socket:
    for first in LANES:
        try:
            return socket.create_server((HERE, first))
        except OSError as problem:
            if problem.errno != errno.EADDRINUSE:
                raise
    raise NoPort("every lane of ports is held: too many tests or measurements run on this machine")
