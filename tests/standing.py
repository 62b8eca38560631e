"""One Maru for many tests: put right before each of them, and, for a test that wants it, a process with other settings."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from branch.consults import services as consults
from branch.consults.models import IN_HAND_STATES, OPEN_STATES, TALKING_STATES, Consult, ConsultState
from branch.database import Database
from branch.demo import BRANCHES
from branch.people.models import Desk, Staff
from branch.tickets import models as tickets
from branch.tickets.models import Ticket, TicketState
from branch.tickets.moves import close_ticket
from branch.tickets.workday import open_desk
from tests.running import Maru
from tools.layout import plans


def as_in_the_morning(maru: Maru) -> Maru:
    """The same Maru with every process up, nobody in line, everyone at their desk, and no advisor with something in hand."""
    start_what_is_missing(maru)
    with at_work(maru.layout.hub_database, outbox=True) as session:
        waiting = select(Ticket).where(Ticket.state.in_(tickets.OPEN_STATES))
        for ticket in session.scalars(waiting).all():
            close_ticket(session, ticket.id, TicketState.EXPIRED)
        everyone_at_their_desk(session)
    with at_work(maru.layout.centre_database) as session:
        unfinished = select(Consult).where(Consult.state.in_(OPEN_STATES | IN_HAND_STATES))
        for consult in session.scalars(unfinished).all():
            put_away(session, consult)
    return maru


def everyone_at_their_desk(session: Session) -> None:
    """Desks are open and those who work there sit where they began: a manager nowhere."""
    for desk in session.scalars(select(Desk)).all():
        open_desk(session, desk.id)
    began = {member.login: member.desk for branch in BRANCHES for member in branch.staff}
    for member in session.scalars(select(Staff)).all():
        member.desk_id = began.get(member.login)


def start_what_is_missing(maru: Maru) -> None:
    """What a test stopped or killed and did not bring back, because it failed halfway."""
    missing = [plan for plan in plans(maru.layout) if not maru.processes.is_running(plan.name)]
    if missing:
        maru.processes.start(missing)
        maru.processes.wait_ready()


def put_away(session: Session, consult: Consult) -> None:
    """Leave neither a customer in line nor an advisor with something in hand."""
    if consult.state in {ConsultState.PREPARING, ConsultState.WAITING}:
        consults.cancel(session, consult)
    if consult.state in TALKING_STATES:
        consults.end(session, consult)
    if consult.state == ConsultState.ENDED:
        consults.close(session, consult, "이야기를 마쳤어요.")


@contextmanager
def otherwise(maru: Maru, name: str, **settings: str) -> Iterator[None]:
    """Inside, the process of this name runs with these settings, given by their full names; then it is what it was."""
    layout = replace(maru.layout, overrides=(*maru.layout.overrides, *settings.items()))
    maru.processes.stop(name)
    maru.processes.start([plan for plan in plans(layout) if plan.name == name])
    maru.processes.wait_ready()
    try:
        yield
    finally:
        maru.processes.stop(name)
        maru.restart(name)


@contextmanager
def at_work(url: str, *, outbox: bool = False) -> Iterator[Session]:
    """One transaction in a database of a running Maru."""
    database = Database(url, outbox=outbox)
    try:
        with database.transaction() as session:
            yield session
    finally:
        database.close()
