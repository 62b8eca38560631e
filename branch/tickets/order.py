"""Whose turn it is: the whole rule of the line, in one place.

There are two classes: priority, with a reason its holder can see, and everybody else. Within a class who was called
before and has come back is first, then whoever took a number first. Priority goes before ordinary, but of three calls in a
row at one desk at least one is ordinary while somebody ordinary waits there. So somebody with k ordinary people before
them at a desk is called after at most 3 (k + 1) calls of that desk, however many priority tickets come.

Only who is here is called. Whoever is on the way or has stepped out keeps the place of the number and is passed over; on
arrival they stand in that place, or at the end of the line once the time for which it was kept is over.
"""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol, TypeVar

from sqlalchemy import ColumnElement

from branch.tickets.models import Priority, Ticket

MOST_IN_A_ROW = 2


class InLine(Protocol):
    """What the order looks at, and nothing else."""

    @property
    def id(self) -> Any: ...
    @property
    def priority(self) -> Any: ...
    @property
    def issued_at(self) -> Any: ...
    @property
    def returned_at(self) -> Any: ...


Standing = TypeVar("Standing", bound=InLine)


class Turn(StrEnum):
    """Why somebody stands where they stand, for the teller and for themselves."""

    RETURNED = "returned"
    PRIORITY = "priority"
    BALANCE = "balance"
    ORDER = "order"


def calling_order(waiting: Iterable[Standing], streak: int = 0) -> list[Standing]:
    """Everyone in the order in which one desk would call them; `streak` priority tickets were just called there in a row."""
    line = sorted(waiting, key=_place)
    first = [ticket for ticket in line if ticket.priority is not None][::-1]
    ordinary = [ticket for ticket in line if ticket.priority is None][::-1]
    called: list[Standing] = []
    while first or ordinary:
        chosen = (first or ordinary) if streak < MOST_IN_A_ROW or not ordinary else ordinary
        called.append(chosen.pop())
        streak = next_streak(streak, called[-1].priority)
    return called


def _place(ticket: InLine) -> tuple[bool, datetime, str]:
    return ticket.returned_at is None, ticket.issued_at, ticket.id


def head_first(streak: int) -> tuple[ColumnElement[Any], ...]:
    """The same rule for ORDER BY: its first row is the first of `calling_order`."""
    ordinary_first = Ticket.priority.is_not(None) if streak >= MOST_IN_A_ROW else Ticket.priority.is_(None)
    return ordinary_first, Ticket.returned_at.is_(None), Ticket.issued_at.expression, Ticket.id.expression


def next_streak(streak: int, priority: Priority | None) -> int:
    """How many priority tickets in a row a desk has called, after one more call."""
    return streak + 1 if priority is not None else 0


def why(ticket: InLine, streak: int = 0) -> Turn:
    """The reason for the turn of whoever stands first."""
    if ticket.returned_at is not None:
        return Turn.RETURNED
    if ticket.priority is not None:
        return Turn.PRIORITY
    return Turn.BALANCE if streak >= MOST_IN_A_ROW else Turn.ORDER
