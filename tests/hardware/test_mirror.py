"""The mirror in a real Chromium with a fake camera that shows a real face, against a real agent."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Page, Playwright

from tests.browser.people import PATIENCE_MS
from tests.hardware.conftest import StartAgent
from tests.hardware.film import FACE_WIDTH, FOREHEAD, film_a_person
from tests.hardware.helpers import ROOT, AgentProcess
from tests.waiting import until
from tools.ports import free_port

pytestmark = pytest.mark.browser

CHROMIUM: Final = "/usr/bin/chromium"
ESBUILD: Final = ROOT / "web/client/node_modules/.bin/esbuild"
MIRROR: Final = {"width": 540, "height": 960}

PAGE: Final = """<!doctype html><html lang="ko"><meta charset="utf-8"><title>거울</title>
<link rel="stylesheet" href="page.css"><script type="module" src="page.js"></script>
<div class="mirror"><video></video><img class="mirror-crown" src="crown.svg" alt=""></div></html>"""
STYLE: Final = """body { margin: 0 }
.mirror { position: relative; overflow: hidden; width: 540px; height: 960px; background: #14181A }
.mirror video { width: 100%; height: 100% }"""
CROWN: Final = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 110">
<path d="M10 105 L4 30 L52 66 L100 8 L148 66 L196 30 L190 105 Z" fill="#C8501F" stroke="#1F1B16" stroke-width="5"/>
</svg>"""
SCRIPT: Final = """import { Mirror } from "MIRROR";
const states = [];
window.open_mirror = (agentUrl) => {
  const video = document.querySelector("video");
  const overlay = document.querySelector(".mirror-crown");
  window.states = states;
  window.mirror = new Mirror({ video, overlay, agentUrl, onState: (state, reason) => states.push([state, reason]) });
  return window.mirror.start();
};"""

# The page tries four times within eight seconds; on a busy machine an agent takes longer to start.
HOLD: Final = """() => {
  const later = window.setTimeout;
  const held = new Promise((release) => (window.release = release));
  window.setTimeout = (act, wait, ...rest) =>
    later(() => (wait < 500 ? act(...rest) : held.then(() => act(...rest))), wait);
}"""


class StrictPages(SimpleHTTPRequestHandler):
    """Serves a folder under the policy of the real kiosk pages."""

    agent_port = 0

    def end_headers(self) -> None:
        policy = (
            "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; base-uri 'none'; "
            f"connect-src 'self' ws://127.0.0.1:{self.agent_port}"
        )
        self.send_header("Content-Security-Policy", policy)
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page with a mirror in it, built as the real ones are."""
    assert ESBUILD.exists(), "the browser code's packages are not installed: run make client"
    folder = tmp_path_factory.mktemp("site")
    source = folder / "source.ts"
    source.write_text(SCRIPT.replace("MIRROR", str(ROOT / "web/client/src/mirror/mirror")))
    subprocess.run(
        [ESBUILD, source, "--bundle", "--format=esm", f"--outfile={folder / 'page.js'}"], check=True
    )
    for name, text in (("index.html", PAGE), ("page.css", STYLE), ("crown.svg", CROWN)):
        (folder / name).write_text(text)
    return folder


@pytest.fixture(scope="session")
def camera(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A motion JPEG of a person who stands still, a little to the right of the picture's middle."""
    return film_a_person(tmp_path_factory.mktemp("camera") / "person.mjpeg")


@pytest.fixture
def origin(site: Path) -> Iterator[str]:
    """The address of the page."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(StrictPages, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def kiosk(start_agent: StartAgent, origin: str) -> tuple[AgentProcess, str]:
    """An agent, and the address of a page that it lets in."""
    agent = start_agent(allowed_origins=origin)
    agent.wait_for_vision()
    return agent, origin


@contextmanager
def chromium_page(
    playwright: Playwright, address: str, camera: Path | None, agent_port: int
) -> Iterator[Page]:
    StrictPages.agent_port = agent_port
    flags = ["--no-sandbox", "--disable-background-networking", "--use-fake-ui-for-media-stream"]
    if camera is not None:
        flags += ["--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={camera}"]
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
    try:
        page = browser.new_page(viewport=MIRROR)  # type: ignore[arg-type]
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        page.goto(address)
        yield page
    finally:
        browser.close()
    assert not [text for text in complaints if "Content Security Policy" in text]


def look(page: Page, agent_port: int) -> None:
    page.evaluate("url => window.open_mirror(url)", f"ws://127.0.0.1:{agent_port}/vision")


def wait_for_state(page: Page, state: str) -> None:
    page.wait_for_function("state => window.states.at(-1)[0] === state", arg=state, timeout=PATIENCE_MS)


def last_reason(page: Page) -> str | None:
    reason: str | None = page.evaluate("window.states.at(-1)[1] ?? null")
    return reason


def crown_box(page: Page) -> dict[str, float]:
    box: dict[str, float] = page.evaluate(
        "(({ x, y, width, height }) => ({ x, y, width, height }))"
        "(document.querySelector('.mirror-crown').getBoundingClientRect())"
    )
    return box


def test_the_crown_sits_on_the_mirrored_head(
    playwright: Playwright, kiosk: tuple[AgentProcess, str], camera: Path, tmp_path: Path
) -> None:
    agent, origin = kiosk
    scale = MIRROR["height"] / 480  # cover-fit of 640x480 shows the full height
    left_edge = (640 - MIRROR["width"] / scale) / 2
    expected_x = MIRROR["width"] - (FOREHEAD[0] - left_edge) * scale
    with chromium_page(playwright, origin, camera, agent.port) as page:
        look(page, agent.port)
        wait_for_state(page, "live")
        page.screenshot(path=tmp_path / "mirror.png")
        crown = crown_box(page)
        assert page.locator(".mirror-crown").is_visible()
        assert abs(crown["x"] + crown["width"] / 2 - expected_x) < 25, f"{crown} around {expected_x}"
        assert abs(crown["y"] + crown["height"] - FOREHEAD[1] * scale) < 40, f"{crown}"
        assert 1.1 < crown["width"] / (FACE_WIDTH * scale) < 1.7


def test_stopping_gives_camera_and_socket_back(
    playwright: Playwright, kiosk: tuple[AgentProcess, str], camera: Path
) -> None:
    agent, origin = kiosk
    with chromium_page(playwright, origin, camera, agent.port) as page:
        look(page, agent.port)
        wait_for_state(page, "live")
        page.evaluate("window.track = document.querySelector('video').srcObject.getTracks()[0]")
        page.evaluate("window.mirror.stop()")
        assert page.evaluate("window.states.at(-1)[0]") == "off"
        assert page.evaluate("window.track.readyState") == "ended"
        assert page.locator(".mirror-crown").is_hidden()
        until(lambda: "vision.page_left" in agent.output.read_text(), "the socket was not closed")
        look(page, agent.port)
        wait_for_state(page, "live")


def test_leaving_the_page_gives_the_socket_back(
    playwright: Playwright, kiosk: tuple[AgentProcess, str], camera: Path
) -> None:
    agent, origin = kiosk
    with chromium_page(playwright, origin, camera, agent.port) as page:
        look(page, agent.port)
        wait_for_state(page, "live")
        page.goto("about:blank")
        until(lambda: "vision.page_left" in agent.output.read_text(), "the socket outlived the page")


def test_without_an_agent_the_camera_is_never_lit(playwright: Playwright, origin: str, camera: Path) -> None:
    nobody = free_port()
    with chromium_page(playwright, origin, camera, nobody) as page:
        look(page, nobody)
        wait_for_state(page, "unavailable")
        assert last_reason(page) == "agent.gone"
        assert page.evaluate("document.querySelector('video').srcObject") is None


def test_an_agent_that_comes_back_is_found_again_and_one_that_stays_away_ends_the_mirror(
    playwright: Playwright, kiosk: tuple[AgentProcess, str], camera: Path
) -> None:
    agent, origin = kiosk
    with chromium_page(playwright, origin, camera, agent.port) as page:
        look(page, agent.port)
        wait_for_state(page, "live")
        page.evaluate(HOLD)
        agent.stop()
        wait_for_state(page, "no-face")
        assert page.locator(".mirror-crown").is_hidden()
        agent.start()
        page.evaluate("window.release()")
        wait_for_state(page, "live")
        page.evaluate("window.track = document.querySelector('video').srcObject.getTracks()[0]")
        agent.stop()
        wait_for_state(page, "unavailable")
        assert page.evaluate("window.track.readyState") == "ended"


def test_without_a_camera_there_is_no_mirror(playwright: Playwright, kiosk: tuple[AgentProcess, str]) -> None:
    agent, origin = kiosk
    with chromium_page(playwright, origin, None, agent.port) as page:
        look(page, agent.port)
        wait_for_state(page, "unavailable")
        assert last_reason(page) == "camera.missing"
        until(lambda: "vision.page_left" in agent.output.read_text(), "the socket was kept for nothing")


def test_without_a_model_there_is_no_mirror(
    playwright: Playwright,
    start_agent: StartAgent,
    origin: str,
    camera: Path,
    tmp_path: Path,
) -> None:
    blind = start_agent(allowed_origins=origin, models_dir=tmp_path / "none")
    with chromium_page(playwright, origin, camera, blind.port) as page:
        look(page, blind.port)
        wait_for_state(page, "unavailable")
        assert last_reason(page) == "vision.no_model"
