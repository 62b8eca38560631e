"""How web speaks to media nodes: a small synchronous client that knows nothing of WebRTC."""

from __future__ import annotations

import json
from collections.abc import Sequence
from urllib.parse import quote, urljoin

import requests

from consult.errors import (
    BY_CODE,
    BadOffer,
    Draining,
    MediaError,
    MediaLate,
    MediaUnreachable,
    NodeFull,
    NotFound,
    RoomFull,
)
from consult.shapes import Answer, Arrival, NodeHealth, ParticipantState, RoomState, participant_state
from consult.tokens import CONTROL_ROLE, WHOLE_NODE, Claims, sign

__all__ = [
    "Answer",
    "Arrival",
    "BadOffer",
    "Claims",
    "Draining",
    "MediaClient",
    "MediaError",
    "MediaLate",
    "MediaUnreachable",
    "NodeFull",
    "NodeHealth",
    "NotFound",
    "ParticipantState",
    "RoomFull",
    "RoomState",
]

HEALTH_SECONDS = 1.0
"""A node that is asked how it is answers at once or counts as away."""
HEALTH_FIELDS = ("instance", "participants", "load", "full", "draining", "moving", "rooms")


class MediaClient:
    """Speaks to the media nodes at these URLs.

    Every call raises MediaUnreachable when the node does not answer within `timeout` seconds, and otherwise the
    error of consult.errors whose code the node gave.
    """

    def __init__(self, nodes: Sequence[str], secret: str, timeout: float = 5.0) -> None:
        self._nodes = [node.rstrip("/") for node in nodes]
        self._secret = secret
        self._timeout = timeout
        self._http = requests.Session()
        # Media nodes stand in this house: no proxy of the environment may come between.
        self._http.trust_env = False

    def place(self, room: str, besides: str | None = None) -> str:
        """Return the URL of the node that has least to do among those that take new rooms.

        Raises MediaUnreachable when no node answers, NodeFull when none that answers takes another room.
        """
        return min(self.open_nodes(besides), key=lambda health: (health.weight, health.node)).node

    def open_nodes(self, besides: str | None = None) -> list[NodeHealth]:
        """Return the nodes that take new rooms, at least one, without asking `besides`; raises as `place` does."""
        asked = [node for node in self._nodes if node != besides]
        answered = [health for health in map(self._health_if_any, asked) if health is not None]
        if not answered:
            raise MediaUnreachable("no media node answers")
        found = [health for health in answered if health.takes_rooms]
        if not found:
            raise NodeFull("every media node is full or being emptied")
        return found

    def health(self, node: str) -> NodeHealth:
        """Ask a node how it is; it is given a second to answer."""
        answer = self._call("GET", f"{node.rstrip('/')}/healthz", timeout=HEALTH_SECONDS)
        try:
            told = answer.json()
            known = {name: told[name] for name in HEALTH_FIELDS}
            # A node of the version before does not count what still fits.
            free = told.get("free", int(not (told["full"] or told["draining"])))
            return NodeHealth(node, **known, free=free)
        except (ValueError, KeyError, TypeError) as error:
            raise MediaUnreachable("something that is no media node answered") from error

    def drain(self, node: str, *, move: bool) -> None:
        """Let the node open no more rooms; with `move`, its open ones are moved by whoever watches it."""
        body = json.dumps({"move": move})
        self._call("POST", f"{node.rstrip('/')}/drain", _control(WHOLE_NODE), body, "application/json")

    def take_rooms(self, node: str) -> None:
        """End a drain: the node opens rooms again."""
        self._call("DELETE", f"{node.rstrip('/')}/drain", _control(WHOLE_NODE))

    def _health_if_any(self, node: str) -> NodeHealth | None:
        try:
            return self.health(node)
        except MediaError:
            return None

    def join(self, node: str, room: str, participant: str, role: str, offer: str, record: bool) -> Answer:
        """Give the participant's SDP offer to the node; a second offer replaces the first."""
        return self.seat(node, Claims(room, participant, role, record), offer)

    def seat(self, node: str, claims: Claims, offer: str) -> Answer:
        """As `join`, for somebody with a seat of their own, or whom not everyone may hear."""
        url = _participant_url(node, claims.room, claims.participant)
        response = self._call("POST", url, claims, offer, "application/sdp")
        return Answer(response.text, urljoin(url, response.headers.get("Location", url)))

    def trickle(self, node: str, room: str, participant: str, role: str, fragment: str) -> None:
        """Pass on candidates the browser found after its offer (RFC 8840)."""
        url = _participant_url(node, room, participant)
        self._call("PATCH", url, Claims(room, participant, role), fragment, "application/trickle-ice-sdpfrag")

    def leave(self, node: str, room: str, participant: str) -> None:
        """Take the participant out of the room; one who has left already is no error."""
        try:
            self._call(
                "DELETE", _participant_url(node, room, participant), Claims(room, participant, "leaving")
            )
        except NotFound:
            return

    def let_hear(self, node: str, room: str, participant: str, heard_by: Sequence[str] | None) -> None:
        """From now on only these see and hear the participant, None for everyone. Raises NotFound."""
        body = json.dumps({"heard_by": None if heard_by is None else list(heard_by)})
        url = f"{_participant_url(node, room, participant)}/hearing"
        self._call("POST", url, _control(room), body, "application/json")

    def close(self, node: str, room: str) -> None:
        """Close the room; returns when its recording is on the disk. A room closed already is no error."""
        try:
            self._call("DELETE", _room_url(node, room), _control(room))
        except NotFound:
            return

    def room(self, node: str, room: str) -> RoomState:
        """Return who is in the room; raises NotFound when nobody is."""
        told = self._call("GET", _room_url(node, room), _control(room)).json()
        participants = tuple(map(participant_state, told["participants"]))
        recording = told.get("recording_failure"), bool(told.get("recording_paused"))
        return RoomState(told["room"], told["recording"], participants, *recording)

    def pause(self, node: str, room: str, paused: bool) -> None:
        """Pause the recording of a room, or let it go on; doing either twice is no error. Raises NotFound."""
        body = json.dumps({"paused": paused})
        self._call("POST", f"{_room_url(node, room)}/recording", _control(room), body, "application/json")

    def _call(
        self,
        method: str,
        url: str,
        claims: Claims | None = None,
        body: str = "",
        content_type: str = "",
        timeout: float | None = None,
    ) -> requests.Response:
        headers = {"Content-Type": content_type} if content_type else {}
        if claims is not None:
            headers["Authorization"] = f"Bearer {sign(claims, self._secret)}"
        try:
            response = self._http.request(
                method, url, data=body.encode() or None, headers=headers, timeout=timeout or self._timeout
            )
        except requests.Timeout as error:
            raise MediaLate("the media node did not answer in time") from error
        except requests.RequestException as error:
            raise MediaUnreachable(f"the media node does not answer: {type(error).__name__}") from error
        if not response.ok:
            raise _error(response)
        response.encoding = "utf-8"
        return response


def _participant_url(node: str, room: str, participant: str) -> str:
    return f"{_room_url(node, room)}/participants/{quote(participant, safe='')}"


def _room_url(node: str, room: str) -> str:
    return f"{node.rstrip('/')}/rooms/{quote(room, safe='')}"


def _control(room: str) -> Claims:
    return Claims(room, CONTROL_ROLE, CONTROL_ROLE)


def _error(response: requests.Response) -> MediaError:
    try:
        told = response.json()
        code, message = str(told["code"]), str(told["message"])
    except (ValueError, KeyError, TypeError):
        return MediaUnreachable(f"something that is no media node answered {response.status_code}")
    return BY_CODE.get(code, MediaError)(message)
