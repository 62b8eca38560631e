"""A hub with a fresh database, a branch in it, and no agent or centre near."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from branch.content import catalogue
from branch.database import Database
from branch.demo import seed
from branch.schema import migrate
from kiosk.app import Process, create_app
from kiosk.settings import HubSettings
from tests.kiosk.people import Teller, Visitor
from tools.ports import free_port


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with the demonstration branch, made once and copied."""
    file = tmp_path_factory.mktemp("hub") / "seeded.db"
    migrate(f"sqlite:///{file}")
    database = Database(f"sqlite:///{file}")
    with database.transaction() as session:
        seed(session, catalogue.load())
    database.close()
    return file


@pytest.fixture
def settings(seeded: Path, tmp_path: Path) -> HubSettings:
    shutil.copy(seeded, tmp_path / "hub.db")
    nobody = f"http://127.0.0.1:{free_port()}"
    return HubSettings(
        environment="development",
        database_url=f"sqlite:///{tmp_path / 'hub.db'}",
        secret_key=SecretStr("a secret that is only for this test run"),
        link_key=SecretStr("a key for this test"),
        agent_key=SecretStr("an agent's key for this test"),
        centre_url=nobody,
        agent_url=nobody,
        voice_dir=tmp_path / "voice",
    )


@pytest.fixture
def make_hub() -> Iterator[Callable[[HubSettings], Process]]:
    """Makes hubs in this process, and stops them at the end."""
    made: list[Process] = []

    def make(settings: HubSettings) -> Process:
        made.append(create_app(settings, async_mode="threading"))
        return made[-1]

    yield make
    for process in made:
        process.stop()


@pytest.fixture
def process(settings: HubSettings, make_hub: Callable[[HubSettings], Process]) -> Process:
    return make_hub(settings)


@pytest.fixture
def visitor(process: Process) -> Visitor:
    return Visitor(process).arrives()


@pytest.fixture
def teller(process: Process) -> Teller:
    return Teller(process).signs_in()
