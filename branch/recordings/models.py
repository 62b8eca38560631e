"""Table of what is known about the recording of each consult whose customer agreed."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from branch.consults.models import Side
from branch.models import Base


class Recorder(StrEnum):
    """What the media node last told of the recorder of a consult."""

    STARTING = "starting"
    """Nothing yet: nobody is there, or its first file is being made."""
    LIVE = "live"
    PAUSED = "paused"
    FAILED = "failed"


class Recording(Base):
    """One consult's recording. `required`: without it the two may not talk; `failure` is the node's stable code."""

    __tablename__ = "recordings"
    __table_args__ = (
        CheckConstraint("recorder IN ('starting', 'live', 'paused', 'failed')", name="recorder_known"),
        CheckConstraint("paused_by IN ('customer', 'advisor')", name="paused_by_known"),
        CheckConstraint("(paused_by IS NULL) = (paused_at IS NULL)", name="paused_by_and_at"),
        CheckConstraint("(failure IS NULL) = (recorder != 'failed')", name="failed_for_a_reason"),
    )

    consult_id: Mapped[str] = mapped_column(ForeignKey("consults.id"), primary_key=True)
    required: Mapped[bool]
    recorder: Mapped[Recorder] = mapped_column(String(16))
    failure: Mapped[str | None] = mapped_column(String(60))
    since: Mapped[datetime]
    paused_by: Mapped[Side | None] = mapped_column(String(16))
    paused_at: Mapped[datetime | None]
