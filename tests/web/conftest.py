"""A centre for each test, on a copy of one seeded database."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.house import House, make_database, make_house


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
