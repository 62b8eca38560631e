"""How web speaks to media nodes: a small synchronous client that knows nothing of WebRTC."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, urljoin

import requests

from consult.errors import BY_CODE, BadOffer, MediaError, MediaUnreachable, NotFound
from consult.tokens import CONTROL_ROLE, Claims, sign

__all__ = [
    "Answer",
    "BadOffer",
    "MediaClient",
    "MediaError",
    "MediaUnreachable",
    "NotFound",
    "ParticipantState",
    "RoomState",
]


@dataclass(frozen=True)
class Answer:
    """The node's SDP answer and the URL of the session it opened."""

    sdp: str
    session_url: str


@dataclass(frozen=True)
class ParticipantState:
    """One participant as the node sees them; `state` is "connecting", "connected" or "disconnected"."""

    participant: str
    role: str
    state: str
    packets_in: int
    packets_out: int
    bytes_in: int
    bytes_out: int


@dataclass(frozen=True)
class RoomState:
    """Who is in a room, and whether it is being recorded."""

    room: str
    recording: bool
    participants: tuple[ParticipantState, ...]


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

    def place(self, room: str) -> str:
        """Return the URL of the healthy node with the fewest participants, for a new room."""
        loads: list[tuple[int, str]] = []
        for node in self._nodes:
            try:
                loads.append((int(self._call("GET", f"{node}/healthz").json()["participants"]), node))
            except (MediaError, ValueError, KeyError):
                continue
        if not loads:
            raise MediaUnreachable("no media node answers")
        return min(loads)[1]

    def join(self, node: str, room: str, participant: str, role: str, offer: str, record: bool) -> Answer:
        """Give the participant's SDP offer to the node; a second offer replaces the first."""
        claims = Claims(room, participant, role, record)
        url = _participant_url(node, room, participant)
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

    def close(self, node: str, room: str) -> None:
        """Close the room; returns when its recording is on the disk. A room closed already is no error."""
        try:
            self._call("DELETE", _room_url(node, room), _control(room))
        except NotFound:
            return

    def room(self, node: str, room: str) -> RoomState:
        """Return who is in the room; raises NotFound when nobody is."""
        told = self._call("GET", _room_url(node, room), _control(room)).json()
        participants = tuple(
            ParticipantState(**{name: each[name] for name in ParticipantState.__dataclass_fields__})
            for each in told["participants"]
        )
        return RoomState(told["room"], told["recording"], participants)

    def _call(
        self, method: str, url: str, claims: Claims | None = None, body: str = "", content_type: str = ""
    ) -> requests.Response:
        headers = {"Content-Type": content_type} if content_type else {}
        if claims is not None:
            headers["Authorization"] = f"Bearer {sign(claims, self._secret)}"
        try:
            response = self._http.request(
                method, url, data=body.encode() or None, headers=headers, timeout=self._timeout
            )
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
