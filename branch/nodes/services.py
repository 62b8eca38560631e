"""Leases of media nodes: renewing, ending, and whether another call fits on any of them."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from branch import clock
from branch.consults.models import TALKING_STATES, Consult
from branch.nodes.errors import MediaAway, MediaFull
from branch.nodes.models import NodeLease

LEASE = timedelta(seconds=6)
RENEW_EVERY = timedelta(seconds=2)
"""A lease is written anew so often, and at once when the node's state changes: each writing waits for the disk."""


class Delay(StrEnum):
    """Why nobody who waits can be called in now."""

    FULL = "full"
    AWAY = "away"


@dataclass(frozen=True)
class Told:
    """What a node said of itself; fields as in NodeLease."""

    node: str
    instance: str
    rooms: int
    free: int
    participants: int
    load: float
    draining: bool


def is_due(session: Session, told: Told) -> bool:
    """Whether the lease should be renewed now; a look that takes no lock."""
    lease = session.get(NodeLease, told.node)
    if lease is None or clock.now() - lease.seen_at >= RENEW_EVERY or lease.expires_at <= clock.now():
        return True
    return (lease.instance, lease.free, lease.draining) != (told.instance, told.free, told.draining)


def renew(session: Session, told: Told) -> None:
    """The node has answered: its lease runs on from now."""
    now = clock.now()
    values = {**asdict(told), "seen_at": now, "expires_at": now + LEASE}
    renewed = session.execute(update(NodeLease).where(NodeLease.node == told.node).values(**values))
    if renewed.rowcount:  # type: ignore[attr-defined]
        return
    try:
        with session.begin_nested():
            session.add(NodeLease(**values))
    except IntegrityError:
        return  # Another process heard it for the first time just now.


def end(session: Session, node: str, silent_since: datetime) -> bool:
    """Nothing listens there any more: end the lease now, unless somebody has heard the node since then.

    True for the process that ends it.
    """
    now = clock.now()
    ended = session.execute(
        update(NodeLease)
        .where(NodeLease.node == node, NodeLease.seen_at < silent_since, NodeLease.expires_at > now)
        .values(expires_at=now)
    )
    return bool(ended.rowcount)  # type: ignore[attr-defined]


def is_over(session: Session, node: str) -> bool:
    """Whether the node's lease has run out for all processes; one that never had a lease has none to keep."""
    lease = session.get(NodeLease, node)
    return lease is None or lease.expires_at <= clock.now()


def delay(session: Session) -> Delay | None:
    """Why the next in line cannot be called in, or None; as long as nobody has looked at a node, nothing is in the way."""
    return _delay(session, list(session.scalars(select(NodeLease))))


def require_place(session: Session) -> None:
    """Raise MediaFull or MediaAway where one more call would find no node; whoever asks next sees what comes of this.

    The leases stay locked until the end of the transaction, so that two advisors do not win one place.
    """
    locked = select(NodeLease).order_by(NodeLease.node).with_for_update()
    reason = _delay(session, list(session.scalars(locked)))
    if reason is not None:
        raise MediaFull() if reason == Delay.FULL else MediaAway()


def _delay(session: Session, leases: list[NodeLease]) -> Delay | None:
    if not leases:
        return None
    now = clock.now()
    running = [lease for lease in leases if lease.expires_at > now]
    if not running:
        return Delay.AWAY
    return Delay.FULL if sum(lease.free for lease in running) <= _promised(session) else None


def _promised(session: Session) -> int:
    """Calls that were accepted and that no node counts yet: each has a place coming to it."""
    unseen = or_(Consult.node.is_(None), Consult.accepted_at > NodeLease.seen_at)
    talking = select(func.count(Consult.id)).outerjoin(NodeLease, NodeLease.node == Consult.node)
    return session.scalar(talking.where(Consult.state.in_(TALKING_STATES), unseen)) or 0
