"""A browser tries its way to a media node alone, before anybody waits for it."""

import structlog
from flask_socketio import SocketIO

from branch import ids
from branch.nodes.errors import MediaAway, MediaFull
from consult.client import BadOffer, MediaClient, MediaError, NodeFull
from web.meeting import OfferRefused

log = structlog.get_logger()

SECONDS = 15
"""Longer than any browser tries; then the room is closed, whatever came of it."""
VISITOR = "visitor"


class Rehearsal:
    """Opens rooms in which one browser is alone for some seconds. Nothing in them is recorded or kept."""

    def __init__(self, client: MediaClient, socketio: SocketIO) -> None:
        self._client = client
        self._socketio = socketio

    def join(self, offer: str) -> str:
        """The SDP answer of the node where a consult would meet now. Raises OfferRefused, MediaFull, MediaAway."""
        room = f"selftest-{ids.new_id()}"
        try:
            node = self._client.place(room)
            answer = self._client.join(node, room, VISITOR, VISITOR, offer, record=False)
        except BadOffer:
            raise OfferRefused() from None
        except NodeFull:
            raise MediaFull() from None
        except MediaError:
            raise MediaAway() from None
        self._socketio.start_background_task(self._close_later, node, room)
        return answer.sdp

    def _close_later(self, node: str, room: str) -> None:
        self._socketio.sleep(SECONDS)
        try:
            self._client.close(node, room)
        except MediaError as error:
            log.warning("rehearsal not closed", node=node, code=error.code)
