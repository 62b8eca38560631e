"""Tables of the visit and of everything that happened in it."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from branch.models import Base


class EventKind(StrEnum):
    """What can happen in a visit; the value is stored and goes over the link."""

    VISIT_OPENED = "visit.opened"
    LANGUAGE_CHOSEN = "visit.language"
    VISIT_CLOSED = "visit.closed"
    VISIT_FORGOTTEN = "visit.forgotten"
    QUIZ_FINISHED = "quiz.finished"
    TICKET_ISSUED = "ticket.issued"
    TICKET_CALLED = "ticket.called"
    TICKET_FINISHED = "ticket.finished"
    TICKET_NO_SHOW = "ticket.no_show"
    TICKET_CANCELLED = "ticket.cancelled"
    TICKET_RECALLED = "ticket.recalled"
    TICKET_PARKED = "ticket.parked"
    TICKET_RETURNED = "ticket.returned"
    TICKET_TRANSFERRED = "ticket.transferred"
    TICKET_REFERRED = "ticket.referred"
    TICKET_PRIORITY = "ticket.priority"
    TICKET_EXPIRED = "ticket.expired"
    TICKET_UNDONE = "ticket.undone"
    TICKET_ARRIVED = "ticket.arrived"
    TICKET_ERRANDS = "ticket.errands"
    TICKET_OUT = "ticket.out"
    REQUEST_REFUSED = "request.refused"
    APPOINTMENT_BOOKED = "appointment.booked"
    APPOINTMENT_CHANGED = "appointment.changed"
    APPOINTMENT_CANCELLED = "appointment.cancelled"
    APPOINTMENT_ARRIVED = "appointment.arrived"
    APPOINTMENT_MISSED = "appointment.missed"
    EXPERT_BOOKED = "expert.booked"
    EXPERT_CHANGED = "expert.changed"
    EXPERT_CANCELLED = "expert.cancelled"
    EXPERT_CAME = "expert.came"
    EXPERT_MISSED = "expert.missed"
    NOTE_WRITTEN = "note.written"
    CODE_ISSUED = "code.issued"
    CODE_CLAIMED = "code.claimed"
    PERSON_CALLED = "person.called"
    PERSON_CAME = "person.came"
    CONSULT_REQUESTED = "consult.requested"
    CONSENT_GIVEN = "consent.given"
    CONSENT_REFUSED = "consent.refused"
    CONSULT_WAITING = "consult.waiting"
    CONSULT_ACCEPTED = "consult.accepted"
    CONSULT_LIVE = "consult.live"
    CONSULT_ENDED = "consult.ended"
    CONSULT_CLOSED = "consult.closed"
    CONSULT_CANCELLED = "consult.cancelled"
    RECORDING_PAUSED = "recording.paused"
    RECORDING_RESUMED = "recording.resumed"
    RECORDING_FAILED = "recording.failed"
    RECORDING_BACK = "recording.back"
    GUEST_INVITED = "guest.invited"
    GUEST_REVOKED = "guest.revoked"
    GUEST_JOINED = "guest.joined"
    GUEST_UNRECORDED = "guest.unrecorded"
    GUEST_LEFT = "guest.left"
    GUEST_REMOVED = "guest.removed"
    SUPERVISOR_LISTENS = "supervisor.listens"
    SUPERVISOR_WHISPERS = "supervisor.whispers"
    SUPERVISOR_SPEAKS = "supervisor.speaks"
    SUPERVISOR_LEADS = "supervisor.leads"
    SUPERVISOR_LEFT = "supervisor.left"
    SURVEY_ANSWERED = "survey.answered"


class Visit(Base):
    """Opened by the first touch; carries no name, only an opaque id."""

    __tablename__ = "visits"
    __table_args__ = (CheckConstraint("origin IN ('kiosk', 'phone')", name="origin_known"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    branch_id: Mapped[str] = mapped_column(ForeignKey("branches.id"))
    origin: Mapped[str] = mapped_column(String(16))
    language: Mapped[str] = mapped_column(String(8))
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    forgotten_at: Mapped[datetime | None]
    quiz_type: Mapped[str | None] = mapped_column(String(40))


class VisitEvent(Base):
    """One thing that happened, never changed afterwards; only forgetting the visit empties its payload."""

    __tablename__ = "visit_events"
    __table_args__ = (Index("ix_visit_events_visit_id_at", "visit_id", "at"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    visit_id: Mapped[str] = mapped_column(ForeignKey("visits.id"))
    kind: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime]
    payload: Mapped[dict[str, Any]]


class VisitNote(Base):
    """What a teller wrote down about a visit: customer data, so it stays in the branch and is erased on forgetting."""

    __tablename__ = "visit_notes"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    visit_id: Mapped[str] = mapped_column(ForeignKey("visits.id"), index=True)
    staff_id: Mapped[str | None] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime]
    text: Mapped[str] = mapped_column(Text)
