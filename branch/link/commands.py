"""The centre's side of the link: asking things of a hub, and what it has not carried out yet."""

from datetime import timedelta
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from branch import clock, ids
from branch.bus import Fact
from branch.link.models import Command
from branch.visits.services import tell

COMMAND_ASKED = "command.asked"


def ask(
    session: Session, branch_id: str, kind: str, within: timedelta | None = None, **payload: Any
) -> Command:
    """Ask something of a hub; it is delivered now or when the line is back, unless that is later than `within`."""
    now = clock.now()
    command = Command(
        id=ids.new_id(),
        branch_id=branch_id,
        kind=kind,
        payload=payload,
        created_at=now,
        expires_at=now + within if within else None,
    )
    session.add(command)
    session.flush()
    tell(session, Fact(command.id, COMMAND_ASKED, "", command.created_at, {"branch": branch_id}))
    return command


def outstanding(session: Session, branch_id: str) -> list[Command]:
    """What this hub has not acknowledged and somebody still wants, oldest first."""
    wanted = or_(Command.expires_at.is_(None), Command.expires_at > clock.now())
    waiting = select(Command).where(Command.branch_id == branch_id, Command.acknowledged_at.is_(None), wanted)
    return list(session.scalars(waiting.order_by(Command.created_at, Command.id).limit(200)))


def acknowledged(session: Session, branch_id: str, command_ids: list[str]) -> None:
    """The hub has carried these out."""
    session.execute(
        update(Command)
        .where(Command.branch_id == branch_id, Command.id.in_(command_ids))
        .values(acknowledged_at=clock.now())
    )
