"""A stock Firefox driven by WebDriver BiDi (https://www.w3.org/TR/webdriver-bidi/), which it speaks by itself."""

from __future__ import annotations

import itertools
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from websocket import WebSocket, create_connection

from tests.waiting import until

PROGRAMS = ("firefox-esr", "firefox")
LISTENING = re.compile(r"WebDriver BiDi listening on (ws://\S+)")
START_SECONDS = 60.0
ANSWER_SECONDS = 60.0
PREFERENCES: dict[str, bool | int | str] = {
    "media.navigator.streams.fake": True,
    "media.navigator.permission.disabled": True,
    "media.peerconnection.ice.loopback": True,
    "media.autoplay.default": 0,
    # Nothing is asked of anybody outside.
    "app.update.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,",
    "toolkit.telemetry.enabled": False,
}


class Firefox:
    """One tab of a running Firefox."""

    def __init__(self, socket: WebSocket) -> None:
        self._socket = socket
        self._numbers = itertools.count(1)
        self._call("session.new", capabilities={})
        self._tab = self._call("browsingContext.create", type="tab")["context"]

    def goto(self, address: str) -> None:
        """Open a page and wait until it has loaded."""
        self._call("browsingContext.navigate", context=self._tab, url=address, wait="complete")

    def evaluate(self, expression: str) -> Any:
        """What a JavaScript expression comes to, by way of JSON; a promise is waited for."""
        wrapped = f"(async () => JSON.stringify((await ({expression})) ?? null))()"
        answer = self._call(
            "script.evaluate", expression=wrapped, target={"context": self._tab}, awaitPromise=True
        )
        assert answer["type"] == "success", answer["exceptionDetails"]["text"]
        return json.loads(answer["result"]["value"])

    def tap(self, selector: str) -> None:
        """Tap what `selector` finds, once it is there."""
        chosen = f"document.querySelector({json.dumps(selector)})"
        until(lambda: self.evaluate(f"{chosen} !== null"), f"{selector} in Firefox")
        self.evaluate(f"{chosen}.click()")

    def _call(self, method: str, **parameters: object) -> dict[str, Any]:
        number = next(self._numbers)
        self._socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while (told := json.loads(self._socket.recv())).get("id") != number:
            pass  # events that nobody asked for
        assert told["type"] == "success", f"{method}: {told}"
        result: dict[str, Any] = told["result"]
        return result


@contextmanager
def running_firefox(folder: Path) -> Iterator[Firefox]:
    """A Firefox with a fake camera and a profile of its own in `folder`."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        raise AssertionError("Firefox is not installed: `make test` installs it")
    lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in PREFERENCES.items()]
    (folder / "user.js").write_text("\n".join(lines))
    output = folder / "output"
    with output.open("wb") as log:
        process = subprocess.Popen(
            [program, "--headless", "--no-remote", "--profile", str(folder), "--remote-debugging-port", "0"],
            stdout=log,
            stderr=subprocess.STDOUT,
            env={**os.environ, "HOME": str(folder)},
        )
    try:
        found = until(
            lambda: LISTENING.search(output.read_text(errors="replace")), "Firefox listens", START_SECONDS
        )
        with closing(_connected(f"{found[1]}/session")) as socket:
            yield Firefox(socket)
    finally:
        process.terminate()
        process.wait(20)


def _connected(address: str) -> WebSocket:
    """Firefox refuses whoever names an origin, as every page does."""
    return create_connection(address, timeout=ANSWER_SECONDS, suppress_origin=True)
