"""Web Push: notices for a browser that is closed, encrypted for it alone (RFC 8030, 8291), signed by us (RFC 8292)."""

import base64
import json
from dataclasses import dataclass
from functools import cache

import requests
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02
from pywebpush import WebPushException, webpush

PATIENCE = 10  # seconds for a push service
LIFE = 600  # seconds a push service keeps a notice for a phone that is off
GONE = frozenset({404, 410})


class Unsubscribed(Exception):
    """The push service does not know the browser any more."""


class PushFailed(Exception):
    """The push service did not take it; the text is one line without the address."""


@dataclass(frozen=True)
class Target:
    """One browser, as it subscribed."""

    endpoint: str
    p256dh: str
    auth: str


def is_private_key(key: str) -> bool:
    """Whether notices can be signed with it."""
    try:
        Vapid02.from_string(key)
    except ValueError:
        return False
    return True


@cache
def public_key(key: str) -> str:
    """What a page gives its browser, so that only we can send to it: the public half, uncompressed, in base64url."""
    made = Vapid02.from_string(key).public_key
    point = made.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(point).decode().rstrip("=")


class Pusher:
    """Signs and sends; `key` is the private VAPID key, 32 bytes in base64url."""

    def __init__(self, key: str, contact: str) -> None:
        self._key = key
        self._contact = contact

    def send(self, target: Target, title: str, body: str, tag: str, path: str) -> None:
        """A tap on it opens `path`. Raises Unsubscribed and PushFailed."""
        told = json.dumps({"title": title, "body": body, "tag": tag, "path": path})
        keys = {"p256dh": target.p256dh, "auth": target.auth}
        try:
            webpush(
                {"endpoint": target.endpoint, "keys": keys},
                told,
                vapid_private_key=self._key,
                vapid_claims={"sub": self._contact},
                ttl=LIFE,
                timeout=PATIENCE,
            )
        except WebPushException as error:
            if error.response is not None and error.response.status_code in GONE:
                raise Unsubscribed() from None
            raise PushFailed(f"status {getattr(error.response, 'status_code', 'none')}") from None
        except (requests.RequestException, ValueError) as error:
            raise PushFailed(type(error).__name__) from None
