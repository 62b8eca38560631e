"""A hub database and a centre database, each migrated and seeded as in a branch."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from branch.content.catalogue import Catalogue, load
from branch.database import Database
from branch.demo import seed
from branch.people.models import Staff
from branch.schema import migrate


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load()


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory, catalogue: Catalogue) -> Path:
    """A migrated and seeded file, which each test copies: migrating takes longer than most tests."""
    file = tmp_path_factory.mktemp("seeded") / "branch.db"
    migrate(f"sqlite:///{file}")
    database = Database(f"sqlite:///{file}")
    with database.transaction() as session:
        seed(session, catalogue)
    database.close()
    return file


def _open(seeded: Path, file: Path, *, outbox: bool) -> Database:
    shutil.copy(seeded, file)
    return Database(f"sqlite:///{file}", outbox=outbox)


@pytest.fixture
def hub(tmp_path: Path, seeded: Path) -> Iterator[Database]:
    database = _open(seeded, tmp_path / "hub.db", outbox=True)
    yield database
    database.close()


@pytest.fixture
def centre(tmp_path: Path, seeded: Path) -> Iterator[Database]:
    database = _open(seeded, tmp_path / "centre.db", outbox=False)
    yield database
    database.close()


def staff(database: Database, login: str) -> Staff:
    with database.reading() as session:
        return session.scalars(select(Staff).where(Staff.login == login)).one()
