"""Which advisors are there now: a console that is open says so every few seconds, whichever process it is connected to."""

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from branch import clock
from branch.people.models import Role, Staff

# Longer than two words of an open console and than a page that is loaded anew; then nobody is there.
THERE_FOR = timedelta(seconds=30)


def seen(session: Session, staff_ids: Iterable[str]) -> None:
    """These have their console open at this moment."""
    there = list(staff_ids)
    if there:
        session.execute(update(Staff).where(Staff.id.in_(there)).values(seen_at=clock.now()))


def topics_there(session: Session) -> frozenset[str]:
    """The topics that somebody who is there can talk about."""
    there = select(Staff.topics).where(
        Staff.role == Role.ADVISOR, Staff.active, Staff.seen_at > clock.now() - THERE_FOR
    )
    return frozenset(topic for topics in session.scalars(there) for topic in topics)
