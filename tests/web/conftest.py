"""A centre for each test, on a copy of one seeded database; media nodes for those who need them."""

import asyncio
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiortc import RTCConfiguration, RTCPeerConnection

from tests.web.house import SECRET, House, make_database, make_house
from tools.ports import free_port
from tools.processes import Plan, ProcessSet


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("seeded") / "centre.db"
    make_database(file)
    return file


@pytest.fixture
def database_file(seeded: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(seeded, tmp_path / "centre.db"))


@pytest.fixture
def house(database_file: Path) -> Iterator[House]:
    made = make_house(database_file)
    yield made
    made.process.stop()


async def _offer() -> str:
    connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    for kind in ("audio", "video"):
        connection.addTransceiver(kind, direction="sendrecv")
    await connection.setLocalDescription(await connection.createOffer())
    sdp = connection.localDescription.sdp
    await connection.close()
    return str(sdp)


@pytest.fixture(scope="module")
def offer() -> str:
    """A browser's offer: one audio, one video."""
    return asyncio.run(_offer())


@pytest.fixture
def nodes(tmp_path: Path) -> Iterator[tuple[ProcessSet, dict[str, str]]]:
    """Two media nodes, by URL the name of their process."""
    ports = {f"node-{number}": free_port() for number in (1, 2)}
    plans = [media_plan(name, port, tmp_path) for name, port in ports.items()]
    with ProcessSet(tmp_path / "logs") as processes:
        processes.start(plans)
        processes.wait_ready()
        yield processes, {f"http://127.0.0.1:{port}": name for name, port in ports.items()}


@dataclass(frozen=True)
class Standing:
    """Two media nodes that stay up through a file of tests, and the folder they share."""

    urls: tuple[str, ...]
    recordings: Path


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standing]:
    folder = tmp_path_factory.mktemp("standing")
    ports = {f"node-{number}": free_port() for number in (1, 2)}
    with ProcessSet(folder / "logs") as processes:
        processes.start([media_plan(name, port, folder) for name, port in ports.items()])
        processes.wait_ready()
        urls = tuple(f"http://127.0.0.1:{port}" for port in ports.values())
        yield Standing(urls, folder / "recordings")


def media_plan(name: str, port: int, folder: Path) -> Plan:
    values = {
        "MARU_MEDIA_NODE": name,
        "MARU_MEDIA_PORT": str(port),
        "MARU_MEDIA_SECRET": SECRET.get_secret_value(),
        "MARU_MEDIA_RECORDINGS_DIR": str(folder / "recordings"),
    }
    return Plan(name, (sys.executable, "-m", "consult"), values, f"http://127.0.0.1:{port}/healthz")
