"""The centre's side of the link: asking things of a hub, and what it has not carried out yet."""

from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from branch import clock, ids
from branch.bus import Fact
from branch.link.models import Command
from branch.visits.services import tell

COMMAND_ASKED = "command.asked"


def ask(session: Session, branch_id: str, kind: str, **payload: Any) -> Command:
    """Ask something of a hub; it is delivered now or when the line is back."""
    command = Command(
        id=ids.new_id(), branch_id=branch_id, kind=kind, payload=payload, created_at=clock.now()
    )
    session.add(command)
    session.flush()
    tell(session, Fact(command.id, COMMAND_ASKED, "", command.created_at, {"branch": branch_id}))
    return command


def outstanding(session: Session, branch_id: str) -> list[Command]:
    """What this hub has not acknowledged, oldest first."""
    waiting = select(Command).where(Command.branch_id == branch_id, Command.acknowledged_at.is_(None))
    return list(session.scalars(waiting.order_by(Command.created_at, Command.id).limit(200)))


def acknowledged(session: Session, branch_id: str, command_ids: list[str]) -> None:
    """The hub has carried these out."""
    session.execute(
        update(Command)
        .where(Command.branch_id == branch_id, Command.id.in_(command_ids))
        .values(acknowledged_at=clock.now())
    )
