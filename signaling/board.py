"""A branch's line, read once for everyone who follows it: who waits, at which place, how long, and how fresh that is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from branch.link import reach
from branch.rows import table_of
from branch.tickets.away import away_today
from branch.tickets.models import Ticket, TicketState
from branch.tickets.order import calling_order
from branch.tickets.wait import Wait, known, places_in
from branch.tickets.wait import situation as read_situation
from branch.visits.models import Visit

NOWHERE = Wait(0, 0, 1)


class Standing(NamedTuple):
    """A ticket of the line as far as its holder is told of it; for two thousand of them objects would take too long."""

    id: str
    visit_id: str
    service_id: str
    for_desk_id: str | None
    letter: str
    serial: int
    state: str
    priority: str | None
    issued_at: datetime
    returned_at: datetime | None
    called_at: datetime | None
    recalls: int
    kept_until: datetime | None
    language: str

    @property
    def is_away(self) -> bool:
        """Whoever stands in the line and does not wait is away."""
        return self.state != TicketState.WAITING

    @property
    def number(self) -> str:
        """As on the ticket."""
        return f"{self.letter}-{self.serial:03d}"


class Placed(Protocol):
    """Whatever has an id that may stand in the line."""

    @property
    def id(self) -> str: ...


@dataclass(frozen=True)
class Board:
    """`line` holds everyone who waits, in calling order, with the language of their visit.

    Who is on the way or has stepped out stands in it too, in the place that is kept, and is before nobody.
    """

    line: Sequence[Standing]
    waits: Mapping[str, Wait]
    seen: datetime | None
    reachable: bool

    def wait_of(self, ticket: Placed) -> Wait:
        """Place and wait of a ticket; nothing is ahead of one that is not waiting."""
        return self.waits.get(ticket.id, NOWHERE)


def read_board(session: Session, branch_id: str) -> Board:
    """The board of a branch at this moment."""
    tickets, visits = table_of(Ticket), table_of(Visit)
    columns = (*(tickets.c[name] for name in Standing._fields[:-1]), visits.c.language)
    today = known(session, branch_id).today()
    here = (
        (Ticket.branch_id == branch_id) & (Ticket.state == str(TicketState.WAITING)) & (Ticket.day == today)
    )
    standing = (
        select(*columns)
        .join(visits, visits.c.id == tickets.c.visit_id)
        .where(or_(here, away_today(branch_id, today)))
    )
    line = calling_order(map(Standing._make, session.connection().execute(standing)))
    return Board(
        line,
        places_in(read_situation(session, branch_id), line),
        reach.last_seen(session, branch_id),
        reach.is_reachable(session, branch_id),
    )
