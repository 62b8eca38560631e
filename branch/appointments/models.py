"""Tables of appointments. The centre owns the calendar; a hub holds a copy of its own branch's, without the secret."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from branch.models import Base
from branch.tickets.models import one_of


class AppointmentState(StrEnum):
    """Where an appointment is in its life."""

    BOOKED = "booked"
    ARRIVED = "arrived"
    MISSED = "missed"
    CANCELLED = "cancelled"


class Appointment(Base):
    """A time at a service. `number` is typed at the kiosk; `digest` is that of the link's secret, null at a hub.

    `version` counts changes, so that a hub never goes back to an older one; `ticket_id` is given on arrival.
    """

    __tablename__ = "appointments"
    __table_args__ = (
        CheckConstraint(one_of("state", AppointmentState), name="state_known"),
        Index("ix_appointments_branch_id_starts_at", "branch_id", "starts_at"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    visit_id: Mapped[str] = mapped_column(ForeignKey("visits.id"), index=True)
    branch_id: Mapped[str] = mapped_column(ForeignKey("branches.id"))
    service: Mapped[str] = mapped_column(String(40))
    starts_at: Mapped[datetime]
    number: Mapped[str] = mapped_column(String(6))
    state: Mapped[AppointmentState] = mapped_column(String(16), default=AppointmentState.BOOKED)
    version: Mapped[int] = mapped_column(default=0)
    digest: Mapped[str | None] = mapped_column(String(64), unique=True)
    ticket_id: Mapped[str | None] = mapped_column(ForeignKey("tickets.id"))
    language: Mapped[str] = mapped_column(String(8))


class Slot(Base):
    """How many have booked a service at a time; taken and given back with one statement each."""

    __tablename__ = "appointment_slots"
    __table_args__ = (CheckConstraint("taken >= 0", name="none_owed"),)

    branch_id: Mapped[str] = mapped_column(ForeignKey("branches.id"), primary_key=True)
    service: Mapped[str] = mapped_column(String(40), primary_key=True)
    starts_at: Mapped[datetime] = mapped_column(primary_key=True)
    taken: Mapped[int] = mapped_column(default=0)
