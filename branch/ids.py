"""Identifiers: opaque ids for rows, short codes for people, digests for what must not be stored."""

import hashlib
import secrets
import time

# Crockford's base 32 without the letters people mistake for digits (https://www.crockford.com/base32.html).
CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 8


def new_id() -> str:
    """An opaque id of 128 random bits, 32 lowercase hexadecimal characters."""
    return secrets.token_hex(16)


def ordered_id() -> str:
    """An id of 48 bits of time in milliseconds and 80 random ones, as in UUID version 7 (RFC 9562, section 5.7).

    For rows that only ever grow: what is written together lies together, so that a commit touches half as many pages.
    """
    return f"{time.time_ns() // 1_000_000:012x}{secrets.token_hex(10)}"


def new_code(length: int = CODE_LENGTH) -> str:
    """A code of 40 random bits, or 5 for each of `length` characters, that a person can read aloud and type."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(length))


def normalise_code(typed: str) -> str:
    """What a person typed, as the alphabet spells it: upper case, O as 0, I and L as 1, no spaces or dashes."""
    plain = typed.strip().upper().replace(" ", "").replace("-", "")
    return plain.translate(str.maketrans("OIL", "011"))


def digest(secret: str) -> str:
    """The SHA-256 of a code or token in hexadecimal: what the database keeps instead of the secret."""
    return hashlib.sha256(secret.encode()).hexdigest()
