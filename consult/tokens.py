"""Tokens that let one caller do one thing in one room: signed by web, checked by the media node."""

from __future__ import annotations

import time
from dataclasses import dataclass

import jwt

from consult.errors import BadToken, WrongRoom

AUDIENCE = "maru-media"
ALGORITHM = "HS256"
LIFETIME_SECONDS = 60
CONTROL_ROLE = "control"
ARCHIVE_ROLE = "archive"
WHOLE_NODE = "*"
"""Stands for the node itself where a token names a room; no room can have this name."""
SEATS = 16
"""More than any room has places (settings.max_participants)."""
CLAIMS = ["room", "participant", "role", "record", "exp", "aud"]


@dataclass(frozen=True)
class Claims:
    """Who is asking and what they agreed to; `record` is true when this participant consented to recording.

    `seat` decides on which lines others get them (consult.seating); `heard_by` names the only participants who may
    see and hear them, None for everyone. `paused` tells that somebody has paused the recording of the room,
    `required` that nothing may be passed on while it is not recorded.
    """

    room: str
    participant: str
    role: str
    record: bool = False
    seat: int | None = None
    heard_by: tuple[str, ...] | None = None
    paused: bool = False
    required: bool = False


def sign(claims: Claims, secret: str, lifetime: float = LIFETIME_SECONDS) -> str:
    """Return the JWT (HS256, RFC 7519) for these claims, valid for `lifetime` seconds."""
    payload = {
        "room": claims.room,
        "participant": claims.participant,
        "role": claims.role,
        "record": claims.record,
        "seat": claims.seat,
        "heard_by": claims.heard_by,
        "paused": claims.paused,
        "required": claims.required,
        "aud": AUDIENCE,
        "exp": int(time.time() + lifetime),
    }
    return jwt.encode(payload, secret, algorithm=ALGORITHM)


def verify(token: str, secret: str) -> Claims:
    """Return the claims of a genuine token; raise BadToken for any other text."""
    try:
        payload = jwt.decode(
            token, secret, algorithms=[ALGORITHM], audience=AUDIENCE, options={"require": CLAIMS}
        )
    except jwt.InvalidTokenError as error:
        raise BadToken(f"the token is not valid: {error}") from error
    room, participant, role, record = (payload[name] for name in ("room", "participant", "role", "record"))
    if not all(isinstance(name, str) for name in (room, participant, role)) or not isinstance(record, bool):
        raise BadToken("a claim of the token has the wrong type")
    return Claims(
        room,
        participant,
        role,
        record,
        _seat(payload.get("seat")),
        names(payload.get("heard_by")),
        payload.get("paused") is True,
        payload.get("required") is True,
    )


def names(told: object) -> tuple[str, ...] | None:
    """Return the participants a claim names, None for everyone; raise BadToken for anything else."""
    if told is None:
        return None
    if not isinstance(told, list) or not all(isinstance(name, str) for name in told):
        raise BadToken("heard_by names no participants")
    return tuple(told)


def _seat(told: object) -> int | None:
    if told is None or (type(told) is int and 0 <= told < SEATS):
        return told
    raise BadToken("there is no such seat")


def require_participant(claims: Claims, room: str, participant: str) -> None:
    """Raise WrongRoom unless the token was made for this participant of this room."""
    if claims.room != room or claims.participant != participant:
        raise WrongRoom("the token is for another room or participant")


def require_archive(claims: Claims, room: str) -> None:
    """Raise WrongRoom unless the token opens the recordings of this room."""
    if claims.room != room or claims.role != ARCHIVE_ROLE:
        raise WrongRoom("the token does not open this recording")


def require_control(claims: Claims, room: str) -> None:
    """Raise WrongRoom unless the token governs the whole of this room."""
    if claims.room != room or claims.role != CONTROL_ROLE:
        raise WrongRoom("the token does not govern this room")
