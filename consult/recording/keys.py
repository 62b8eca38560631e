"""The key recordings are sealed with: one key of the operator, from which every other one is derived or wrapped.

A file has a random key of its own, wrapped in its header (AES key wrap, RFC 3394). The operator's key itself
encrypts nothing: the wrapping key and the signing key come from it by HKDF (RFC 5869), each with its own purpose.
"""

import base64
import hashlib
import hmac
from typing import Self

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from consult.recording.errors import WrongKey

KEY_BYTES = 32
WRAPPED_BYTES = KEY_BYTES + 8


class RecordingKey:
    """Wraps the keys of files and signs manifests. `name` tells which key it was without telling the key."""

    def __init__(self, secret: bytes) -> None:
        self._wrapping = _derive(secret, b"maru recording: wrap")
        self._signing = _derive(secret, b"maru recording: sign")
        self.name = hashlib.sha256(b"maru recording: name" + self._wrapping).hexdigest()[:16]

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a key as settings carry it: 32 bytes in base64. Raises ValueError."""
        try:
            secret = base64.b64decode(text, validate=True)
        except ValueError:
            secret = b""
        if len(secret) != KEY_BYTES:
            raise ValueError(f"a recording key is {KEY_BYTES} bytes in base64")
        return cls(secret)

    def wrap(self, file_key: bytes) -> bytes:
        """Return the key of a file (32 bytes) as its header carries it (40 bytes)."""
        return aes_key_wrap(self._wrapping, file_key)

    def unwrap(self, wrapped: bytes) -> bytes:
        """Return the key of a file; raise WrongKey when it was wrapped with another key."""
        try:
            return aes_key_unwrap(self._wrapping, wrapped)
        except (InvalidUnwrap, ValueError):
            raise WrongKey("the file was sealed with another key, or its header was changed") from None

    def sign(self, text: bytes) -> str:
        """Return HMAC-SHA256 over the text, in hexadecimal."""
        return hmac.new(self._signing, text, hashlib.sha256).hexdigest()


def _derive(secret: bytes, purpose: bytes) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=purpose).derive(secret)
