"""Whether the centre hears from a branch."""

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from branch import clock, ids
from branch.link.models import LinkPosition

REACHABLE_FOR = timedelta(seconds=12)


def last_seen(session: Session, branch_id: str) -> datetime | None:
    """When the centre last heard from the branch."""
    newest = select(LinkPosition.seen_at).where(LinkPosition.branch_id == branch_id)
    return session.scalar(newest.order_by(LinkPosition.seen_at.desc()).limit(1))


def heard(session: Session, branch_id: str) -> None:
    """The branch's hub is connected at this moment; a new one is heard before it has anything to tell."""
    now = clock.now()
    known = update(LinkPosition).where(LinkPosition.branch_id == branch_id).values(seen_at=now)
    if not session.execute(known).rowcount:  # type: ignore[attr-defined]
        stream = ids.digest(branch_id)[:32]
        session.add(LinkPosition(stream=stream, branch_id=branch_id, last_sequence=0, seen_at=now))


def is_reachable(session: Session, branch_id: str) -> bool:
    """Whether what the centre knows of the branch is fresh."""
    seen = last_seen(session, branch_id)
    return seen is not None and clock.now() - seen < REACHABLE_FOR
