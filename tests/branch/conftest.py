"""A hub database and a centre database, each migrated and seeded as in a branch."""

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


def _open(folder: Path, catalogue: Catalogue, *, outbox: bool) -> Database:
    url = f"sqlite:///{folder / ('hub.db' if outbox else 'centre.db')}"
    migrate(url)
    database = Database(url, outbox=outbox)
    with database.transaction() as session:
        seed(session, catalogue)
    return database


@pytest.fixture
def hub(tmp_path: Path, catalogue: Catalogue) -> Iterator[Database]:
    database = _open(tmp_path, catalogue, outbox=True)
    yield database
    database.close()


@pytest.fixture
def centre(tmp_path: Path, catalogue: Catalogue) -> Iterator[Database]:
    database = _open(tmp_path, catalogue, outbox=False)
    yield database
    database.close()


def staff(database: Database, login: str) -> Staff:
    with database.reading() as session:
        return session.scalars(select(Staff).where(Staff.login == login)).one()
