"""Tables of appointments with experts. They belong to the centre, as consults do; no hub knows them."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from branch.models import Base
from branch.tickets.models import one_of


class ExpertState(StrEnum):
    """Where an appointment with an expert is in its life; kept means that an advisor has taken the call."""

    BOOKED = "booked"
    KEPT = "kept"
    MISSED = "missed"
    CANCELLED = "cancelled"


BOOKED = text("state = 'booked'")


class ExpertAppointment(Base):
    """A time for a topic; a visit has at most one that is still to come.

    `digest` is that of the link's secret, `changes` counts other times (RFC 5545, SEQUENCE), `consult_id` is where its
    holder came in, and `reminded_at` is set by whoever may say the reminder.
    """

    __tablename__ = "expert_appointments"
    __table_args__ = (
        CheckConstraint(one_of("state", ExpertState), name="state_known"),
        Index("ix_expert_appointments_state_starts_at", "state", "starts_at"),
        Index(
            "uq_expert_appointments_one_a_visit",
            "visit_id",
            unique=True,
            sqlite_where=BOOKED,
            postgresql_where=BOOKED,
        ),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    visit_id: Mapped[str] = mapped_column(ForeignKey("visits.id"), index=True)
    branch_id: Mapped[str] = mapped_column(ForeignKey("branches.id"))
    topic: Mapped[str] = mapped_column(String(40))
    starts_at: Mapped[datetime]
    state: Mapped[ExpertState] = mapped_column(String(16), default=ExpertState.BOOKED)
    changes: Mapped[int] = mapped_column(default=0)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    booked_at: Mapped[datetime]
    consult_id: Mapped[str | None] = mapped_column(ForeignKey("consults.id"), index=True)
    reminded_at: Mapped[datetime | None]


class ExpertPlace(Base):
    """One advisor's time that is held; whoever inserts the row has it. Any advisor of the topic may take the call."""

    __tablename__ = "expert_places"

    advisor_id: Mapped[str] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    starts_at: Mapped[datetime] = mapped_column(primary_key=True)
    appointment_id: Mapped[str] = mapped_column(ForeignKey("expert_appointments.id"), index=True)
