"""The relay (coturn) as browsers are told of it: addresses, and credentials that expire by themselves."""

import base64
import hmac
import secrets
from datetime import datetime
from typing import Any

from web.settings import CentreSettings


def ice_servers(settings: CentreSettings, now: datetime) -> list[dict[str, Any]]:
    """RTCIceServer dictionaries (W3C webrtc-pc, 4.2.4): those that are set, and the relay with fresh credentials.

    The relay checks the credentials with the secret it shares with us and asks nobody; the name holds the second at
    which they expire, and a random word instead of anybody's name (draft-uberti-behave-turn-rest-00).
    """
    servers = [dict(server) for server in settings.ice_servers]
    if settings.turn_urls and settings.turn_secret is not None:
        username = f"{int(now.timestamp()) + settings.turn_seconds}:{secrets.token_hex(8)}"
        credential = _signed(username, settings.turn_secret.get_secret_value())
        servers.append({"urls": list(settings.turn_urls), "username": username, "credential": credential})
    return servers


def _signed(username: str, secret: str) -> str:
    return base64.b64encode(hmac.digest(secret.encode(), username.encode(), "sha1")).decode()
