"""Leases of media nodes: renewed by whoever hears a node, ended when nobody does, and no call without a place."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from branch import clock
from branch.consults import services as consults
from branch.consults.models import Consult
from branch.database import Database
from branch.nodes import services as leases
from branch.nodes.errors import MediaAway, MediaFull
from branch.nodes.models import NodeLease, NodeState
from branch.nodes.services import Delay, Told
from tests.branch.conftest import staff
from tests.branch.test_consults import waiting_consult

NODE = Told("http://node-1", "first", rooms=0, free=1, participants=0, load=0.1, draining=False)


def renew(database: Database, told: Told = NODE) -> None:
    with database.transaction() as work:
        leases.renew(work, told)


def let_run_out(database: Database, node: str = NODE.node) -> None:
    with database.transaction() as work:
        over = update(NodeLease).where(NodeLease.node == node)
        past = clock.now() - timedelta(seconds=1)
        work.execute(over.values(seen_at=past - leases.LEASE, expires_at=past))


def delay(database: Database) -> Delay | None:
    with database.reading() as work:
        return leases.delay(work)


def state(database: Database) -> NodeState:
    with database.reading() as work:
        return work.get_one(NodeLease, NODE.node).state(clock.now())


def test_a_lease_is_written_when_it_is_due_and_not_with_every_answer(centre: Database) -> None:
    with centre.reading() as work:
        assert leases.is_due(work, NODE), "never heard"
    renew(centre)
    with centre.reading() as work:
        assert not leases.is_due(work, replace(NODE, load=0.9, participants=2, rooms=1))
        for changed in (
            replace(NODE, free=0),
            replace(NODE, draining=True),
            replace(NODE, instance="second"),
        ):
            assert leases.is_due(work, changed), changed
    let_run_out(centre)
    with centre.reading() as work:
        assert leases.is_due(work, NODE)


def test_states_of_a_node(centre: Database) -> None:
    for told, found in (
        (NODE, NodeState.READY),
        (replace(NODE, free=0), NodeState.FULL),
        (replace(NODE, free=0, draining=True), NodeState.DRAINING),
    ):
        renew(centre, told)
        assert state(centre) == found
    let_run_out(centre)
    assert state(centre) == NodeState.AWAY


def test_a_node_that_another_process_has_just_heard_keeps_its_lease(centre: Database) -> None:
    silent_since = clock.now()
    renew(centre)
    with centre.transaction() as work:
        assert not leases.end(work, NODE.node, silent_since)
        assert not leases.is_over(work, NODE.node)
    with centre.transaction() as work:
        assert leases.end(work, NODE.node, clock.now())
        assert leases.is_over(work, NODE.node)
        assert not leases.end(work, NODE.node, clock.now()), "another process has ended it already"


def test_nobody_is_called_in_without_a_place_and_it_heals_by_itself(centre: Database) -> None:
    advisor, waiting = staff(centre, "tax@maru.example"), waiting_consult(centre).id
    assert delay(centre) is None, "nobody has looked at a node yet"
    for told, refusal, reason in (
        (replace(NODE, free=0), MediaFull, Delay.FULL),
        (replace(NODE, free=0, draining=True), MediaFull, Delay.FULL),
        (None, MediaAway, Delay.AWAY),
    ):
        if told is not None:
            renew(centre, told)
        else:
            let_run_out(centre)
        assert delay(centre) == reason
        with centre.transaction() as work, pytest.raises(refusal):
            consults.claim(work, waiting, advisor)
    renew(centre)
    assert delay(centre) is None
    with centre.transaction() as work:
        consults.claim(work, waiting, advisor)


def test_a_place_that_was_promised_is_no_longer_free(centre: Database) -> None:
    renew(centre)
    first, second = waiting_consult(centre).id, waiting_consult(centre, "products").id
    with centre.transaction() as work:
        consults.claim(work, first, staff(centre, "tax@maru.example"))
    assert delay(centre) == Delay.FULL, "its people are still on their way"
    with centre.transaction() as work, pytest.raises(MediaFull):
        consults.claim(work, second, staff(centre, "products@maru.example"))
    with centre.transaction() as work:
        work.execute(update(Consult).where(Consult.id == first).values(node=NODE.node))
    renew(centre, replace(NODE, rooms=1, free=1))
    assert delay(centre) is None, "the node counts that call itself by now"
