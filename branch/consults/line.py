"""Whose turn it is for a video consult: the whole rule of the experts' lines, in one place.

A line is everyone who waits for one of some topics: a customer's place is that in the line of their topic, a console shows
the line of all topics of its advisor. Who booked a time and came by its grace goes first from that time on, the earlier time
first; before it, and after coming too late, they stand with everybody, who go by how long they wait. The order is the
tickets' own (branch/tickets/order.py): of three consults taken from a line in a row at least one is that of somebody who
did not book, while such a one waits. So with k such people before them somebody is taken after at most 3 (k + 1) of the
consults that are taken from the head, however many have booked.

An advisor may take whom they will; the order says who should be next, and what was taken counts.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from branch import clock
from branch.consults.models import Consult, ConsultState
from branch.tickets.models import Priority
from branch.tickets.order import MOST_IN_A_ROW, Turn, calling_order, why


class Standing(NamedTuple):
    """Somebody in a line, as the order sees them; `issued_at` is what they are placed by within their class."""

    id: str
    priority: Priority | None
    issued_at: datetime
    returned_at: datetime | None = None


class Line(NamedTuple):
    """A line in its order, and why the head of it stands there."""

    ids: list[str]
    turn: Turn | None


def read_line(session: Session, topics: Sequence[str]) -> Line:
    """Who waits for one of these topics, in the order in which they should be taken now."""
    now = clock.now()
    waiting = select(Consult.id, Consult.waiting_since, Consult.first_from).where(
        Consult.state == ConsultState.WAITING, Consult.topic.in_(topics)
    )
    standing = [
        place(consult_id, since or now, first_from, now)
        for consult_id, since, first_from in session.execute(waiting)
    ]
    if not any(each.priority for each in standing):
        return Line([each.id for each in calling_order(standing)], Turn.ORDER if standing else None)
    streak = _streak(session, topics)
    ordered = calling_order(standing, streak)
    return Line([each.id for each in ordered], why(ordered[0], streak))


def place(consult_id: str, waiting_since: datetime, first_from: datetime | None, now: datetime) -> Standing:
    """Somebody who has waited since a moment, and has a right to go first from a moment on, or none."""
    if first_from is not None and first_from <= now:
        return Standing(consult_id, Priority.BOOKED, first_from)
    return Standing(consult_id, None, waiting_since)


def _streak(session: Session, topics: Sequence[str]) -> int:
    """How many of those taken last from the line went first, in a row."""
    taken = (
        select(Consult.first_from, Consult.accepted_at)
        .where(Consult.topic.in_(topics), Consult.accepted_at.is_not(None))
        .order_by(Consult.accepted_at.desc())
        .limit(MOST_IN_A_ROW)
    )
    streak = 0
    for first_from, accepted_at in session.execute(taken):
        if first_from is None or accepted_at is None or first_from > accepted_at:
            break
        streak += 1
    return streak
