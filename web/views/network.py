"""What a browser asks about its ways through the network."""

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from branch import clock
from web.context import Centre
from web.relay import ice_servers


def blueprint(centre: Centre) -> Blueprint:
    """Route `/api/ice-servers`."""
    calls = Blueprint("network", __name__)

    @calls.get("/api/ice-servers")
    def relays() -> ResponseReturnValue:
        """Fresh credentials for a page that stays open for longer than they last."""
        return jsonify(iceServers=ice_servers(centre.settings, clock.now()))

    return calls
