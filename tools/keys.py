"""Secrets of this installation: made at the first start, kept in .maru, never in code."""

from __future__ import annotations

import base64
import hmac
import json
import os
import secrets
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Self

from cryptography.hazmat.primitives.asymmetric import ec

from tools.errors import ChoreError


@dataclass(frozen=True, repr=False)
class Keys:
    """One secret for each pair of parties that must trust each other."""

    centre: str
    hub: str
    media: str
    agent: str
    link: str

    @classmethod
    def fresh(cls) -> Self:
        """New ones, 48 random characters each."""
        return cls(**{key.name: secrets.token_urlsafe(36) for key in fields(cls)})

    def link_of(self, branch: str) -> str:
        """The key of a further branch, which follows from the first one's; knowing one of them does not tell another."""
        return hmac.digest(self.link.encode(), branch.encode(), "sha256").hex()


def kept(file: Path) -> Keys:
    """The keys in `file`, which is made, for its owner's eyes only, when it is not there.

    Raises ChoreError when the file is not what this function wrote.
    """
    if not file.exists():
        _write(file, Keys.fresh())
    try:
        return Keys(**json.loads(file.read_text()))
    except (ValueError, TypeError):
        raise ChoreError(
            f"{file} is damaged: put it back from a copy, or remove it to have new keys made"
        ) from None


def vapid(file: Path) -> str:
    """The private key that signs Web Push (RFC 8292), made on first use: 32 bytes of P-256 in base64url."""
    if not file.exists():
        number = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
        made = base64.urlsafe_b64encode(number.to_bytes(32, "big")).decode().rstrip("=")
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as handle:
            handle.write(made)
    return file.read_text().strip()


def _write(file: Path, keys: Keys) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_suffix(".new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as handle:
        json.dump(asdict(keys), handle, indent=2)
    fresh.replace(file)
