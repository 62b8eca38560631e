"""A branch's line, read once for everyone who follows it: who waits, at which place, how long, and how fresh that is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from branch.link import reach
from branch.tickets.away import away_today
from branch.tickets.models import Ticket, TicketState
from branch.tickets.order import calling_order
from branch.tickets.wait import Wait, known, places_in
from branch.tickets.wait import situation as read_situation
from branch.visits.models import Visit

NOWHERE = Wait(0, 0, 1)


@dataclass(frozen=True)
class Board:
    """`line` holds everyone who waits, in calling order, with the language of their visit.

    Who is on the way or has stepped out stands in it too, in the place that is kept, and is before nobody.
    """

    line: Sequence[tuple[Ticket, str]]
    waits: Mapping[str, Wait]
    seen: datetime | None
    reachable: bool

    def wait_of(self, ticket: Ticket) -> Wait:
        """Place and wait of a ticket; nothing is ahead of one that is not waiting."""
        return self.waits.get(ticket.id, NOWHERE)


def read_board(session: Session, branch_id: str) -> Board:
    """The board of a branch at this moment."""
    waiting = select(Ticket, Visit.language).join(Visit, Visit.id == Ticket.visit_id)
    today = known(session, branch_id).today()
    here = (Ticket.branch_id == branch_id) & (Ticket.state == TicketState.WAITING) & (Ticket.day == today)
    rows = session.execute(waiting.where(or_(here, away_today(branch_id, today))))
    spoken = {ticket: language for ticket, language in rows}
    line = calling_order(spoken)
    return Board(
        [(ticket, spoken[ticket]) for ticket in line],
        places_in(read_situation(session, branch_id), line),
        reach.last_seen(session, branch_id),
        reach.is_reachable(session, branch_id),
    )
