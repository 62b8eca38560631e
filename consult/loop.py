"""The event loop of the media node: asyncio's own, but UDP sockets come from the operator's port range."""

from __future__ import annotations

import asyncio
import errno
import random
from typing import Any


class MediaLoop(asyncio.SelectorEventLoop):
    """Binds sockets that ask for any port to one of `ports`; None leaves the choice to the system.

    aioice binds to port 0 and knows no range, and firewalls need one.
    """

    def __init__(self, ports: range | None) -> None:
        super().__init__()
        self._ports = ports

    async def create_datagram_endpoint(  # type: ignore[no-untyped-def, override]
        self, protocol_factory, local_addr=None, **options: Any
    ) -> tuple[asyncio.DatagramTransport, Any]:
        """As asyncio's; raises OSError (EADDRINUSE) when no port of the range is free at this address."""
        create = super().create_datagram_endpoint
        if self._ports is None or not isinstance(local_addr, tuple) or local_addr[1] != 0:
            return await create(protocol_factory, local_addr=local_addr, **options)
        for port in random.sample(self._ports, len(self._ports)):
            try:
                return await create(protocol_factory, local_addr=(local_addr[0], port), **options)
            except OSError as error:
                if error.errno != errno.EADDRINUSE:
                    raise
        raise OSError(
            errno.EADDRINUSE, f"no free UDP port from {self._ports.start} to {self._ports.stop - 1}"
        )
