"""Fixtures: the installed model, a face, and agents that are stopped when the test ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy
import pytest
from skimage import data

from hardware.models import FACE_LANDMARKER, install
from tests.hardware.helpers import KEY, ORIGIN, ROOT, AgentProcess

StartAgent = Callable[..., AgentProcess]


@pytest.fixture(scope="session")
def models_dir() -> Path:
    """The project's own models folder, filled by the install step when it is empty."""
    folder = ROOT / ".maru" / "models"
    install(FACE_LANDMARKER, folder)
    return folder


@pytest.fixture
def start_agent(tmp_path: Path, models_dir: Path) -> Iterator[StartAgent]:
    """Start agents with settings of one's own; the rest is what a test wants."""
    agents: list[AgentProcess] = []

    def start(**settings: object) -> AgentProcess:
        usual = {
            "key": KEY,
            "allowed_origins": ORIGIN,
            "models_dir": models_dir,
            "spool_dir": tmp_path / "spool",
        }
        agent = AgentProcess(usual | settings, tmp_path / f"agent-{len(agents)}.log")
        agents.append(agent)
        agent.start()
        return agent

    yield start
    for agent in agents:
        if agent.process is not None and agent.process.poll() is None:
            agent.stop()


@pytest.fixture
def agent(start_agent: StartAgent) -> AgentProcess:
    return start_agent()


@pytest.fixture(scope="session")
def face_picture() -> numpy.ndarray:
    """A real face (NASA's portrait of Eileen Collins, in scikit-image), 320x240, BGR."""
    portrait = data.astronaut()[:384]  # type: ignore[no-untyped-call]
    small = cv2.resize(portrait, (320, 240), interpolation=cv2.INTER_AREA)
    return numpy.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2BGR))


@pytest.fixture(scope="session")
def face_frame(face_picture: numpy.ndarray) -> bytes:
    return as_jpeg(face_picture)


@pytest.fixture(scope="session")
def blank_frame() -> bytes:
    return as_jpeg(numpy.full((240, 320, 3), 128, dtype=numpy.uint8))


def as_jpeg(picture: numpy.ndarray) -> bytes:
    written, jpeg = cv2.imencode(".jpg", picture)
    assert written
    return jpeg.tobytes()
