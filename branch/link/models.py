"""Tables of the link: what the hub still has to send, what the centre has received, and commands down."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, bindparam, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from branch import ids
from branch.afterwards import afterwards
from branch.models import Base
from branch.rows import put, put_all, table_of
from branch.statements import Statement, Values


class LinkStream(Base):
    """The hub's numbering: one row; a new database is a new stream, so old numbers cannot be mistaken for new."""

    __tablename__ = "link_streams"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    last_sequence: Mapped[int] = mapped_column(default=0)


class OutboxEvent(Base):
    """An event of a visit or of the branch, waiting to go up; kept after the acknowledgement for a gap's sake."""

    __tablename__ = "outbox_events"
    __table_args__ = (CheckConstraint("(event_id IS NULL) != (branch_event_id IS NULL)", name="one_event"),)

    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    event_id: Mapped[str | None] = mapped_column(ForeignKey("visit_events.id"), unique=True)
    branch_event_id: Mapped[str | None] = mapped_column(ForeignKey("branch_events.id"), unique=True)
    acknowledged_at: Mapped[datetime | None] = mapped_column(index=True)


class LinkPosition(Base):
    """The centre's memory of a stream: the last sequence applied, in order, without a gap."""

    __tablename__ = "link_positions"

    stream: Mapped[str] = mapped_column(String(32), primary_key=True)
    branch_id: Mapped[str] = mapped_column(ForeignKey("branches.id"))
    last_sequence: Mapped[int] = mapped_column(default=0)
    seen_at: Mapped[datetime]


class Command(Base):
    """Something the centre asks of a hub; it is asked until the hub has acknowledged it, or nobody waits for it any more."""

    __tablename__ = "commands"
    __table_args__ = (Index("ix_commands_branch_id_acknowledged_at", "branch_id", "acknowledged_at"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    branch_id: Mapped[str] = mapped_column(ForeignKey("branches.id"))
    kind: Mapped[str] = mapped_column(String(40))
    payload: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    acknowledged_at: Mapped[datetime | None]


class AppliedCommand(Base):
    """The hub's memory of commands it has carried out, so that a repeated one changes nothing."""

    __tablename__ = "applied_commands"
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    applied_at: Mapped[datetime]


_STREAM = table_of(LinkStream)
ADVANCE = Statement(
    update(_STREAM)
    .values(last_sequence=_STREAM.c.last_sequence + bindparam("count"))
    .returning(_STREAM.c.last_sequence)
)


def send_up(session: Session, *, event_id: str | None = None, branch_event_id: str | None = None) -> None:
    """Queue an event for the centre, on a hub; its number in the stream is taken when the transaction ends."""
    if session.info.get("outbox"):
        afterwards(session).upward.append({"event_id": event_id, "branch_event_id": branch_event_id})


def number_events(session: Session, events: Sequence[Values]) -> None:
    """Write the outbox rows of a transaction that is about to commit, all at once.

    The stream's row stays locked until the commit, so numbers are committed in order.
    """
    if events:
        first = _take_sequences(session, len(events))
        put_all(
            session, OutboxEvent, [{**event, "sequence": first + place} for place, event in enumerate(events)]
        )


def _take_sequences(session: Session, count: int) -> int:
    """The first of so many new numbers of the hub's stream."""
    taken = ADVANCE.first(session, {"count": count})
    if taken is None:
        put(session, LinkStream, id=ids.new_id(), last_sequence=count)
        return 1
    return int(taken[0]) - count + 1
