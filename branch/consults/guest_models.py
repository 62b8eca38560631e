"""The table of everyone in a consult beside its two: people invited by link, and supervisors of the branch."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from branch.consults.models import MediaState
from branch.models import Base


class GuestRole(StrEnum):
    """Why somebody is there."""

    COMPANION = "companion"
    INTERPRETER = "interpreter"
    EXPERT = "expert"
    SUPERVISOR = "supervisor"


class GuestState(StrEnum):
    """Where an invitation is in its life."""

    INVITED = "invited"
    JOINED = "joined"
    LEFT = "left"
    REMOVED = "removed"
    EXPIRED = "expired"


class Mode(StrEnum):
    """How far a supervisor takes part: hears, speaks to the advisor alone, to all, or leads in the advisor's place."""

    LISTEN = "listen"
    WHISPER = "whisper"
    BARGE = "barge"
    LEAD = "lead"


BY_LINK = frozenset({GuestRole.COMPANION, GuestRole.INTERPRETER, GuestRole.EXPERT})
SEATED_STATES = frozenset({GuestState.INVITED, GuestState.JOINED, GuestState.LEFT})
SEATED = text("state IN ('invited', 'joined', 'left')")
# Customer and advisor have the first two seats of a room of six.
SEATS = range(2, 6)


class Guest(Base):
    """One more person in a consult; the seat says on which lines of everybody's connection they are seen and heard.

    `announced` is false for a supervisor of whom the customer is not told while only listening or whispering.
    """

    __tablename__ = "guests"
    __table_args__ = (
        CheckConstraint("role IN ('companion', 'interpreter', 'expert', 'supervisor')", name="role_known"),
        CheckConstraint("state IN ('invited', 'joined', 'left', 'removed', 'expired')", name="state_known"),
        CheckConstraint("mode IN ('listen', 'whisper', 'barge', 'lead')", name="mode_known"),
        CheckConstraint("(role = 'supervisor') = (staff_id IS NOT NULL)", name="supervisors_are_staff"),
        CheckConstraint("(mode IS NOT NULL) = (staff_id IS NOT NULL)", name="supervisors_have_a_mode"),
        CheckConstraint("media IN ('connected', 'reconnecting', 'left')", name="media_known"),
        Index(
            "uq_guests_one_a_seat",
            "consult_id",
            "seat",
            unique=True,
            sqlite_where=SEATED,
            postgresql_where=SEATED,
        ),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    consult_id: Mapped[str] = mapped_column(ForeignKey("consults.id"), index=True)
    seat: Mapped[int]
    role: Mapped[GuestRole] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(80))
    state: Mapped[GuestState] = mapped_column(String(16))
    digest: Mapped[str | None] = mapped_column(String(64), unique=True)
    staff_id: Mapped[str | None] = mapped_column(ForeignKey("staff.id"))
    mode: Mapped[Mode | None] = mapped_column(String(16))
    announced: Mapped[bool] = mapped_column(default=True)
    recording: Mapped[bool | None]
    text_version: Mapped[str | None] = mapped_column(String(40))
    language: Mapped[str | None] = mapped_column(String(8))
    media: Mapped[MediaState | None] = mapped_column(String(16))
    muted: Mapped[bool] = mapped_column(default=False)
    connection: Mapped[str | None] = mapped_column(String(40))
    invited_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    joined_at: Mapped[datetime | None]
    left_at: Mapped[datetime | None]

    @property
    def participant(self) -> str:
        """The name on the media node and in recordings: the role, and nobody's name."""
        return f"{self.role}-{self.id[:8]}"
