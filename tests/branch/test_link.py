"""The link: events go up in order and once, commands come down once, whatever is replayed, lost or reordered."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from branch.content.catalogue import Catalogue
from branch.database import Database
from branch.errors import BadEvent, CodeExpired, CodeUnknown, CodeUsed, SequenceGap
from branch.handoff.models import HandoffCode
from branch.handoff.services import claim_code, issue_code
from branch.link import commands, inbox, outbox
from branch.quiz import services as quiz
from branch.tickets.calling import call_next
from branch.tickets.models import Ticket, TicketState
from branch.tickets.services import issue_ticket
from branch.visits.models import Visit, VisitEvent
from branch.visits.services import open_visit


def a_visit(hub: Database, catalogue: Catalogue) -> tuple[str, str]:
    with hub.transaction() as session:
        visit = open_visit(session, "seongsu", "kiosk", "ko")
        quiz.finish(session, visit.id, catalogue.quiz, [0] * len(catalogue.quiz.questions))
        issue_ticket(session, visit.id, "deposits")
        return visit.id, issue_code(session, visit.id)


def parcel(hub: Database) -> outbox.Parcel:
    with hub.transaction() as session:
        return outbox.pending(session)


def deliver(centre: Database, stream: str, events: list[Any]) -> int:
    with centre.transaction() as session:
        return inbox.receive(session, "seongsu", stream, events)


def test_the_centre_learns_the_whole_visit(hub: Database, centre: Database, catalogue: Catalogue) -> None:
    visit_id, code = a_visit(hub, catalogue)
    with hub.transaction() as session:
        call_next(session, "seongsu-1")
    up = parcel(hub)
    assert deliver(centre, up.stream, up.events) == len(up.events)
    with centre.transaction() as session:
        visit = claim_code(session, f" {code[:4].lower()}-{code[4:].lower()} ")
        ticket = session.scalars(select(Ticket)).one()
    assert visit.id == visit_id
    assert visit.quiz_type
    assert (ticket.number, ticket.state, ticket.desk_id) == ("A-001", TicketState.CALLED, "seongsu-1")


def test_acknowledged_events_are_not_sent_again(hub: Database, catalogue: Catalogue) -> None:
    a_visit(hub, catalogue)
    up = parcel(hub)
    with hub.transaction() as session:
        outbox.acknowledge(session, up.events[-1]["sequence"])
    assert parcel(hub).events == []
    with hub.transaction() as session:
        assert outbox.pending(session, after=0).events == up.events


def test_a_gap_is_named_and_nothing_of_the_run_is_applied(
    hub: Database, centre: Database, catalogue: Catalogue
) -> None:
    a_visit(hub, catalogue)
    up = parcel(hub)
    with pytest.raises(SequenceGap) as gap:
        deliver(centre, up.stream, [up.events[0], up.events[2]])
    assert gap.value.values == {"expected": 2}
    with centre.reading() as session:
        assert session.scalar(select(func.count(Visit.id))) == 0


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(cuts=st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), max_size=8))
def test_any_replay_and_any_cut_end_in_the_same_truth(
    hub: Database, centre: Database, catalogue: Catalogue, cuts: list[tuple[int, int]]
) -> None:
    a_visit(hub, catalogue)
    up = parcel(hub)
    for start, length in cuts:
        with suppress(SequenceGap):
            deliver(centre, up.stream, up.events[start : start + length])
    held = deliver(centre, up.stream, up.events)
    with hub.transaction() as session:
        outbox.acknowledge(session, held)
    with centre.reading() as session:
        there = session.scalars(select(VisitEvent.id).where(VisitEvent.visit_id == up.events[0]["visit"]))
        assert sorted(there) == sorted(event["id"] for event in up.events)


@pytest.mark.parametrize(
    "broken",
    [
        {},
        "truncated",
        {"sequence": 0, "id": "x"},
        {
            "sequence": 1,
            "id": "0" * 32,
            "visit": "1" * 32,
            "kind": "visit.opened",
            "at": "yesterday",
            "payload": {},
        },
        {
            "sequence": 1,
            "id": "0" * 32,
            "visit": "1" * 32,
            "kind": "ticket.issued",
            "at": "2026-11-21T00:00:00Z",
            "payload": {},
        },
    ],
)
def test_a_malformed_event_is_refused_whole(centre: Database, broken: object) -> None:
    with pytest.raises(BadEvent):
        deliver(centre, "a" * 32, [broken])


def test_a_kind_of_a_newer_version_still_lengthens_the_thread(
    hub: Database, centre: Database, catalogue: Catalogue
) -> None:
    a_visit(hub, catalogue)
    up = parcel(hub)
    deliver(centre, up.stream, up.events)
    newer = {**up.events[0], "sequence": len(up.events) + 1, "id": "f" * 32, "kind": "tree.leaf_hung"}
    assert deliver(centre, up.stream, [newer]) == len(up.events) + 1


def test_a_command_is_carried_out_once_and_a_late_one_does_no_harm(
    hub: Database, catalogue: Catalogue
) -> None:
    a_visit(hub, catalogue)
    with hub.reading() as session:
        ticket = session.scalars(select(Ticket)).one()
    command = {"id": "c" * 32, "kind": "ticket.cancel", "payload": {"ticket": ticket.id}}
    for _ in range(3):
        with hub.transaction() as session:
            outbox.carry_out(session, command)
    late = {**command, "id": "d" * 32}
    with hub.transaction() as session:
        outbox.carry_out(session, late)
        outbox.carry_out(session, {"id": "e" * 32, "kind": "of.tomorrow", "payload": {}})
    with hub.reading() as session:
        kinds = list(session.scalars(select(VisitEvent.kind).where(VisitEvent.kind == "ticket.cancelled")))
    assert kinds == ["ticket.cancelled"]


def test_commands_wait_until_the_hub_has_done_them(centre: Database) -> None:
    with centre.transaction() as session:
        asked = commands.ask(session, "seongsu", "ticket.cancel", ticket="t")
    with centre.transaction() as session:
        assert [command.id for command in commands.outstanding(session, "seongsu")] == [asked.id]
        commands.acknowledged(session, "seongsu", [asked.id])
        assert commands.outstanding(session, "seongsu") == []


def test_a_code_opens_one_screen_once(hub: Database, catalogue: Catalogue) -> None:
    _, code = a_visit(hub, catalogue)
    with hub.transaction() as session:
        claim_code(session, code)
        with pytest.raises(CodeUsed):
            claim_code(session, code)
        with pytest.raises(CodeUnknown):
            claim_code(session, "00000000")


def test_a_code_closes_after_its_time(hub: Database, catalogue: Catalogue) -> None:
    _, code = a_visit(hub, catalogue)
    with hub.transaction() as session:
        row = session.scalars(select(HandoffCode)).one()
        row.expires_at = row.expires_at.replace(year=2020)
    with hub.transaction() as session, pytest.raises(CodeExpired):
        claim_code(session, code)
