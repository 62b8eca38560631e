"""Rows without the unit of work, whose bookkeeping costs several times the statement itself."""

from collections.abc import Sequence
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import Table, insert, inspect
from sqlalchemy.orm import Mapper, Session, make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value

from branch.models import Base
from branch.statements import Statement, Values

Kind = TypeVar("Kind", bound=Base)


def put(session: Session, kind: type[Base], /, **values: object) -> None:
    """Insert a row without making an object of it. What the session still held is written before.

    Raises IntegrityError where the schema refuses the row.
    """
    statement, defaults = _plan(kind)
    statement.run(session, {**defaults, **values})


def put_all(session: Session, kind: type[Base], rows: Sequence[Values]) -> None:
    """Insert many rows at once."""
    statement, defaults = _plan(kind)
    statement.run_all(session, [{**defaults, **values} for values in rows])


def keep(session: Session, row: Base) -> None:
    """Insert a new object and go on with it as one of the session, as if it had been flushed."""
    statement, defaults = _plan(type(row))
    for key in defaults.keys() - row.__dict__.keys():
        set_committed_value(row, key, defaults[key])
    statement.run(session, {key: row.__dict__[key] for key in defaults})
    make_transient_to_detached(row)
    session.add(row)


def hold(session: Session, kind: type[Kind], cells: Sequence[Any]) -> Kind:
    """The object of a row that was just read, in the order of `columns_of(kind)`; one that the session had is made fresh."""
    values = dict(zip(_plan(kind)[1], cells, strict=True))
    mapper: Mapper[Kind] = inspect(kind)
    identity = mapper.identity_key_from_primary_key(
        tuple(values[str(column.key)] for column in mapper.primary_key)
    )
    held = session.identity_map.get(identity)
    row: Kind = kind() if held is None else held
    for key, value in values.items():
        set_committed_value(row, key, value)
    if held is None:
        make_transient_to_detached(row)
        session.add(row)
    return row


def table_of(kind: type[Base]) -> Table:
    """The table behind a class, for statements that are made once and need no objects."""
    return Base.metadata.tables[kind.__tablename__]


def columns_of(kind: type[Base]) -> list[Any]:
    """All columns of a class, as `hold` wants them."""
    table = table_of(kind)
    return [table.c[key] for key in _plan(kind)[1]]


@cache
def _plan(kind: type[Base]) -> tuple[Statement, dict[str, Any]]:
    """The insert of a table, made once, and what its columns hold unless told otherwise."""
    mapper: Mapper[Any] = inspect(kind)
    defaults: dict[str, Any] = {}
    for attribute in mapper.column_attrs:
        default = attribute.columns[0].default
        defaults[attribute.key] = default.arg if default is not None and default.is_scalar else None
    return Statement(insert(table_of(kind)), defaults), defaults
