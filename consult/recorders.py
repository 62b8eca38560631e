"""How web learns what is recorded and fetches what was: the part of the client that speaks of recordings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import requests

from consult.client import MediaClient, MediaError, MediaUnreachable
from consult.errors import BY_CODE
from consult.store.moving import Moving
from consult.tokens import ARCHIVE_ROLE, CONTROL_ROLE, WHOLE_NODE, Claims, sign

CHECK_SECONDS = 300.0
"""Every byte of a long recording is read."""
PIECE = 64 * 1024


@dataclass(frozen=True)
class RecorderState:
    """One open room; `failure` is the code (consult.recording.errors) of what keeps it from being recorded.

    `held`: the room has to be recorded and is not, so nothing is passed on.
    """

    room: str
    recording: bool
    paused: bool
    failure: str | None
    held: bool


class RecorderClient(MediaClient):
    """A media client that knows about recordings, too; errors are those of MediaClient."""

    def recorders(self, node: str) -> list[RecorderState]:
        """How every open room of a node is being recorded."""
        claims = Claims(WHOLE_NODE, CONTROL_ROLE, CONTROL_ROLE)
        told = self._call("GET", f"{node.rstrip('/')}/recorders", claims).json()
        try:
            return [_state(room) for room in told["rooms"]]
        except (KeyError, TypeError) as error:
            raise MediaUnreachable("something that is no media node answered") from error

    def store(self, node: str) -> Moving | None:
        """How far a node is with moving recordings into its store; None when they stay on its disk."""
        claims = Claims(WHOLE_NODE, CONTROL_ROLE, CONTROL_ROLE)
        told = self._call("GET", f"{node.rstrip('/')}/recorders", claims).json()
        try:
            return None if told["store"] is None else Moving(**told["store"])
        except (KeyError, TypeError) as error:
            raise MediaUnreachable("something that is no media node answered") from error

    def parts(self, node: str, room: str) -> list[dict[str, Any]]:
        """The manifests of a recording's parts on this node. Raises NotFound when there are none."""
        parts: list[dict[str, Any]] = self._call("GET", _url(node, room), _archive(room)).json()["parts"]
        return parts

    def delete(self, node: str, room: str) -> dict[str, Any]:
        """Delete a recording for good; the answer proves what is gone. Raises NotFound."""
        proof: dict[str, Any] = self._call("DELETE", _url(node, room), _archive(room)).json()
        return proof

    def check(self, node: str, room: str) -> dict[str, Any]:
        """Verify every byte of a recording; the answer is that of `python -m consult verify --json`."""
        url = f"{_url(node, room)}/check"
        result: dict[str, Any] = self._call("POST", url, _archive(room), timeout=CHECK_SECONDS).json()
        return result

    def make_file(self, node: str, room: str) -> dict[str, Any]:
        """Begin to make one file of a recording. Raises ExportBusy."""
        return self._file("POST", node, room)

    def file_state(self, node: str, room: str) -> dict[str, Any]:
        """How far the file is: `state`, `progress` (0 to 1), `failure`, `bytes`. Raises NotFound."""
        return self._file("GET", node, room)

    def cancel_file(self, node: str, room: str) -> None:
        """Stop making the file, or throw it away."""
        self._call("DELETE", f"{_url(node, room)}/file", _archive(room))

    def open_file(self, node: str, room: str, span: str | None) -> requests.Response:
        """The finished file as an open answer; as `open_track`."""
        return self._open(f"{_url(node, room)}/file/content", room, span)

    def open_track(self, node: str, room: str, part: str, file: str, span: str | None) -> requests.Response:
        """One track as an open answer whose body is yet to be read and which the caller closes.

        `span` is the Range header to pass on. Raises NotFound, BadRange.
        """
        return self._open(
            f"{_url(node, room)}/tracks/{quote(part, safe='')}/{quote(file, safe='')}", room, span
        )

    def _file(self, method: str, node: str, room: str) -> dict[str, Any]:
        state: dict[str, Any] = self._call(method, f"{_url(node, room)}/file", _archive(room)).json()
        return state

    def _open(self, url: str, room: str, span: str | None) -> requests.Response:
        headers = {
            "Authorization": f"Bearer {sign(_archive(room), self._secret)}",
            "Accept-Encoding": "identity",
        }
        if span is not None:
            headers["Range"] = span
        try:
            answer = self._http.get(url, headers=headers, stream=True, timeout=self._timeout)
        except requests.RequestException as error:
            raise MediaUnreachable(f"the media node does not answer: {type(error).__name__}") from error
        if not answer.ok:
            with answer:
                raise _error(answer)
        return answer


def _url(node: str, room: str) -> str:
    return f"{node.rstrip('/')}/recordings/{quote(room, safe='')}"


def _archive(room: str) -> Claims:
    return Claims(room, ARCHIVE_ROLE, ARCHIVE_ROLE)


def _error(answer: requests.Response) -> MediaError:
    try:
        told = answer.json()
        return BY_CODE.get(str(told["code"]), MediaError)(str(told["message"]))
    except (ValueError, KeyError, TypeError):
        return MediaUnreachable(f"something that is no media node answered {answer.status_code}")


def _state(told: dict[str, object]) -> RecorderState:
    failure = told["recording_failure"]
    return RecorderState(
        room=str(told["room"]),
        recording=bool(told["recording"]),
        paused=bool(told["recording_paused"]),
        failure=None if failure is None else str(failure),
        held=bool(told["held"]),
    )
