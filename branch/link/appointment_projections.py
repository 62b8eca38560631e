"""What a hub's events do to the appointments as the centre knows them; a table by kind of event."""

from collections.abc import Mapping

from sqlalchemy import update
from sqlalchemy.orm import Session

from branch.appointments.models import Appointment, AppointmentState
from branch.link.upward import Projection, Upward
from branch.visits.models import EventKind


def _arrived(session: Session, _branch_id: str, event: Upward) -> None:
    _set(session, event, state=AppointmentState.ARRIVED, ticket_id=str(event.payload["ticket"]))


def _missed(session: Session, _branch_id: str, event: Upward) -> None:
    _set(session, event, state=AppointmentState.MISSED)


def _set(session: Session, event: Upward, **values: object) -> None:
    mine = update(Appointment).where(Appointment.id == str(event.payload["appointment"]))
    session.execute(mine.values(**values))


APPOINTMENT_PROJECTIONS: Mapping[str, Projection] = {
    EventKind.APPOINTMENT_ARRIVED: _arrived,
    EventKind.APPOINTMENT_MISSED: _missed,
}
