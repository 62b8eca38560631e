"""The bare page: two browsers, one relay of offer, answer and candidates, nothing else."""

import asyncio
import threading
from types import TracebackType
from typing import Self

from aiohttp import WSMsgType, web

PAGE = """<!doctype html><meta charset="utf-8"><title>direct</title>
<button>call</button><video data-video="remote" autoplay playsinline muted></video>
<script>
const role = location.search.slice(1);
const socket = new WebSocket(`ws://${location.host}/relay`);
const send = (message) => socket.send(JSON.stringify(message));
let peer, stream;
function connect() {
  peer = new RTCPeerConnection();
  for (const track of stream.getTracks()) peer.addTrack(track, stream);
  peer.onicecandidate = ({ candidate }) => candidate && send({ candidate });
  peer.ontrack = ({ streams }) => { document.querySelector("video").srcObject = streams[0]; };
}
socket.onmessage = async ({ data }) => {
  const { description, candidate } = JSON.parse(data);
  if (candidate) return peer.addIceCandidate(candidate);
  if (description.type === "offer") connect();
  await peer.setRemoteDescription(description);
  if (description.type !== "offer") return;
  await peer.setLocalDescription();
  send({ description: peer.localDescription });
};
document.querySelector("button").onclick = async () => {
  connect();
  await peer.setLocalDescription();
  send({ description: peer.localDescription });
};
socket.onopen = async () => {
  stream = await navigator.mediaDevices.getUserMedia(
    { audio: true, video: { width: 1280, height: 720, frameRate: 30 } });
  window.ready = true;
};
</script>"""


class DirectPage:
    """Serves the page and relays between whoever is connected; a context manager, in a thread of its own."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._sockets: set[web.WebSocketResponse] = set()
        self._started = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.address = ""

    def __enter__(self) -> Self:
        self._thread.start()
        self._started.wait(10)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._runner.cleanup(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._serve())
        self._started.set()
        self._loop.run_forever()

    async def _serve(self) -> None:
        app = web.Application()
        app.add_routes([web.get("/", self._page), web.get("/relay", self._relay)])
        self._runner = web.AppRunner(app, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.address = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def _page(self, _request: web.Request) -> web.Response:
        return web.Response(text=PAGE, content_type="text/html")

    async def _relay(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self._sockets.add(socket)
        async for message in socket:
            if message.type == WSMsgType.TEXT:
                for other in self._sockets - {socket}:
                    await other.send_str(message.data)
        self._sockets.discard(socket)
        return socket
