"""Where to remind somebody of an appointment with an expert: given for it alone, and gone once it is over."""

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from branch import clock
from branch.appointments.expert_models import ExpertAppointment, ExpertState
from branch.notices.models import AppointmentContact, AppointmentPush
from branch.notices.services import Channels, Subscription, read_phone


def subscribe(session: Session, appointment_id: str, read: Subscription) -> None:
    """Remember a browser; a second time changes nothing."""
    session.merge(
        AppointmentPush(
            appointment_id=appointment_id,
            digest=read.digest,
            endpoint=read.endpoint,
            p256dh=read.p256dh,
            auth=read.auth,
            made_at=clock.now(),
        )
    )


def give_phone(session: Session, appointment_id: str, typed: str, consent_version: str) -> None:
    """Remember a Korean mobile number. Raises BadPhone."""
    contact = AppointmentContact(
        appointment_id=appointment_id,
        phone=read_phone(typed),
        consent_version=consent_version,
        given_at=clock.now(),
    )
    session.merge(contact)


def channels_of(session: Session, appointment_id: str) -> Channels:
    """Where the holder wants to hear of it."""
    pushes = select(AppointmentPush).where(AppointmentPush.appointment_id == appointment_id)
    contact = session.get(AppointmentContact, appointment_id)
    return Channels(tuple(session.scalars(pushes)), contact.phone if contact else None)


def stop(session: Session, appointment_id: str) -> None:
    """No more of it, and nothing kept of where it went."""
    for table in (AppointmentPush, AppointmentContact):
        session.execute(delete(table).where(table.appointment_id == appointment_id))


def tidy(session: Session) -> None:
    """Forget where to, once an appointment is no more to come."""
    over = select(ExpertAppointment.id).where(ExpertAppointment.state != ExpertState.BOOKED)
    for table in (AppointmentPush, AppointmentContact):
        session.execute(
            delete(table).where(table.appointment_id.in_(over)).execution_options(synchronize_session=False)
        )
