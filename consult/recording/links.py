"""Text of JSON that carries its own hash as its last field, so that one changed byte of it shows."""

import hashlib
import json
from typing import Any

from consult.recording.errors import ChainBroken

FIRST_LINK = "0" * 64
ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
TAIL = '"}'


def tie(fields: dict[str, Any], before: str, name: str = "link") -> tuple[str, str]:
    """Return the fields as one line that ends in SHA-256 over the link before and the line itself, and that link."""
    return tie_text(ENCODER.encode(fields), before, name)


def tie_text(body: str, before: str, name: str = "link") -> tuple[str, str]:
    """As `tie`, for fields that are a JSON object already, written as ENCODER writes it."""
    link = hashlib.sha256((before + body).encode()).hexdigest()
    return f"{body[:-1]}{_mark(name)}{link}{TAIL}", link


def untie(line: str, before: str, name: str = "link") -> tuple[dict[str, Any], str]:
    """Return what a line says and its link; raise ChainBroken when it is not tied to the link before."""
    body, mark, tail = line.rpartition(_mark(name))
    link = hashlib.sha256(f"{before}{body}}}".encode()).hexdigest()
    if not mark or tail != link + TAIL:
        raise ChainBroken("it was changed, or what came before it is missing")
    fields: dict[str, Any] = json.loads(body + "}")
    return fields, link


def _mark(name: str) -> str:
    return f',"{name}":"'
