"""The table of paper slips."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from branch.models import Base


class SlipState(StrEnum):
    """Where a slip is on its way to paper; a dropped one came too late for its ticket, or cannot be printed at all."""

    WAITING = "waiting"
    PRINTED = "printed"
    DROPPED = "dropped"


STATES = ", ".join(repr(str(state)) for state in SlipState)


class PaperSlip(Base):
    """One slip of a ticket: `reprint` 0 is the first, further ones carry a mark. The id is also the printer's job name.

    `device_id` is the kiosk that asked for it; `trouble` is the code of what kept it from being printed last.
    """

    __tablename__ = "paper_slips"
    __table_args__ = (
        UniqueConstraint("ticket_id", "reprint"),
        CheckConstraint(f"state IN ({STATES})", name="state_known"),
        Index("ix_paper_slips_line", "state", "asked_at"),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    ticket_id: Mapped[str] = mapped_column(ForeignKey("tickets.id"))
    reprint: Mapped[int] = mapped_column(default=0)
    device_id: Mapped[str | None] = mapped_column(ForeignKey("devices.id"))
    state: Mapped[SlipState] = mapped_column(String(16), default=SlipState.WAITING)
    asked_at: Mapped[datetime]
    printed_at: Mapped[datetime | None]
    simulated: Mapped[bool] = mapped_column(default=False)
    trouble: Mapped[str | None] = mapped_column(String(40))
