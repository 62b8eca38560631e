"""The people of a visit without a browser: real HTTP, real Socket.IO, real RTP."""

import asyncio
import json
import re
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

import requests
import socketio
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import AudioStreamTrack, MediaStreamTrack, VideoStreamTrack

from tests.waiting import until

PATIENCE = 20.0


class Surfer:
    """Somebody with cookies and a page open; knows the page's token for forms, calls and sockets."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.http = requests.Session()
        self.http.headers["Accept-Language"] = "ko"
        self.page: dict[str, Any] = {}
        self.body = ""
        self.path = ""

    def open(self, path: str) -> requests.Response:
        """Open a page and remember its data."""
        return self._remember(self.http.get(self._url(path), timeout=PATIENCE))

    def submit(self, path: str, **form: str) -> requests.Response:
        """Send a form of the open page and follow to where it leads."""
        form["csrf_token"] = self.page["csrf"]
        return self._remember(self.http.post(self._url(path), data=form, timeout=PATIENCE))

    def call(
        self, method: str, path: str, body: Any = None, kind: str = "application/json"
    ) -> requests.Response:
        """Call the JSON or SDP interface of the page's own process."""
        data = json.dumps(body or {}) if kind == "application/json" else body
        headers = {"Content-Type": kind, "X-CSRFToken": self.page["csrf"], "Accept": "application/json"}
        return self.http.request(method, self._url(path), data=data, headers=headers, timeout=PATIENCE)

    def listen(self, namespace: str) -> "Ear":
        """Connect to a namespace as the page's script would."""
        return Ear(self, namespace)

    def _url(self, path: str) -> str:
        return path if path.startswith("http") else self.address + path

    def _remember(self, answer: requests.Response) -> requests.Response:
        found = re.search(r'id="page-data">(.*?)</script>', answer.text, re.DOTALL)
        if found:
            self.page = json.loads(found[1])
        self.body = answer.text
        self.path = answer.url.removeprefix(self.address)
        return answer


class Ear:
    """A Socket.IO connection of one namespace; keeps the newest of each event."""

    def __init__(self, surfer: Surfer, namespace: str) -> None:
        self.namespace = namespace
        self.heard: dict[str, Any] = {}
        self.client = socketio.Client(reconnection_delay=0.2, reconnection_delay_max=1)
        self.client.on("*", self._hear, namespace=namespace)
        self.client.on("disconnect", self._let_go, namespace=namespace)
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in surfer.http.cookies)
        self.client.connect(
            surfer.address,
            headers={"Cookie": cookies},
            auth={"csrf": surfer.page["csrf"]},
            namespaces=[namespace],
            transports=["websocket"],
            wait_timeout=PATIENCE,
        )

    def _hear(self, event: str, *detail: Any) -> None:
        self.heard[event] = detail[0] if detail else None

    def _let_go(self, reason: str) -> None:
        """A socket that a killed server reset is closed by nobody else, and is complained of when it is collected."""
        dead = self.client.eio.ws
        if reason == self.client.reason.TRANSPORT_ERROR and dead is not None:
            dead.shutdown()

    def hears(self, event: str, fits: Callable[[Any], Any] = bool) -> Any:
        """Wait for an event whose detail fits, and return the detail."""
        until(
            lambda: event in self.heard and fits(self.heard[event]),
            f"{event} on {self.namespace}; heard {self.heard}",
            PATIENCE,
        )
        return self.heard[event]

    def says(self, event: str, **detail: Any) -> dict[str, Any]:
        """Send an event and return its answer."""
        answer: dict[str, Any] = self.client.call(event, detail, namespace=self.namespace, timeout=PATIENCE)
        return answer

    def close(self) -> None:
        """Hang up the socket."""
        self.client.disconnect()


class Talker:
    """A peer that sends synthetic picture and sound through the media node and counts what it receives."""

    def __init__(self, surfer: Surfer, consult: str) -> None:
        self._surfer = surfer
        self._consult = consult
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._peer: RTCPeerConnection | None = None
        self.frames = {"audio": 0, "video": 0}

    def __enter__(self) -> Self:
        self._thread.start()
        self.join()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._await(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def join(self) -> None:
        """Offer, and take the answer; a second time it replaces the first connection, as after a reload."""
        self._await(self._close())
        self._await(self._join())

    def waits_for_media(self) -> None:
        """Return once clearly more picture and sound has arrived than by now."""
        before = dict(self.frames)
        until(
            lambda: (
                self.frames["video"] > before["video"] + 5 and self.frames["audio"] > before["audio"] + 20
            ),
            f"more media than {before}; now {self.frames}",
            40,
        )

    def _await(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)

    async def _join(self) -> None:
        peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        peer.on("track", lambda track: asyncio.ensure_future(self._count(track)))
        peer.addTrack(AudioStreamTrack())
        peer.addTrack(VideoStreamTrack())
        await peer.setLocalDescription(await peer.createOffer())
        path = f"/api/consults/{self._consult}/media"
        answer = await asyncio.to_thread(
            self._surfer.call, "POST", path, peer.localDescription.sdp, "application/sdp"
        )
        assert answer.status_code == 201, answer.text
        await peer.setRemoteDescription(RTCSessionDescription(answer.text, "answer"))
        self._peer = peer

    async def _count(self, track: MediaStreamTrack) -> None:
        try:
            while True:
                await track.recv()
                self.frames[track.kind] += 1
        except Exception:  # aiortc ends a track with MediaStreamError when its connection closes
            return

    async def _close(self) -> None:
        if self._peer is not None:
            await self._peer.close()
            self._peer = None
