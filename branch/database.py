"""One database: how transactions begin, commit, and tell what they committed."""

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker

from branch.afterwards import afterwards, follow_savepoints
from branch.bus import Bus
from branch.link.models import number_events
from branch.memory import Memory

BUSY_TIMEOUT_MS = 10_000


class DatabaseUnreachable(Exception):
    """The database cannot be opened; the text says which and what to look at."""


class Database:
    """Sessions on one database, SQLite or PostgreSQL, behind the same two calls.

    `outbox` is true on a branch hub: every recorded event is then also queued for the centre.
    """

    def __init__(self, url: str, bus: Bus | None = None, *, outbox: bool = False) -> None:
        self.bus = bus or Bus()
        self.engine = _engine(url)
        self._is_sqlite = self.engine.dialect.name == "sqlite"
        memory = Memory()
        self._writing = _engine(url, "BEGIN IMMEDIATE") if self._is_sqlite else self.engine
        self._write = sessionmaker(
            self._writing, expire_on_commit=False, info={"outbox": outbox, "memory": memory}
        )
        follow_savepoints(self._write)
        self._read = sessionmaker(self.engine, expire_on_commit=False, info={"memory": memory})
        # SQLite has one writer at a time and waits for it inside C, where no other greenlet can run.
        self._turn: AbstractContextManager[Any] = threading.Lock() if self._is_sqlite else nullcontext()

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session that commits at the end, or rolls back and re-raises; facts are told after the commit."""
        with self._turn, self._write() as session, session.begin():
            yield session
            said = afterwards(session)
            number_events(session, said.upward)
        for fact in said.facts:
            self.bus.publish(fact)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session for looking only: nothing it changes is kept."""
        with self._read() as session:
            yield session

    def check(self) -> None:
        """Raise DatabaseUnreachable, in one line, when the database cannot be opened."""
        try:
            with self.engine.connect() as connection:
                connection.execute(text("SELECT 1"))
        except OperationalError as error:
            reason = str(error.orig).strip().splitlines()[0]
            shown = self.engine.url.render_as_string(hide_password=True)
            raise DatabaseUnreachable(f"cannot open the database {shown}: {reason}") from None

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()
        self._writing.dispose()


def _engine(url: str, begin: str = "BEGIN") -> Engine:
    """`begin` is how SQLite opens a transaction: a writer takes the lock at once, since a reader that turns writer would
    fail instead of waiting.
    """
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True, pool_size=10, max_overflow=20)
    engine = create_engine(url, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000})
    event.listen(engine, "connect", _prepare_sqlite)
    # The dialect itself begins: with a listener for it, connections would look for listeners at every statement.
    engine.dialect.do_begin = lambda connection: connection.execute(begin)  # type: ignore[method-assign,assignment]
    return engine


def _prepare_sqlite(connection: DBAPIConnection, _record: object) -> None:
    """Durable write-ahead logging (https://sqlite.org/wal.html); transactions are begun by us."""
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_TIMEOUT_MS}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
