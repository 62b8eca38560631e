"""Promises are scored by those who were called in their turn."""

from datetime import timedelta

import pytest

from branch.database import Database
from branch.tickets.calling import call_next
from branch.tickets.models import Priority, Ticket
from branch.tickets.score import kept_by_service, kept_promises
from branch.tickets.services import issue_ticket
from branch.visits.services import open_visit


def called_after(hub: Database, minutes: float, priority: Priority | None = None) -> None:
    """Somebody was told five to ten minutes and was called after so many."""
    with hub.transaction() as session:
        visit = open_visit(session, "seongsu", "kiosk", "ko")
        issue_ticket(session, visit.id, "deposits", priority)
        ticket = session.get_one(Ticket, call_next(session, "seongsu-1").id)
        assert ticket.called_at is not None
        ticket.promised_low, ticket.promised_high = 5, 10
        ticket.issued_at = ticket.called_at - timedelta(minutes=minutes)


def test_nobody_called_means_no_score(hub: Database) -> None:
    with hub.reading() as session:
        assert kept_promises(session, "seongsu").share is None


def test_too_early_and_too_late_are_both_broken(hub: Database) -> None:
    for minutes in (4, 5, 10, 11):
        called_after(hub, minutes)
    called_after(hub, 60, Priority.HELP)
    with hub.reading() as session:
        kept = kept_promises(session, "seongsu")
    assert (kept.held, kept.told) == (2, 4)
    assert kept.share == pytest.approx(0.5)
    assert (kept.early, kept.late, kept.width) == (1, 1, 5)


def test_each_service_has_its_own_score(hub: Database) -> None:
    for minutes in (7, 20):
        called_after(hub, minutes)
    with hub.reading() as session:
        scores = kept_by_service(session, "seongsu")
    assert list(scores) == ["seongsu.deposits"]
    assert (scores["seongsu.deposits"].held, scores["seongsu.deposits"].late) == (1, 1)
