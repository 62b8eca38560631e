"""The centre's calls as an OpenAPI 3.1 document (https://spec.openapis.org/oas/v3.1.0); a test holds it to the routes."""

from typing import Any

CONSULT = {"name": "consult", "in": "path", "required": True, "schema": {"type": "string"}}
GUEST = {"name": "guest", "in": "path", "required": True, "schema": {"type": "string"}}
ERROR = {
    "description": "refused: a stable code, and a sentence in the reader's language",
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
}
VIEW = {
    "description": "how the consult stands now",
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Consult"}}},
}


def document(version: str) -> dict[str, Any]:
    """The whole document."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "Maru centre", "version": version},
        "paths": {
            "/api/openapi.json": {
                "get": {"summary": "This document", "responses": {"200": {"description": "OK"}}}
            },
            "/api/ice-servers": {"get": _relays()},
            "/api/selftest/media": {"post": _rehearsal()},
            "/api/consults/{consult}": {"parameters": [CONSULT], "get": _call("The customer's own consult")},
            **{f"/api/consults/{{consult}}/{name}": _post(summary, body) for name, summary, body in CALLS},
            "/api/consults/{consult}/recording": _recording(),
            "/api/consults/{consult}/media": _media(CONSULT),
            **_invitations(),
            **{f"/api/guests/{{guest}}{path}": item for path, item in _guests().items()},
        },
        "components": {
            "schemas": {"Error": ERROR_SCHEMA, "Consult": CONSULT_SCHEMA},
            "securitySchemes": {
                "session": {"type": "apiKey", "in": "cookie", "name": "maru_web"},
                "token": {"type": "apiKey", "in": "header", "name": "X-CSRFToken"},
            },
        },
        "security": [{"session": [], "token": []}],
    }


def _fields(required: list[str], **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": required, "properties": properties}


CALLS: list[tuple[str, str, dict[str, Any] | None]] = [
    (
        "consent",
        "The answer to the question about recording",
        _fields(
            ["recording", "text_version"], recording={"type": "boolean"}, text_version={"type": "string"}
        ),
    ),
    ("ready", "The device check is passed: stand in line", None),
    ("cancel", "No longer wait", None),
    ("end", "Hang up", None),
    (
        "survey",
        "One question, and one open one",
        _fields(
            ["score"],
            score={"type": "integer", "minimum": 0, "maximum": 10},
            note={"type": "string", "maxLength": 2000},
        ),
    ),
]

ERROR_SCHEMA = _fields(["code", "message"], code={"type": "string"}, message={"type": "string"})
CONSULT_SCHEMA = _fields(
    ["id", "state", "topic", "surveyed"],
    id={"type": "string"},
    state={"enum": ["preparing", "waiting", "accepted", "live", "ended", "closed", "cancelled"]},
    topic=_fields(
        ["slug", "name", "prepare"],
        slug={"type": "string"},
        name={"type": "string"},
        prepare={"type": "string"},
    ),
    place={"type": ["integer", "null"]},
    wait={"type": ["array", "null"], "items": {"type": "integer"}, "minItems": 2, "maxItems": 2},
    delay={"enum": ["full", "away", None]},
    advisor={"type": ["object", "null"]},
    recording={"type": ["boolean", "null"]},
    recorder={"type": ["object", "null"]},
    agreed={"type": ["string", "null"]},
    surveyed={"type": "boolean"},
    started_at={"type": ["string", "null"], "format": "date-time"},
    guests={"type": "array", "items": {"type": "object"}},
)


def _call(summary: str) -> dict[str, Any]:
    return {"summary": summary, "responses": {"200": VIEW, "default": ERROR}}


def _post(summary: str, body: dict[str, Any] | None) -> dict[str, Any]:
    call = _call(summary)
    if body is not None:
        call["requestBody"] = {"required": True, "content": {"application/json": {"schema": body}}}
    return {"parameters": [CONSULT], "post": call}


def _recording() -> dict[str, Any]:
    body = {"application/json": {"schema": _fields(["paused"], paused={"type": "boolean"})}}
    return {
        "parameters": [CONSULT],
        "post": {
            "summary": "Pause the recording of the call for both, or let it go on",
            "requestBody": {"required": True, "content": body},
            "responses": {"204": {"description": "done; the node has confirmed it"}, "default": ERROR},
        },
    }


def _relays() -> dict[str, Any]:
    """RTCIceServer dictionaries (W3C webrtc-pc, 4.2.4)."""
    servers = {"type": "array", "items": {"type": "object"}}
    answer = {"application/json": {"schema": _fields(["iceServers"], iceServers=servers)}}
    return {
        "summary": "Ways for media, with credentials that expire",
        "responses": {"200": {"description": "OK", "content": answer}, "default": ERROR},
    }


def _rehearsal() -> dict[str, Any]:
    offer = {"application/sdp": {"schema": {"type": "string", "maxLength": 65536}}}
    return {
        "summary": "Try the way to a media node with a whole SDP offer; the room is closed after some seconds",
        "requestBody": {"required": True, "content": offer},
        "responses": {"201": {"description": "the answer", "content": offer}, "default": ERROR},
    }


def _invitations() -> dict[str, Any]:
    wish = _fields(
        ["role", "name"],
        role={"enum": ["companion", "interpreter", "expert"]},
        name={"type": "string", "minLength": 1, "maxLength": 40},
    )
    body = {"required": True, "content": {"application/json": {"schema": wish}}}
    send = {"201": {"description": "the link, told this once, and its QR code"}, "default": ERROR}
    taken = {"204": {"description": "the seat is free"}, "default": ERROR}
    return {
        "/api/consults/{consult}/guests": {
            "parameters": [CONSULT],
            "post": {"summary": "Invite somebody by a link", "requestBody": body, "responses": send},
        },
        "/api/consults/{consult}/guests/{guest}/remove": {
            "parameters": [CONSULT, GUEST],
            "post": {"summary": "Take a link or a seat back", "responses": taken},
        },
    }


def _guests() -> dict[str, Any]:
    gone = {
        "summary": "Go out; the seat stays until it is taken back",
        "responses": {"204": {"description": "gone"}},
    }
    view = {
        "summary": "The consult as its guest sees it",
        "responses": {"200": {"description": "GuestSnapshot"}},
    }
    away = {
        "summary": "The page closes or is loaded anew: out of the room at once, the seat stays",
        "responses": {"204": {"description": "out"}, "default": ERROR},
    }
    return {
        "": {"parameters": [GUEST], "get": view},
        "/leave": {"parameters": [GUEST], "post": gone},
        "/away": {"parameters": [GUEST], "post": away},
        "/media": _media(GUEST),
    }


def _media(whose: dict[str, Any]) -> dict[str, Any]:
    """WHIP-shaped (RFC 9725): an offer is answered in one round, candidates may follow (RFC 8840)."""
    offer = {"application/sdp": {"schema": {"type": "string", "maxLength": 65536}}}
    fragment = {"application/trickle-ice-sdpfrag": {"schema": {"type": "string", "maxLength": 65536}}}
    return {
        "parameters": [whose],
        "post": {
            "summary": "Join or join again with an SDP offer",
            "requestBody": {"required": True, "content": offer},
            "responses": {"201": {"description": "the answer", "content": offer}, "default": ERROR},
        },
        "patch": {
            "summary": "Candidates found after the offer",
            "requestBody": {"required": True, "content": fragment},
            "responses": {"204": {"description": "passed on"}, "default": ERROR},
        },
    }
