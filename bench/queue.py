"""queue.*: numbers given and called with a durable commit each, and whether what people were told of their wait held."""

import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from functools import cache
from pathlib import Path
from statistics import median

from sqlalchemy import select

from bench.line import Line, hush
from bench.month import Promise, month
from bench.tickets import hub, insert, issue
from branch.database import Database
from branch.tickets.calling import call_next
from branch.tickets.models import Ticket, TicketState
from branch.tickets.moves import close_ticket

STANDING = 40  # people in the line before each round
A_ROUND = 40
ROUNDS = 25
DESKS = ("seongsu-1", "seongsu-2")
KEPT = 0.8
AGAINST = "bare durable inserts into the same database; mrf345/FQM in process on 2 cores: {} a second"
FQM_ISSUED, FQM_PULLED = (
    133.0,
    114.0,
)  # a second, measured once: in process, 2 cores, SQLite; FQM is on no package index


def issued() -> Line:
    """Visit and ticket with their events and outbox rows in one durable commit (SQLite WAL, synchronous FULL)."""
    ours, _, bare = _rates()
    against = AGAINST.format(f"{FQM_ISSUED:.0f} issued")
    return Line("queue.issued", ours, "tickets/s", against, bare / ours, {"times_fqm": ours / FQM_ISSUED})


def called() -> Line:
    """Call next at two desks in turns: claim, event and outbox row in one durable commit."""
    _, ours, bare = _rates()
    against = AGAINST.format(f"{FQM_PULLED:.0f} pulled")
    return Line("queue.called", ours, "tickets/s", against, bare / ours, {"times_fqm": ours / FQM_PULLED})


def wait_range_held() -> Line:
    """Share of true waits within the promised range in a simulated month."""
    held = _held(_promises())
    return Line("queue.wait_range_held", held, "share", f"at least {KEPT}", KEPT / held)


def wait_range_width() -> Line:
    """The median width of the promised ranges, against a plain mean with the margin that holds the truth as often."""
    promises = _promises()
    misses = sorted(abs(promise.true - promise.naive) for promise in promises)
    naive = 2 * misses[int(_held(promises) * len(misses))]
    ours = median(promise.high - promise.low for promise in promises)
    return Line(
        "queue.wait_range_width", ours, "min", f"a naive mean, {naive:.0f} min as often right", ours / naive
    )


@cache
def _promises() -> list[Promise]:
    return month()


def _held(promises: list[Promise]) -> float:
    return sum(promise.held for promise in promises) / len(promises)


@cache
def _rates() -> tuple[float, float, float]:
    """Issued, called and bare inserts a second: the median round of each, in turns; log lines go nowhere."""
    hush()
    with tempfile.TemporaryDirectory() as folder, closing(hub(Path(folder))) as database:
        for _ in range(STANDING):
            issue(database)
        rounds = [_round(database) for _ in range(ROUNDS)]
    issues, calls, bare = (median(column) for column in zip(*rounds, strict=True))
    return issues, calls, bare


def _round(database: Database) -> tuple[float, float, float]:
    rates = (
        _rate(lambda _: issue(database)),
        _rate(lambda turn: _call(database, DESKS[turn % len(DESKS)])),
        _rate(lambda _: insert(database)),
    )
    _finish(database)
    return rates


def _call(database: Database, desk: str) -> None:
    with database.transaction() as session:
        call_next(session, desk)


def _finish(database: Database) -> None:
    """Outside of the measurement: whoever was called is served, so that the house stays as full as it was."""
    with database.transaction() as session:
        for ticket in session.scalars(select(Ticket.id).where(Ticket.state == TicketState.CALLED)):
            close_ticket(session, ticket, TicketState.FINISHED)


def _rate(act: Callable[[int], None]) -> float:
    start = time.perf_counter()
    for turn in range(A_ROUND):
        act(turn)
    return A_ROUND / (time.perf_counter() - start)


LINES = {
    "queue.issued": issued,
    "queue.called": called,
    "queue.wait_range_held": wait_range_held,
    "queue.wait_range_width": wait_range_width,
}
