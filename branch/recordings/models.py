"""Tables of the recordings of consults whose customer agreed, and of who played or fetched them."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String
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


class Use(StrEnum):
    """What a manager did with a recording."""

    PLAY = "play"
    FILE = "file"
    CHECK = "check"


class Recording(Base):
    """One consult's recording. `required`: without it the two may not talk; `failure` is the node's stable code.

    From `kept_at` on the rest says what was recorded: `parts` with the seal of each, lengths in seconds, and from
    `checked_at` on whether everything `holds`, with `findings` ("changed:1": part 1 is not as it was written).
    """

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
    kept_at: Mapped[datetime | None]
    seconds: Mapped[float | None]
    gap_seconds: Mapped[float | None]
    parts: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON(none_as_null=True))
    checked_at: Mapped[datetime | None]
    holds: Mapped[bool | None]
    findings: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    deleted_at: Mapped[datetime | None]
    deletion: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON(none_as_null=True))
    """What each node that held it proved when its time was over."""


class RecordingUse(Base):
    """One time a member of staff played, fetched or checked a recording; never changed."""

    __tablename__ = "recording_uses"
    __table_args__ = (CheckConstraint("what IN ('play', 'file', 'check')", name="what_known"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    consult_id: Mapped[str] = mapped_column(ForeignKey("consults.id"), index=True)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime]
    what: Mapped[Use] = mapped_column(String(16))
