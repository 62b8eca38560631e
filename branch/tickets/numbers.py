"""Numbers and their order: the next serial of a letter, and a moment of issue that never goes back."""

from datetime import date, datetime, timedelta

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from branch.rows import table_of
from branch.statements import Statement
from branch.tickets.models import TicketCounter

TICK = timedelta(microseconds=1)
_COUNTERS = table_of(TicketCounter)


def _advance(insert: postgresql.Insert | sqlite.Insert) -> Statement:
    counted = insert.on_conflict_do_update(
        index_elements=["branch_id", "day", "letter"], set_={"last_serial": _COUNTERS.c.last_serial + 1}
    )
    return Statement(counted.returning(_COUNTERS.c.last_serial), _COUNTERS.c.keys())


ADVANCE = {"postgresql": _advance(postgresql.insert(_COUNTERS)), "sqlite": _advance(sqlite.insert(_COUNTERS))}


def next_serial(session: Session, branch_id: str, day: date, letter: str) -> int:
    """Insert the day's counter or advance it, in one statement, so that two kiosks never get one number."""
    advance = ADVANCE[session.connection().dialect.name]
    taken = advance.first(session, {"branch_id": branch_id, "day": day, "letter": letter, "last_serial": 1})
    assert taken is not None
    return int(taken[0])


def place_in_time(now: datetime, newest: datetime | None) -> datetime:
    """Now, or just after the newest number that waits where the clock was set back: who comes later stands behind."""
    return now if newest is None else max(now, newest + TICK)
