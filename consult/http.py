"""The HTTP side of the media node, shaped like WHIP (RFC 9725): an offer in, an answer out."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable

import structlog
from aiohttp import web
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from consult import __version__, sdp, tokens
from consult.archive import Archive
from consult.errors import BadOffer, BadRequest, BadToken, MediaError, NotFound, TooLarge
from consult.node import Node
from consult.store.stores import Store
from consult.tokens import Claims

log = structlog.get_logger(__name__)

MAX_BODY = 64 * 1024
SAFE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
"""Names become folders and files of recordings."""
NODE = web.AppKey("node", Node)
REGISTRY = web.AppKey("registry", CollectorRegistry)
PARTICIPANT = "/rooms/{room}/participants/{participant}"

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def make_app(node: Node, registry: CollectorRegistry, store: Store) -> web.Application:
    """Return the application; the caller closes node and store."""
    app = web.Application(middlewares=[_errors], client_max_size=MAX_BODY)
    app[NODE] = node
    app[REGISTRY] = registry
    archive = Archive(node, store)
    app.add_routes(
        [
            web.post(PARTICIPANT, join),
            web.patch(PARTICIPANT, trickle),
            web.delete(PARTICIPANT, leave),
            web.post(PARTICIPANT + "/hearing", let_hear),
            web.get("/rooms/{room}", describe),
            web.delete("/rooms/{room}", close),
            web.post("/rooms/{room}/recording", pause),
            web.post("/drain", drain),
            web.delete("/drain", take_rooms),
            web.get("/healthz", health),
            web.get("/metrics", metrics),
            *archive.routes(),
        ]
    )
    app.on_cleanup.append(archive.close)
    return app


async def join(request: web.Request) -> web.Response:
    """Answer an offer: 201 with the answer and where the session is."""
    claims = _participant_claims(request)
    offer = sdp.check_offer(await _text(request))
    node = request.app[NODE]
    answer = sdp.advertise(await node.join(claims, offer), node.settings.advertise)
    location = PARTICIPANT.format(room=claims.room, participant=claims.participant)
    return web.Response(
        status=201, text=answer, content_type="application/sdp", headers={"Location": location}
    )


async def trickle(request: web.Request) -> web.Response:
    """Take candidates the browser found after its offer."""
    claims = _participant_claims(request)
    found = list(sdp.candidates(await _text(request)))
    participant = request.app[NODE].room(claims.room).participant(claims.participant)
    session = participant.pending or participant.session
    for candidate in found:
        if session is not None and not session.over:
            await session.add_candidate(candidate)
    return web.Response(status=204)


async def leave(request: web.Request) -> web.Response:
    """Let a participant go."""
    claims = _participant_claims(request)
    await request.app[NODE].leave(claims.room, claims.participant)
    return web.Response(status=204)


async def let_hear(request: web.Request) -> web.Response:
    """Say who may see and hear a participant: {"heard_by": null} for everyone, or a list of names."""
    room = request.app[NODE].room(_controlled_room(request))
    room.let_hear(request.match_info["participant"], _heard_by(await _text(request)))
    return web.Response(status=204)


async def describe(request: web.Request) -> web.Response:
    """Tell who is in a room and what they send."""
    return web.json_response(request.app[NODE].room(_controlled_room(request)).describe())


async def close(request: web.Request) -> web.Response:
    """Let everyone go and answer when the recording is on the disk."""
    await request.app[NODE].close_room(_controlled_room(request))
    return web.Response(status=204)


async def pause(request: web.Request) -> web.Response:
    """Pause the recording of a room or let it go on: {"paused": true} or {"paused": false}."""
    room = request.app[NODE].room(_controlled_room(request))
    room.pause_recording(_paused(await _text(request)))
    return web.Response(status=204)


async def drain(request: web.Request) -> web.Response:
    """Open no more rooms; the body may be {"move": true} to have the open ones moved to other nodes."""
    _require_whole_node(request)
    request.app[NODE].drain(move=_wants_move(await _text(request)))
    return web.Response(status=204)


async def take_rooms(request: web.Request) -> web.Response:
    """Take rooms again after all."""
    _require_whole_node(request)
    request.app[NODE].take_rooms()
    return web.Response(status=204)


async def health(request: web.Request) -> web.Response:
    """Say that the node lives and how much it has to do."""
    node = request.app[NODE]
    return web.json_response(
        {
            "status": "ok",
            "process": "consult",
            "version": __version__,
            "node": node.settings.node,
            "rooms": len(node.rooms),
            "participants": node.participants,
            "load": round(node.load.value, 3),
            "instance": node.instance,
            "full": node.full,
            "free": node.free,
            "draining": node.draining,
            "moving": node.moving,
        }
    )


async def metrics(request: web.Request) -> web.Response:
    """Serve the counters in Prometheus' text format."""
    return web.Response(
        body=generate_latest(request.app[REGISTRY]), headers={"Content-Type": CONTENT_TYPE_LATEST}
    )


def _claims(request: web.Request) -> Claims:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise BadToken("a bearer token is missing")
    return tokens.verify(token.strip(), request.app[NODE].settings.secret.get_secret_value())


def _participant_claims(request: web.Request) -> Claims:
    claims = _claims(request)
    room, participant = request.match_info["room"], request.match_info["participant"]
    tokens.require_participant(claims, room, participant)
    if not (SAFE_NAME.fullmatch(room) and SAFE_NAME.fullmatch(participant)):
        raise NotFound("no room or participant can have this name")
    return claims


def _controlled_room(request: web.Request) -> str:
    room = request.match_info["room"]
    tokens.require_control(_claims(request), room)
    return room


def _require_whole_node(request: web.Request) -> None:
    tokens.require_control(_claims(request), tokens.WHOLE_NODE)


def _wants_move(text: str) -> bool:
    told = _json(text or "{}")
    if not isinstance(told, dict) or not isinstance(told.get("move", False), bool):
        raise BadRequest('the body is neither empty nor {"move": true} or {"move": false}')
    return bool(told.get("move", False))


def _heard_by(text: str) -> tuple[str, ...] | None:
    told = _json(text)
    if not isinstance(told, dict) or "heard_by" not in told:
        raise BadRequest('the body is neither {"heard_by": null} nor {"heard_by": [names]}')
    try:
        return tokens.names(told["heard_by"])
    except BadToken as error:
        raise BadRequest(str(error)) from error


def _paused(text: str) -> bool:
    told = _json(text)
    if not isinstance(told, dict) or not isinstance(told.get("paused"), bool):
        raise BadRequest('the body is neither {"paused": true} nor {"paused": false}')
    return bool(told["paused"])


def _json(text: str) -> object:
    """What the text says; None for what is no JSON or is nested without end."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


async def _text(request: web.Request) -> str:
    if request.content_length is not None and request.content_length > MAX_BODY:
        raise TooLarge(f"the body is larger than {MAX_BODY} bytes")
    try:
        return (await request.read()).decode()
    except web.HTTPRequestEntityTooLarge as error:
        raise TooLarge(f"the body is larger than {MAX_BODY} bytes") from error
    except UnicodeDecodeError as error:
        raise BadOffer("the body is not text") from error


@web.middleware
async def _errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn our errors, and aiohttp's, into JSON with a stable code."""
    try:
        return await handler(request)
    except MediaError as error:
        return _problem(error.status, error.code, str(error))
    except web.HTTPNotFound:
        return _problem(NotFound.status, NotFound.code, "there is nothing at this address")
    except web.HTTPException as error:
        return _problem(error.status, BadRequest.code, error.reason)
    except Exception:
        log.exception("media.request_failed", method=request.method)
        return _problem(MediaError.status, MediaError.code, "the media node failed; its log says where")


def _problem(status: int, code: str, message: str) -> web.Response:
    return web.json_response({"code": code, "message": message}, status=status)
