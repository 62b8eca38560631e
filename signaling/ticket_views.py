"""A ticket as its holder sees it: once for one, and for a whole line with every word looked up once."""

from collections.abc import Iterator
from datetime import datetime
from functools import cache
from typing import Protocol

from flask_babel import force_locale, gettext
from sqlalchemy.orm import Session

from branch.content.catalogue import in_language
from branch.tickets.models import Service, TicketState
from signaling.board import Board, Standing
from signaling.payloads import TicketView, Topic
from signaling.words import PRIORITIES


class Shown(Protocol):
    """What a view is made of, besides words: a ticket, or its row in the line."""

    @property
    def id(self) -> str: ...
    @property
    def number(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def is_away(self) -> bool: ...
    @property
    def called_at(self) -> datetime | None: ...
    @property
    def recalls(self) -> int: ...
    @property
    def kept_until(self) -> datetime | None: ...
    @property
    def issued_at(self) -> datetime: ...


def ticket_view(
    ticket: Shown,
    board: Board,
    *,
    service: str,
    priority: str | None,
    desk: str | None = None,
    undo_until: datetime | None = None,
    expert: Topic | None = None,
) -> TicketView:
    """The ticket with its place and with how fresh that is; the words are in its holder's language."""
    waits = ticket.is_away or ticket.state == TicketState.WAITING
    expected = board.wait_of(ticket)
    return {
        "number": ticket.number,
        "service": service,
        "state": str(ticket.state),
        "ahead": expected.ahead,
        "wait": (expected.low, expected.high) if waits else None,
        "desk": desk,
        "called_at": moment(ticket.called_at),
        "recalls": ticket.recalls,
        "priority": priority,
        "out": ticket.is_away and ticket.state == TicketState.PARKED,
        "back_until": moment(ticket.kept_until),
        "undo_until": moment(undo_until),
        "expert": expert,
        "as_of": (board.seen or ticket.issued_at).isoformat(),
        "reachable": board.reachable,
    }


def line_views(session: Session, board: Board) -> Iterator[tuple[Standing, TicketView]]:
    """Everyone in the line with what they are told. Needs a Flask app context for the catalogues."""

    @cache
    def service(service_id: str, language: str) -> str:
        return in_language(session.get_one(Service, service_id).name, language)

    known_priority = cache(priority_words)
    for standing in board.line:
        yield (
            standing,
            ticket_view(
                standing,
                board,
                service=service(standing.service_id, standing.language),
                priority=known_priority(standing.priority, standing.language),
            ),
        )


def priority_words(priority: str | None, language: str) -> str | None:
    """Why a ticket goes first, as its holder may read it."""
    if priority is None:
        return None
    with force_locale(language):
        return str(gettext(PRIORITIES[priority]))


def moment(at: datetime | None) -> str | None:
    """A time as it travels: ISO 8601 with offset."""
    return at.isoformat() if at else None
