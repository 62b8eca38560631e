"""A ticket's story told from its events: when it was taken, and each turn at a desk. Pure, without a database."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from branch.tickets.models import Ticket, TicketState
from branch.visits.models import EventKind

# How a turn at a desk can end; what is called again from parking is a turn of its own.
ENDINGS = frozenset(
    {
        EventKind.TICKET_FINISHED,
        EventKind.TICKET_REFERRED,
        EventKind.TICKET_NO_SHOW,
        EventKind.TICKET_PARKED,
        EventKind.TICKET_TRANSFERRED,
        EventKind.TICKET_CANCELLED,
        EventKind.TICKET_EXPIRED,
    }
)
FINISHED = frozenset({EventKind.TICKET_FINISHED, EventKind.TICKET_REFERRED})
ENDING_OF = {
    TicketState.FINISHED: EventKind.TICKET_FINISHED,
    TicketState.NO_SHOW: EventKind.TICKET_NO_SHOW,
    TicketState.PARKED: EventKind.TICKET_PARKED,
    TicketState.CANCELLED: EventKind.TICKET_CANCELLED,
    TicketState.EXPIRED: EventKind.TICKET_EXPIRED,
}
TOLD_OF = frozenset(
    {
        *ENDINGS,
        EventKind.TICKET_CALLED,
        EventKind.TICKET_RECALLED,
        EventKind.TICKET_RETURNED,
        EventKind.TICKET_PRIORITY,
        EventKind.TICKET_UNDONE,
    }
)


class Happened(NamedTuple):
    """One event of a ticket, as the thread has it."""

    kind: str
    at: datetime
    payload: Mapping[str, Any]


@dataclass(frozen=True)
class Turn:
    """A call to a desk and what came of it; `ended` is None while somebody is there."""

    service: str
    desk: str | None
    called_at: datetime
    ended_at: datetime | None = None
    ended: str | None = None


@dataclass(frozen=True)
class Story:
    """One ticket: for which service it was taken, in whose line it is or was last, and its turns in order."""

    number: str
    taken_for: str
    service: str
    issued_at: datetime
    turns: tuple[Turn, ...] = ()
    closed: str | None = None

    @property
    def first_call(self) -> datetime | None:
        """When the wait was over."""
        return self.turns[0].called_at if self.turns else None


def told(start: Story, events: Iterable[Happened]) -> Story:
    """The story after these events in their order. What a teller undid has not happened."""
    states = [start]
    for event in events:
        if event.kind == EventKind.TICKET_UNDONE:
            states = states[:-1] or states
        else:
            states.append(_after(states[-1], event))
    return states[-1]


def _after(story: Story, event: Happened) -> Story:
    if event.kind == EventKind.TICKET_CALLED:
        turn = Turn(story.service, event.payload.get("desk"), event.at)
        return replace(story, turns=(*story.turns, turn), closed=None)
    if event.kind == EventKind.TICKET_RETURNED:
        return replace(story, closed=None)
    if event.kind not in ENDINGS:
        return story
    line = str(event.payload.get("service", story.service))
    waits_again = event.kind in {EventKind.TICKET_TRANSFERRED, EventKind.TICKET_PARKED}
    return replace(
        story,
        service=line if event.kind == EventKind.TICKET_TRANSFERRED else story.service,
        turns=_ended(story.turns, event),
        closed=None if waits_again else event.kind,
    )


def _ended(turns: tuple[Turn, ...], event: Happened) -> tuple[Turn, ...]:
    """The turn that is under way ends; where none is, as for a ticket given back while waiting, nothing does."""
    if not turns or turns[-1].ended_at is not None:
        return turns
    return (*turns[:-1], replace(turns[-1], ended_at=event.at, ended=event.kind))


def of_row(ticket: Ticket, slug: str) -> Story:
    """What is left of a ticket whose visit was forgotten: its last turn, since only counts and times stay."""
    closed = ENDING_OF.get(TicketState(ticket.state))
    turns: tuple[Turn, ...] = ()
    if ticket.called_at is not None:
        turns = (Turn(slug, ticket.desk_id, ticket.called_at, ticket.closed_at, closed),)
    return Story(ticket.number, slug, slug, ticket.issued_at, turns, closed)
