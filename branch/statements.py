"""Statements of the hot path, compiled once and handed to the driver.

What SQLAlchemy does anew for each execution, from a statement's cache key to the rows of its result, takes several times as
long as SQLite's answer, and a number is given with a dozen statements. Types, spelling and errors stay SQLAlchemy's own.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Dialect
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import ClauseElement

Process = Callable[[Any], Any]
Values = Mapping[str, Any]
Row = tuple[Any, ...]


@dataclass(frozen=True)
class Compiled:
    """A statement in the words of one database: how each parameter is written, in their order, and each column read."""

    text: str
    positional: bool
    constants: Values
    writers: Sequence[tuple[str, Process | None]]
    readers: Sequence[tuple[int, Process]]

    def bound(self, values: Values) -> Any:
        """The parameters as the driver takes them."""
        given = {**self.constants, **values}
        if self.positional:
            return [write(given[name]) if write else given[name] for name, write in self.writers]
        return {name: write(given[name]) if write else given[name] for name, write in self.writers}

    def read(self, row: Sequence[Any]) -> Row:
        """A row of the answer as the statement's columns have it."""
        cells = list(row)
        for place, process in self.readers:
            cells[place] = process(cells[place])
        return tuple(cells)


class Statement:
    """One statement, made at import. `columns` are those an insert gives; parameters are given by name, each time all."""

    def __init__(self, built: ClauseElement, columns: Iterable[str] | None = None) -> None:
        self._built = built
        self._columns = None if columns is None else list(columns)
        self._compiled: dict[str, Compiled] = {}

    def run(self, session: Session, values: Values) -> None:
        """Execute it. What the session still held is written before. Raises IntegrityError and its like."""
        connection, compiled = self._ready(session)
        with closing(_execute(connection, compiled.text, compiled.bound(values))):
            pass

    def run_all(self, session: Session, rows: Sequence[Values]) -> None:
        """Execute it once for each of the rows, with one call of the driver."""
        connection, compiled = self._ready(session)
        with closing(
            _execute(connection, compiled.text, [compiled.bound(values) for values in rows], many=True)
        ):
            pass

    def rows(self, session: Session, values: Values) -> list[Row]:
        """Every row of the answer."""
        connection, compiled = self._ready(session)
        with closing(_execute(connection, compiled.text, compiled.bound(values))) as cursor:
            return [compiled.read(row) for row in cursor.fetchall()]

    def first(self, session: Session, values: Values) -> Row | None:
        """The first row of the answer, or None."""
        connection, compiled = self._ready(session)
        with closing(_execute(connection, compiled.text, compiled.bound(values))) as cursor:
            row = cursor.fetchone()
            return None if row is None else compiled.read(row)

    def _ready(self, session: Session) -> tuple[Connection, Compiled]:
        session.flush()
        connection = session.connection()
        dialect = connection.dialect
        compiled = self._compiled.get(dialect.name)
        if compiled is None:
            compiled = self._compiled[dialect.name] = _compile(self._built, dialect, self._columns)
        return connection, compiled


def _compile(built: ClauseElement, dialect: Dialect, columns: list[str] | None) -> Compiled:
    made = built.compile(dialect=dialect, column_keys=columns)
    assert isinstance(made, SQLCompiler)
    types = {name: parameter.type for parameter, name in made.bind_names.items()}
    writers = [
        (name, types[name].dialect_impl(dialect).bind_processor(dialect))
        for name in made.positiontup or types
    ]
    given = {name for parameter, name in made.bind_names.items() if parameter.required}
    constants = {name: value for name, value in made.params.items() if name not in given}
    answered = enumerate(getattr(built, "exported_columns", ()))
    readers = [
        (place, process)
        for place, column in answered
        if (process := column.type.dialect_impl(dialect).result_processor(dialect, None))
    ]
    return Compiled(made.string, made.positional, constants, writers, readers)


def _execute(connection: Connection, text: str, given: Any, *, many: bool = False) -> DBAPICursor:
    cursor = connection.connection.cursor()
    try:
        (cursor.executemany if many else cursor.execute)(text, given)
    except connection.dialect.loaded_dbapi.Error as error:
        cursor.close()
        vendor = connection.dialect.loaded_dbapi.Error
        raise DBAPIError.instance(text, None, error, vendor, dialect=connection.dialect) from error
    return cursor
