"""The vision socket of a real agent: faces, no faces, bad frames, and eyes that stop and come back."""

from __future__ import annotations

import asyncio
import itertools
import os
import re
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import cv2
import numpy
import pytest

from hardware.vision.face import LANDMARKS
from tests.hardware.conftest import StartAgent, as_jpeg
from tests.hardware.helpers import ORIGIN, ROOT, AgentProcess
from tests.waiting import until

Json = dict[str, Any]
NAMES = [name for name, _ in LANDMARKS]


class Page:
    """A kiosk page's end of the socket: a frame out, an answer in."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket

    async def show(self, frame: bytes) -> Json:
        await self.socket.send_bytes(frame)
        return await self.hear()

    async def hear(self) -> Json:
        answer: Json = await asyncio.wait_for(self.socket.receive_json(), 20)
        return answer


@asynccontextmanager
async def page_at(agent: AgentProcess, origin: str | None = ORIGIN) -> AsyncIterator[Page]:
    headers = {"Origin": origin} if origin else {}
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(f"{agent.url}/vision", headers=headers) as socket,
    ):
        yield Page(socket)


def visit(agent: AgentProcess, scene: Callable[[Page], Awaitable[None]]) -> None:
    """Open a page on an agent whose eyes are open and play a scene on it."""
    agent.wait_for_vision()

    async def play() -> None:
        async with page_at(agent) as page:
            await scene(page)

    asyncio.run(play())


def test_a_face_is_told_by_points_that_lie_as_a_face_does(agent: AgentProcess, face_frame: bytes) -> None:
    async def scene(page: Page) -> None:
        face = await page.show(face_frame)
        assert face["type"] == "face"
        assert len(face["landmarks"]) == len(NAMES)
        assert all(0 <= axis <= 1 for point in face["landmarks"] for axis in point)
        points = dict(zip(NAMES, face["landmarks"], strict=True))
        down = [points[name][1] for name in ("forehead", "noseBridge", "noseTip", "lipUpper", "chin")]
        assert down == sorted(down)
        across = [points[name][0] for name in ("rightTemple", "rightEyeOuter", "noseTip", "leftEyeOuter")]
        assert across == sorted(across), "the frame is not mirrored: the person's right comes first"
        box = face["box"]
        assert 0.3 < box["x"] < points["noseTip"][0] < box["x"] + box["width"] < 0.6
        assert abs(face["pose"]["roll"]) < 15
        assert abs(face["pose"]["yaw"]) < 20
        assert face["smile"] > 0.5, "she smiles"
        assert isinstance(face["at"], int)

    visit(agent, scene)


def test_a_turned_head_turns_the_roll(agent: AgentProcess, face_picture: numpy.ndarray) -> None:
    turn = cv2.getRotationMatrix2D((140, 80), -20, 1)  # OpenCV counts against the clock
    leaning = as_jpeg(cv2.warpAffine(face_picture, turn, (320, 240)))

    async def scene(page: Page) -> None:
        face = await page.show(leaning)
        assert 15 < face["pose"]["roll"] < 32

    visit(agent, scene)


def test_an_empty_room_is_no_face(agent: AgentProcess, face_frame: bytes, blank_frame: bytes) -> None:
    async def scene(page: Page) -> None:
        assert await page.show(blank_frame) == {"type": "no-face"}
        assert (await page.show(face_frame))["type"] == "face"
        answers = [(await page.show(blank_frame))["type"] for _ in range(3)]
        assert answers[-1] == "no-face", "the person has left"

    visit(agent, scene)


def test_what_is_no_picture_is_named_and_the_socket_goes_on(agent: AgentProcess, face_frame: bytes) -> None:
    unfolding = as_jpeg(numpy.full((3000, 3000, 3), 128, dtype=numpy.uint8))
    assert len(unfolding) < 256 * 1024
    png = cv2.imencode(".png", numpy.zeros((8, 8, 3), numpy.uint8))[1].tobytes()

    async def scene(page: Page) -> None:
        for frame in (b"", b"not a picture", face_frame[:40], png, unfolding):
            answer = await page.show(frame)
            assert (answer["type"], answer["code"]) == ("error", "vision.bad_frame")
        assert (await page.show(face_frame))["type"] == "face"

    visit(agent, scene)


def test_a_frame_of_ten_megabytes_is_refused_by_name(agent: AgentProcess, face_frame: bytes) -> None:
    async def scene(page: Page) -> None:
        for size in (256 * 1024 + 1, 10_000_000):
            answer = await page.show(face_frame.ljust(size, b"\0"))
            assert (answer["type"], answer["code"]) == ("error", "vision.frame_too_large")
        await page.socket.send_str("{}")
        assert (await page.hear())["code"] == "vision.bad_message"
        assert (await page.show(face_frame))["type"] == "face"

    visit(agent, scene)


def test_a_message_beyond_all_measure_closes_that_socket_only(agent: AgentProcess, face_frame: bytes) -> None:
    async def flood(page: Page) -> None:
        try:
            await page.socket.send_bytes(bytes(17 * 1024 * 1024))
        except ConnectionError:
            return
        assert (await page.socket.receive()).type in {aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED}

    async def next_page(page: Page) -> None:
        assert (await page.show(face_frame))["type"] == "face"

    visit(agent, flood)
    visit(agent, next_page)


@pytest.mark.parametrize("origin", ["http://evil.test", "null", None])
def test_only_kiosk_pages_may_look(agent: AgentProcess, origin: str | None) -> None:
    async def knock() -> None:
        async with page_at(agent, origin):
            pass

    with pytest.raises(aiohttp.WSServerHandshakeError) as refusal:
        asyncio.run(knock())
    assert refusal.value.status == 403


def test_only_a_few_pages_may_look_at_once(agent: AgentProcess) -> None:
    async def crowd() -> None:
        async with page_at(agent), page_at(agent), page_at(agent), page_at(agent):
            with pytest.raises(aiohttp.WSServerHandshakeError) as refusal:
                async with page_at(agent):
                    pass
            assert refusal.value.status == 503
        async with page_at(agent):
            pass

    asyncio.run(crowd())


def test_late_frames_are_dropped_for_the_newest(
    agent: AgentProcess, face_frame: bytes, blank_frame: bytes
) -> None:
    async def scene(page: Page) -> None:
        (child,) = agent.children()
        os.kill(child, signal.SIGSTOP)
        for frame in [*itertools.repeat(face_frame, 8), blank_frame]:
            await page.socket.send_bytes(frame)
        await page.socket.send_str("have all frames arrived?")
        assert (await page.hear())["code"] == "vision.bad_message"
        os.kill(child, signal.SIGCONT)
        assert (await page.hear())["type"] == "face", "the first was being read already"
        await page.socket.send_str("is there more?")
        rest = [await page.hear(), await page.hear()]
        assert {answer.get("code", answer["type"]) for answer in rest} == {"vision.bad_message", "no-face"}

    visit(agent, scene)


def test_killed_eyes_come_back(agent: AgentProcess, face_frame: bytes) -> None:
    async def scene(page: Page) -> None:
        assert (await page.show(face_frame))["type"] == "face"
        (child,) = agent.children()
        os.kill(child, signal.SIGKILL)
        until(lambda: agent.vision_state() != "ready", "the agent does not notice that its child is gone")
        answer = await page.show(face_frame)
        assert (answer["type"], answer["code"]) == ("unavailable", "vision.failed")
        agent.wait_for_vision()
        assert (await page.show(face_frame))["type"] == "face"

    visit(agent, scene)


def test_eyes_see_no_network(agent: AgentProcess) -> None:
    agent.wait_for_vision()
    (child,) = agent.children()
    assert Path(f"/proc/{child}/ns/net").readlink() != Path("/proc/self/ns/net").readlink()
    interfaces = Path(f"/proc/{child}/net/dev").read_text().splitlines()[2:]
    assert [line.split(":")[0].strip() for line in interfaces] == ["lo"]
    assert b"https_proxy=http://127.0.0.1:9" in Path(f"/proc/{child}/environ").read_bytes()


def test_eyes_that_hang_are_replaced(start_agent: StartAgent, face_frame: bytes) -> None:
    agent = start_agent(vision_timeout=0.5)

    async def scene(page: Page) -> None:
        (hung,) = agent.children()
        os.kill(hung, signal.SIGSTOP)
        answer = await page.show(face_frame)
        assert (answer["type"], answer["code"]) == ("unavailable", "vision.failed")
        until(lambda: agent.children() not in ([hung], []), "the hung child was not replaced")
        agent.wait_for_vision()
        assert (await page.show(face_frame))["type"] == "face"

    visit(agent, scene)


def test_a_page_that_leaves_takes_its_answer_along(
    agent: AgentProcess, face_frame: bytes, blank_frame: bytes
) -> None:
    agent.wait_for_vision()
    (child,) = agent.children()

    async def leave_in_the_middle() -> None:
        async with page_at(agent) as page:
            os.kill(child, signal.SIGSTOP)
            await page.socket.send_bytes(face_frame)
            await page.socket.send_str("arrived?")
            await page.hear()
        async with page_at(agent) as next_page:
            await next_page.socket.send_bytes(blank_frame)
            os.kill(child, signal.SIGCONT)
            assert (await next_page.hear())["type"] == "no-face"

    asyncio.run(leave_in_the_middle())


def test_without_a_model_the_page_is_told_at_once_and_later_all_is_well(
    start_agent: StartAgent, tmp_path: Path, models_dir: Path, face_frame: bytes
) -> None:
    empty = tmp_path / "models"
    agent = start_agent(models_dir=empty)
    assert "mirror off: run make models" in agent.output.read_text()
    assert agent.vision_state() == "no-model"

    async def scene() -> None:
        async with page_at(agent) as page:
            assert (await page.hear())["code"] == "vision.no_model"
            empty.symlink_to(models_dir)
            assert (await page.show(face_frame))["code"] == "vision.no_model"
            agent.wait_for_vision()
            assert (await page.show(face_frame))["type"] == "face"

    asyncio.run(scene())


def test_page_and_agent_name_the_points_alike() -> None:
    source = (ROOT / "web/client/src/mirror/landmarks.ts").read_text()
    listed = re.search(r"LANDMARKS = \[(.*?)\] as const", source, re.DOTALL)
    assert listed is not None
    assert re.findall(r'"(\w+)"', listed.group(1)) == NAMES


def test_stopping_is_clean_while_a_page_looks(agent: AgentProcess, face_frame: bytes) -> None:
    async def scene(page: Page) -> None:
        await page.show(face_frame)
        (child,) = agent.children()
        assert await asyncio.to_thread(agent.stop) == 0
        assert (await page.socket.receive()).type is aiohttp.WSMsgType.CLOSE
        assert not Path(f"/proc/{child}").exists(), "the child outlived the agent"

    visit(agent, scene)
