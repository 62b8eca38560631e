"""Whether the centre hears from a branch."""

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from branch import clock
from branch.link.models import LinkPosition

REACHABLE_FOR = timedelta(seconds=20)


def last_seen(session: Session, branch_id: str) -> datetime | None:
    """When the centre last heard from the branch."""
    newest = select(LinkPosition.seen_at).where(LinkPosition.branch_id == branch_id)
    return session.scalar(newest.order_by(LinkPosition.seen_at.desc()).limit(1))


def heard(session: Session, branch_id: str) -> None:
    """The branch's hub is connected at this moment."""
    session.execute(
        update(LinkPosition).where(LinkPosition.branch_id == branch_id).values(seen_at=clock.now())
    )


def is_reachable(session: Session, branch_id: str) -> bool:
    """Whether what the centre knows of the branch is fresh."""
    seen = last_seen(session, branch_id)
    return seen is not None and clock.now() - seen < REACHABLE_FOR
