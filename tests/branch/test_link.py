"""The link: events go up in order and once, commands come down once, whatever is replayed, lost or reordered."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from branch.content.catalogue import Catalogue
from branch.database import Database
from branch.errors import CodeExpired, CodeUnknown, CodeUsed
from branch.handoff.models import HandoffCode
from branch.handoff.services import claim_code, issue_code
from branch.link import commands, inbox, outbox
from branch.link.errors import BadEvent, NewerEvent, SequenceGap
from branch.link.models import AppliedCommand
from branch.people.models import Desk
from branch.quiz import services as quiz
from branch.slips.errors import SlipCodeOver
from branch.slips.models import PaperSlip, SlipState
from branch.slips.services import code_of, order_again, order_slip, settle
from branch.tickets.calling import call_next
from branch.tickets.models import Ticket, TicketState
from branch.tickets.services import issue_ticket
from branch.tickets.workday import open_desk, pause_desk
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


def test_an_event_of_a_newer_version_is_held_and_nothing_is_lost_by_it(
    hub: Database, centre: Database, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_visit(hub, catalogue)
    up = parcel(hub)
    newer = {**up.events[0], "sequence": len(up.events) + 1, "id": "f" * 32, "kind": "tree.leaf_hung"}
    later = {**up.events[-1], "sequence": len(up.events) + 2, "id": "e" * 32, "kind": "person.called"}
    assert deliver(centre, up.stream, [*up.events, newer, later]) == len(up.events)
    with pytest.raises(NewerEvent):
        deliver(centre, up.stream, [*up.events, newer, later])
    monkeypatch.setattr(inbox, "KINDS", inbox.KINDS | {"tree.leaf_hung"})  # the centre is upgraded
    assert deliver(centre, up.stream, [newer, later]) == len(up.events) + 2


def test_reordered_events_wait_for_those_before_them(
    hub: Database, centre: Database, catalogue: Catalogue
) -> None:
    a_visit(hub, catalogue)
    up = parcel(hub)
    with pytest.raises(SequenceGap):
        deliver(centre, up.stream, list(reversed(up.events)))
    assert deliver(centre, up.stream, up.events) == len(up.events)


def test_desks_and_tickets_go_up_in_the_order_in_which_they_happened(
    hub: Database, centre: Database, catalogue: Catalogue
) -> None:
    with hub.transaction() as session:
        pause_desk(session, "seongsu-1")
    a_visit(hub, catalogue)
    with hub.transaction() as session:
        open_desk(session, "seongsu-1")
        open_desk(session, "seongsu-1")  # told once
    up = parcel(hub)
    told = [event["kind"] for event in up.events]
    assert [told[0], told[-1], told.count("desk.opened")] == ["desk.paused", "desk.opened", 1]
    assert deliver(centre, up.stream, up.events[:-1]) == len(up.events) - 1
    with centre.reading() as session:
        assert session.get_one(Desk, "seongsu-1").on_break
    deliver(centre, up.stream, up.events)
    with centre.reading() as session:
        assert session.get_one(Desk, "seongsu-1").open


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
        assert outbox.carry_out(session, late)
    with hub.reading() as session:
        kinds = list(session.scalars(select(VisitEvent.kind).where(VisitEvent.kind == "ticket.cancelled")))
    assert kinds == ["ticket.cancelled"]


@pytest.mark.parametrize("newer", [{"kind": "of.tomorrow"}, {"version": 2}])
def test_a_command_of_a_newer_centre_is_not_done_and_stays_asked(
    hub: Database, newer: dict[str, Any]
) -> None:
    command = {"id": "e" * 32, "kind": "ticket.cancel", "payload": {"ticket": "t"}}
    with hub.transaction() as session:
        assert not outbox.carry_out(session, {**command, **newer})
    with hub.reading() as session:
        assert session.get(AppliedCommand, "e" * 32) is None


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


def test_a_reprinted_slips_first_code_ends_at_the_centre_too(
    hub: Database, centre: Database, catalogue: Catalogue
) -> None:
    with hub.transaction() as session:
        ticket = issue_ticket(session, open_visit(session, "seongsu", "kiosk", "ko").id, "deposits")
        order_slip(session, ticket.id, None)
        first = code_of(session, session.get_one(PaperSlip, ticket.id), "secret")
        settle(session, ticket.id, SlipState.PRINTED)
        order_again(session, ticket.id, 0)
        second = code_of(session, session.get_one(PaperSlip, f"{ticket.id}.1"), "secret")
        assert code_of(session, session.get_one(PaperSlip, f"{ticket.id}.1"), "secret") == second
    sent = parcel(hub)
    deliver(centre, sent.stream, sent.events)
    with centre.transaction() as session, pytest.raises(SlipCodeOver):
        claim_code(session, first)
    with centre.transaction() as session:
        assert claim_code(session, second).id == ticket.visit_id
