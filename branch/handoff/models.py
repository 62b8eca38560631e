"""The table of hand-off codes."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from branch.models import Base


class HandoffCode(Base):
    """A code that opens one visit on one other screen, once; only its digest is kept. A paper slip's has a `ticket_id`."""

    __tablename__ = "handoff_codes"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    visit_id: Mapped[str] = mapped_column(ForeignKey("visits.id"))
    ticket_id: Mapped[str | None] = mapped_column(ForeignKey("tickets.id"), index=True)
    expires_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
