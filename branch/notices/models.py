"""Tables of notices: where to, and what was said already. Both are customer data and go at the end of the day."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from branch.models import Base


class NoticeKind(StrEnum):
    """What is worth a notice; each is said once for a ticket, or for an appointment with an expert."""

    NEAR = "near"
    CALLED = "called"
    MISSED = "missed"
    SOON = "soon"


class PushSubscription(Base):
    """A browser that wants notices (W3C Push API): its push service's address and keys; the digest names it."""

    __tablename__ = "push_subscriptions"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    visit_id: Mapped[str] = mapped_column(ForeignKey("visits.id"), index=True)
    endpoint: Mapped[str] = mapped_column(Text)
    p256dh: Mapped[str] = mapped_column(String(120))
    auth: Mapped[str] = mapped_column(String(60))
    made_at: Mapped[datetime]


class Contact(Base):
    """A phone number given for this one visit's notices, and to which text its owner said yes."""

    __tablename__ = "contacts"

    visit_id: Mapped[str] = mapped_column(ForeignKey("visits.id"), primary_key=True)
    phone: Mapped[str] = mapped_column(String(20))
    consent_version: Mapped[str] = mapped_column(String(40))
    given_at: Mapped[datetime]


class NoticeGiven(Base):
    """Said once: whoever inserts this row may say it, and nobody after a restart says it again."""

    __tablename__ = "notices_given"

    ticket_id: Mapped[str] = mapped_column(ForeignKey("tickets.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    given_at: Mapped[datetime]


class AppointmentPush(Base):
    """A browser that wants to be reminded of an appointment with an expert; kept until that is over."""

    __tablename__ = "appointment_pushes"

    appointment_id: Mapped[str] = mapped_column(ForeignKey("expert_appointments.id"), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    endpoint: Mapped[str] = mapped_column(Text)
    p256dh: Mapped[str] = mapped_column(String(120))
    auth: Mapped[str] = mapped_column(String(60))
    made_at: Mapped[datetime]


class AppointmentContact(Base):
    """A phone number given for the reminder of an appointment alone, and to which text its owner said yes."""

    __tablename__ = "appointment_contacts"

    appointment_id: Mapped[str] = mapped_column(ForeignKey("expert_appointments.id"), primary_key=True)
    phone: Mapped[str] = mapped_column(String(20))
    consent_version: Mapped[str] = mapped_column(String(40))
    given_at: Mapped[datetime]
