"""Commands from the centre: carried out once, and never able to stop the link."""

import pytest
from sqlalchemy import select

from branch import ids
from branch.database import Database
from branch.link.models import AppliedCommand
from branch.link.outbox import carry_out
from branch.visits.models import EventKind, VisitEvent
from branch.visits.services import open_visit, thread


def command(kind: str, **payload: str) -> dict[str, object]:
    return {"id": ids.new_id(), "kind": kind, "payload": payload}


def test_a_person_is_called_once(hub: Database) -> None:
    with hub.transaction() as session:
        visit = open_visit(session, "seongsu", "kiosk", "ko").id
    asked = command("person.call", visit=visit)
    for _ in range(2):
        with hub.transaction() as session:
            carry_out(session, asked)
    with hub.reading() as session:
        kinds = [happened.kind for happened in thread(session, visit)]
    assert kinds == [EventKind.VISIT_OPENED, EventKind.PERSON_CALLED]


@pytest.mark.parametrize("kind", ["person.call", "code.claimed", "visit.forget", "ticket.cancel"])
def test_a_command_about_another_databases_visit_is_done_with(hub: Database, kind: str) -> None:
    """A hub with a new database must not stumble for ever over what was asked of the old one."""
    asked = command(kind, visit="9" * 32, digest="0" * 64, ticket="9" * 32)
    with hub.transaction() as session:
        carry_out(session, asked)
    with hub.reading() as session:
        assert session.get(AppliedCommand, str(asked["id"])) is not None
        assert session.scalars(select(VisitEvent)).all() == []
