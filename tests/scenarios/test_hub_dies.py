"""The power fails: a hub is killed two thousand times, on SQLite and on PostgreSQL, and loses and repeats nothing."""

import gc
import multiprocessing
import os
import random
import signal
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest
import structlog
from sqlalchemy import func, select

from branch.content import catalogue
from branch.database import Database
from branch.demo import seed
from branch.link.models import OutboxEvent
from branch.schema import migrate
from branch.tickets.calling import call_next
from branch.tickets.desks import customer_at
from branch.tickets.errors import NobodyWaiting
from branch.tickets.models import Ticket, TicketState
from branch.tickets.moves import close_ticket
from branch.tickets.services import issue_ticket
from branch.visits.models import VisitEvent
from branch.visits.services import open_visit
from tests.servers import postgresql

pytestmark = [pytest.mark.scenario, pytest.mark.forks, pytest.mark.timeout(600)]

# On each of the two databases, which take one core each. A death costs some milliseconds; for a long night there is the
# variable.
KILLS = int(os.environ.get("MARU_TEST_KILLS", "1000"))
SERVICES = ("deposits", "cards", "savings")
DESKS = ("seongsu-1", "seongsu-2", "seongsu-3")
FORK = multiprocessing.get_context("fork")


def opened(url: str) -> Database:
    migrate(url)
    database = Database(url, outbox=True)
    with database.transaction() as session:
        seed(session, catalogue.load())
    return database


def arrive(database: Database, service: str) -> Ticket:
    with database.transaction() as session:
        visit = open_visit(session, "seongsu", "kiosk", "ko")
        return issue_ticket(session, visit.id, service)


def serve(database: Database, desk: str) -> None:
    """A teller's next tap: whoever is at the desk is done, else the next is called; death may come between the two."""
    with suppress(NobodyWaiting), database.transaction() as session:
        here = customer_at(session, desk)
        if here is None:
            call_next(session, desk)
        else:
            close_ticket(session, here.id, TicketState.FINISHED)


def work_until_killed(database: Database, seed_of_life: int, mouth: Connection) -> None:
    """A hub's life: issue, call, finish; every number that was given to somebody is said aloud."""
    chance = random.Random(seed_of_life)
    while True:
        if chance.random() < 0.5:
            mouth.send((ticket := arrive(database, chance.choice(SERVICES))).id + " " + ticket.number)
        else:
            serve(database, chance.choice(DESKS))


def rehearse(database: Database) -> None:
    """What a hub prepares once, so that each of its many lives begins quickly; afterwards no connection is open."""
    for service, desk in zip(SERVICES, DESKS, strict=True):
        arrive(database, service)
        serve(database, desk)
        serve(database, desk)
    database.close()
    gc.collect()
    gc.freeze()


def child(work: Callable[..., None], *given: Any) -> int:
    """Fork a process that does nothing but `work`; returns its id."""
    process = os.fork()
    if process == 0:
        try:
            work(*given)
        finally:
            os._exit(1)
    return process


def one_life(database: Database, life: int, chance: random.Random) -> list[str]:
    """Fork a hub, kill it while it works, and return what it had said. No connection is open while it forks."""
    ear, mouth = FORK.Pipe(duplex=False)
    hub = child(work_until_killed, database, life, mouth)
    mouth.close()
    said = [ear.recv() for _ in range(chance.randrange(1, 3))]
    threading.Event().wait(chance.random() * 0.004)  # somewhere within the next transactions
    os.kill(hub, signal.SIGKILL)
    os.waitpid(hub, 0)
    with suppress(EOFError):
        while ear.poll():
            said.append(ear.recv())
    ear.close()
    return said


def die_often(database: Database, seed_of_deaths: int, told: Connection) -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    rehearse(database)
    chance = random.Random(seed_of_deaths)
    told.send([line.split() for life in range(KILLS) for line in one_life(database, life, chance)])


def judge(database: Database, said: list[list[str]]) -> None:
    """What the lives left in the database, beside what they had said."""
    arrive(database, "deposits")  # in line behind whatever a dead hub's connection was still writing
    with database.reading() as session:
        tickets = {ticket.id: ticket for ticket in session.scalars(select(Ticket))}
        sequences = list(session.scalars(select(OutboxEvent.sequence).order_by(OutboxEvent.sequence)))
        kinds = Counter(session.scalars(select(VisitEvent.kind)))
        events = session.scalar(select(func.count(VisitEvent.id)))
        at_desks = {here.id for desk in DESKS if (here := customer_at(session, desk))}
    states = Counter(ticket.state for ticket in tickets.values())
    assert len(said) > KILLS
    assert all(tickets[ticket].number == number for ticket, number in said), "a number given out was lost"
    assert_no_gap_and_no_double(list(tickets.values()))
    called = {ticket.id for ticket in tickets.values() if ticket.state == TicketState.CALLED}
    assert called == at_desks, "called, and in the air"
    assert sequences == list(range(1, (events or 0) + 1))
    assert kinds["ticket.issued"] == len(tickets)
    assert kinds["ticket.called"] == states[TicketState.CALLED] + states[TicketState.FINISHED]
    assert kinds["ticket.finished"] == states[TicketState.FINISHED] > 0


def assert_no_gap_and_no_double(tickets: list[Ticket]) -> None:
    numbers = [ticket.number for ticket in tickets]
    assert len(set(numbers)) == len(numbers), "a number was given twice"
    for letter in {ticket.letter for ticket in tickets}:
        serials = sorted(ticket.serial for ticket in tickets if ticket.letter == letter)
        assert serials == list(range(1, len(serials) + 1)), "a number was used up by nobody"


def test_a_hub_killed_two_thousand_times_loses_and_repeats_nothing(tmp_path: Path) -> None:
    with postgresql() as server:
        databases = [opened(f"sqlite:///{tmp_path / 'hub.db'}"), opened(server)]
        ends = []
        for place, database in enumerate(databases):
            database.close()
            heard, told = FORK.Pipe(duplex=False)
            ends.append((heard, child(die_often, database, place, told)))
            told.close()
        said = [heard.recv() for heard, _reaper in ends]
        for _heard, reaper in ends:
            os.waitpid(reaper, 0)
        for database, lines in zip(databases, said, strict=True):
            judge(database, lines)
            database.close()
