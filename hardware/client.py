"""The hub's way to a device agent: plain HTTP with `requests`, nothing heavy, no import of the agent itself."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import requests


class AgentError(Exception):
    """The agent refused or failed; `code` is stable (agent.bad_key, printer.bad_job, printer.unavailable...)."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class AgentUnreachable(AgentError):
    """No answer from the agent in time, or none that is the agent's."""

    def __init__(self, message: str) -> None:
        super().__init__("agent.unreachable", message)


@dataclass(frozen=True)
class Slip:
    """A ticket slip to print. `wait` is minutes from and to, `issued_at` ISO 8601 with an offset; a `reprint` is marked."""

    job: str
    language: str
    branch: str
    number: str
    service: str
    ahead: int
    wait: tuple[int, int]
    issued_at: str
    url: str
    reprint: int = 0


@dataclass(frozen=True)
class Printed:
    """The agent's answer: the job is on paper, or in the simulated printer's folder."""

    job: str
    state: str
    simulated: bool
    bytes: int
    reprint: int = 0


class DeviceAgent:
    """One kiosk's device agent. Calls block up to `timeout` seconds and raise AgentError."""

    def __init__(self, url: str, key: str, timeout: float = 5.0) -> None:
        self._url = url.rstrip("/")
        self._key = key
        self._timeout = timeout

    def print_ticket(self, slip: Slip) -> Printed:
        """Print a slip; asking again for the same job prints nothing more and answers the same."""
        answer = self._call("POST", "/print", json=asdict(slip), headers={"X-Maru-Key": self._key})
        try:
            return Printed(
                answer["job"], answer["state"], answer["simulated"], answer["bytes"], answer["reprint"]
            )
        except KeyError as error:
            raise AgentUnreachable(f"The answer lacks {error}") from error

    def status(self) -> dict[str, object]:
        """What the agent says of its vision and its printer."""
        return self._call("GET", "/status")

    def play(self, practice: str) -> dict[str, object]:
        """Let a simulated printer run out of paper and the like (hardware/printer/simulated.py); its status after that."""
        headers = {"X-Maru-Key": self._key}
        return self._call("POST", "/practice", json={"practice": practice}, headers=headers)

    def _call(self, method: str, path: str, **request: Any) -> dict[str, Any]:
        try:
            response = requests.request(method, self._url + path, timeout=self._timeout, **request)
            answer = response.json()
        except (requests.RequestException, ValueError) as error:
            raise AgentUnreachable(type(error).__name__) from error
        if not isinstance(answer, dict):
            raise AgentUnreachable("The answer is not an object")
        if response.status_code != 200:
            raise AgentError(str(answer.get("code", "agent.failed")), str(answer.get("message", "")))
        return answer
