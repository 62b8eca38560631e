"""The table of media nodes as the centre last heard of them, one lease each."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from branch.models import Base


class NodeState(StrEnum):
    """What a media node is good for at the moment."""

    READY = "ready"
    FULL = "full"
    DRAINING = "draining"
    AWAY = "away"


class NodeLease(Base):
    """Until `expires_at` the node at this address keeps its calls and is given more; whichever process hears it renews.

    `free` is how many further rooms it takes, 0 when it is full or being emptied; `load` is in cores.
    """

    __tablename__ = "node_leases"
    __table_args__ = (
        CheckConstraint("rooms >= 0 AND free >= 0 AND participants >= 0", name="counts_not_negative"),
    )

    node: Mapped[str] = mapped_column(String(200), primary_key=True)
    instance: Mapped[str] = mapped_column(String(32))
    rooms: Mapped[int]
    free: Mapped[int]
    participants: Mapped[int]
    load: Mapped[float]
    draining: Mapped[bool]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]

    def state(self, at: datetime) -> NodeState:
        """What the node is good for at this time."""
        if self.expires_at <= at:
            return NodeState.AWAY
        if self.draining:
            return NodeState.DRAINING
        return NodeState.READY if self.free else NodeState.FULL
