"""tickets.issued: durable tickets a second through the domain functions, against bare inserts into the same database."""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import text

from bench.line import Line
from branch.content.catalogue import load
from branch.database import Database
from branch.demo import seed
from branch.schema import migrate
from branch.tickets.services import issue_ticket
from branch.visits.services import open_visit

SECONDS = 4.0
ROUNDS = 3


def issued() -> Line:
    """Visit and ticket, with outbox, in one durable commit each (SQLite WAL, synchronous FULL)."""
    with tempfile.TemporaryDirectory() as folder:
        database = hub(Path(folder))
        ours, bare = _rates(lambda: issue(database), lambda: insert(database))
        database.close()
    return Line(
        "tickets.issued", ours, "tickets/s", "bare durable inserts into the same database", bare / ours
    )


def hub(folder: Path) -> Database:
    """A hub's database with the demonstration branch and a bare table beside."""
    url = f"sqlite:///{folder / 'hub.db'}"
    migrate(url)
    database = Database(url, outbox=True)
    with database.transaction() as session:
        seed(session, load())
        session.execute(text("CREATE TABLE bare (id INTEGER PRIMARY KEY, word TEXT)"))
    return database


def issue(database: Database) -> None:
    """A visitor comes and takes a number."""
    with database.transaction() as session:
        visit = open_visit(session, "seongsu", "kiosk", "ko")
        issue_ticket(session, visit.id, "deposits")


def insert(database: Database) -> None:
    """The least that a durable commit can do."""
    with database.transaction() as session:
        session.execute(text("INSERT INTO bare (word) VALUES ('A-001')"))


def _rates(first: Callable[[], None], second: Callable[[], None]) -> tuple[float, float]:
    """Both in turns, so that a machine that slows down slows both; the median round of each."""
    rates = [(_rate(first), _rate(second)) for _ in range(ROUNDS)]
    return tuple(sorted(column)[ROUNDS // 2] for column in zip(*rates, strict=True))


def _rate(act: Callable[[], None]) -> float:
    act()
    count, start = 0, time.perf_counter()
    while (spent := time.perf_counter() - start) < SECONDS / ROUNDS:
        act()
        count += 1
    return count / spent


LINES = {"tickets.issued": issued}
