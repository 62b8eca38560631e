"""Writing one row at once with one plain statement: the unit of work's bookkeeping costs five times the statement itself."""

from functools import cache
from typing import Any

from sqlalchemy import Insert, Table, insert, inspect
from sqlalchemy.orm import Mapper, Session, make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value

from branch.models import Base


def put(session: Session, kind: type[Base], /, **values: object) -> None:
    """Insert a row without making an object of it. What the session still held is written before.

    Raises IntegrityError where the schema refuses the row.
    """
    session.flush()
    statement, defaults = _plan(kind)
    session.connection().execute(statement, {**defaults, **values})


def keep(session: Session, row: Base) -> None:
    """Insert a new object and go on with it as one of the session, as if it had been flushed."""
    _, defaults = _plan(type(row))
    for key in defaults.keys() - row.__dict__.keys():
        set_committed_value(row, key, defaults[key])
    put(session, type(row), **{key: row.__dict__[key] for key in defaults})
    make_transient_to_detached(row)
    session.add(row)


def table_of(kind: type[Base]) -> Table:
    """The table behind a class, for statements that are made once and need no objects."""
    return Base.metadata.tables[kind.__tablename__]


@cache
def _plan(kind: type[Base]) -> tuple[Insert, dict[str, Any]]:
    """The statement of a table, made once, and what its columns hold unless told otherwise."""
    mapper: Mapper[Any] = inspect(kind)
    defaults: dict[str, Any] = {}
    for attribute in mapper.column_attrs:
        default = attribute.columns[0].default
        defaults[attribute.key] = default.arg if default is not None and default.is_scalar else None
    return insert(table_of(kind)), defaults
