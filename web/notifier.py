"""How a message reaches a phone number: the contract, and the one that ships, which writes files and says so.

A bank puts its SMS or Kakao gateway in place of `FileNotifier` (docs/add-a-notifier.md).
"""

import json
from pathlib import Path
from typing import Protocol

from branch import clock


class NotSent(Exception):
    """The gateway did not take the message; the text says why, in one line, without number or words."""


class Notifier(Protocol):
    """Sends short messages. `simulated` is told on the screen where somebody would give their number."""

    simulated: bool

    def send(self, phone: str, text: str) -> None:
        """Hand the message to the gateway. Raises NotSent; it may take seconds and runs beside the pages."""
        ...


class FileNotifier:
    """Simulated: appends each message as a line of JSON to a file that only its owner reads."""

    simulated = True

    def __init__(self, file: Path) -> None:
        self._file = file

    def send(self, phone: str, text: str) -> None:
        line = {"at": clock.now().isoformat(), "to": phone, "text": text, "simulated": True}
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            self._file.touch(mode=0o600, exist_ok=True)
            with self._file.open("a", encoding="utf-8") as messages:
                messages.write(json.dumps(line, ensure_ascii=False) + "\n")
        except OSError as error:
            raise NotSent(error.strerror or "cannot write") from None
