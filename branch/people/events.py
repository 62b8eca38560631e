"""What happens in a branch outside of any visit: a desk opens or closes, new hours are applied."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from branch import clock, ids
from branch.bus import Fact
from branch.link.models import send_up
from branch.people.models import BranchEvent, BranchEventKind
from branch.rows import put
from branch.visits.services import tell


def record_in_branch(session: Session, branch_id: str, kind: BranchEventKind, **payload: Any) -> None:
    """Keep one event of the branch; after the commit it is told to the bus and, on a hub, to the centre.

    `payload` is JSON and holds ids and choices only.
    """
    keep_event(session, ids.ordered_id(), branch_id, kind, clock.now(), payload)


def keep_event(
    session: Session, event_id: str, branch_id: str, kind: str, at: datetime, payload: dict[str, Any]
) -> None:
    """Keep an event that already has its id and time, such as one that came over the link."""
    put(session, BranchEvent, id=event_id, branch_id=branch_id, kind=kind, at=at, payload=payload)
    send_up(session, branch_event_id=event_id)
    tell(session, Fact(event_id, kind, "", at, {**payload, "branch": branch_id}))
