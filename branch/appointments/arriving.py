"""Appointments in the branch, also with the line cut: its copy of the list, arriving, the front at the time, nobody came."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from branch import clock
from branch.appointments.errors import AppointmentNotFound, AppointmentOver
from branch.appointments.models import Appointment, AppointmentState
from branch.appointments.services import STANDING
from branch.content.appointments import AppointmentRules
from branch.tickets.models import Priority, Ticket, TicketState
from branch.tickets.returns import set_priority
from branch.tickets.services import ByPhone, issue_ticket
from branch.tickets.wait import known
from branch.visits.models import EventKind
from branch.visits.services import adopt_visit, record


def keep(session: Session, payload: dict[str, Any]) -> None:
    """Know an appointment as the centre tells it; an older version, or one whose holder is here, changes nothing."""
    adopt_visit(session, str(payload["visit"]), str(payload["branch"]), str(payload["language"]))
    held = session.get(Appointment, str(payload["appointment"]))
    if held is None:
        held = Appointment(id=str(payload["appointment"]), version=0, state=AppointmentState.BOOKED)
        session.add(held)
    elif held.version >= int(payload["version"]) or held.state == AppointmentState.ARRIVED:
        return
    held.visit_id, held.branch_id = str(payload["visit"]), str(payload["branch"])
    held.service, held.language = str(payload["service"]), str(payload["language"])
    held.starts_at = datetime.fromisoformat(payload["starts_at"])
    held.number, held.version = str(payload["number"]), int(payload["version"])
    held.state = AppointmentState(payload["state"])
    session.flush()


def by_number(session: Session, branch_id: str, number: str) -> Appointment:
    """Today's appointment of that number, also one that was missed. Raises AppointmentNotFound."""
    today = known(session, branch_id).today()
    wanted = select(Appointment).where(Appointment.branch_id == branch_id, Appointment.number == number)
    standing = (*STANDING, AppointmentState.ARRIVED)
    for found in session.scalars(wanted.where(Appointment.state.in_(standing))):
        if _day(session, found) == today:
            return found
    raise AppointmentNotFound()


def check_in(session: Session, appointment: Appointment, *, first: bool, by_phone: bool = False) -> Ticket:
    """The holder is here: a number, first in line if it `is_time`. Twice gives the same number.

    Who is too early waits with everybody and is brought to the front at the time; who comes after the grace waits with
    everybody. Raises AppointmentOver on another day, ServiceClosed, NotFound.
    """
    if appointment.ticket_id is not None:
        return session.get_one(Ticket, appointment.ticket_id)
    if (
        appointment.state not in STANDING
        or _day(session, appointment) != known(session, appointment.branch_id).today()
    ):
        raise AppointmentOver()
    asked = ByPhone(appointment.id, None) if by_phone else None
    ticket = issue_ticket(session, appointment.visit_id, appointment.service, by_phone=asked, booked=True)
    appointment.ticket_id, appointment.state = ticket.id, AppointmentState.ARRIVED
    session.flush()
    told = {"appointment": appointment.id, "ticket": ticket.id, "number": ticket.number}
    record(session, appointment.visit_id, EventKind.APPOINTMENT_ARRIVED, **told)
    if first:
        set_priority(session, ticket.id, Priority.BOOKED)
    return ticket


def is_time(rules: AppointmentRules, starts_at: datetime, now: datetime) -> bool:
    """Whether somebody who is here now is helped first."""
    early, grace = timedelta(minutes=rules.early), timedelta(minutes=rules.grace)
    return starts_at - early <= now <= starts_at + grace


def look(session: Session, rules: AppointmentRules, branch_id: str) -> None:
    """Bring to the front whose time has come, and end what nobody came to; doing it again changes nothing."""
    now = clock.now()
    for appointment, ticket in _early_ones(session, branch_id):
        if is_time(rules, appointment.starts_at, now):
            set_priority(session, ticket.id, Priority.BOOKED)
    gone = now - timedelta(minutes=rules.missed_after)
    late = select(Appointment).where(
        Appointment.branch_id == branch_id,
        Appointment.state == AppointmentState.BOOKED,
        Appointment.starts_at < gone,
    )
    for appointment in session.scalars(late).all():
        appointment.state = AppointmentState.MISSED
        record(session, appointment.visit_id, EventKind.APPOINTMENT_MISSED, appointment=appointment.id)


def _early_ones(session: Session, branch_id: str) -> list[tuple[Appointment, Ticket]]:
    """Who has arrived and still waits without being first."""
    waiting = (
        select(Appointment, Ticket)
        .join(Ticket, Ticket.id == Appointment.ticket_id)
        .where(
            Appointment.branch_id == branch_id,
            Ticket.state == TicketState.WAITING,
            Ticket.priority.is_(None),
            Ticket.issued_at < Appointment.starts_at,
        )
    )
    return [(appointment, ticket) for appointment, ticket in session.execute(waiting)]


def _day(session: Session, appointment: Appointment) -> object:
    return appointment.starts_at.astimezone(known(session, appointment.branch_id).zone).date()
