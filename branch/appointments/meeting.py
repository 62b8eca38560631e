"""Coming to an expert at the agreed time: the way into the consult, nobody came, and when to remind."""

from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from branch import clock
from branch.appointments.errors import ConsultTimeOver, TooEarly
from branch.appointments.expert_models import ExpertAppointment, ExpertState
from branch.appointments.experts import IN_LINE, end, note, of_visit
from branch.appointments.turns import Hour, hour
from branch.consults import services as consults
from branch.consults.models import Consult, ConsultState
from branch.content.appointments import ExpertRules
from branch.visits.models import EventKind

LET_IN = frozenset({Hour.OPEN, Hour.LATE})


def come(session: Session, rules: ExpertRules, appointment: ExpertAppointment, channel: str) -> Consult:
    """The holder is here: their consult, in which they go first from the time on if they came by `grace` after it.

    Twice gives the same consult. Raises TooEarly before the door opens, ConsultTimeOver afterwards.
    """
    if appointment.state != ExpertState.BOOKED:
        return _again(session, appointment)
    now = hour(rules, appointment.starts_at, clock.now())
    if now == Hour.BEFORE:
        raise TooEarly(minutes=rules.early)
    here = _here(session, appointment)
    if here is not None:
        return here
    if now == Hour.OVER:
        raise ConsultTimeOver()
    return _let_in(session, appointment, channel, in_time=now == Hour.OPEN)


def request(session: Session, rules: ExpertRules, visit_id: str, topic: str, channel: str) -> Consult:
    """A consult on a topic, by whatever page it is asked for: who has booked it and is not too early comes as agreed."""
    booked = of_visit(session, visit_id)
    if booked is not None and booked.topic == topic and hour(rules, booked.starts_at, clock.now()) in LET_IN:
        return come(session, rules, booked, channel)
    return consults.request(session, visit_id, topic, channel)


def look(session: Session, rules: ExpertRules) -> list[ExpertAppointment]:
    """End the appointments nobody came to, and tell which; whoever stands in line has come."""
    gone = clock.now() - timedelta(minutes=rules.missed_after)
    late = select(ExpertAppointment).where(
        ExpertAppointment.state == ExpertState.BOOKED, ExpertAppointment.starts_at < gone
    )
    return [each for each in session.scalars(late).all() if _missed(session, each)]


def due_reminders(session: Session, rules: ExpertRules) -> list[ExpertAppointment]:
    """Whom to remind now; who is told here is told to nobody else, also after a restart."""
    now = clock.now()
    soon = (
        update(ExpertAppointment)
        .where(
            ExpertAppointment.state == ExpertState.BOOKED,
            ExpertAppointment.reminded_at.is_(None),
            ExpertAppointment.consult_id.is_(None),
            ExpertAppointment.starts_at > now,
            ExpertAppointment.starts_at <= now + timedelta(minutes=rules.remind),
        )
        .values(reminded_at=now)
        .returning(ExpertAppointment)
        .execution_options(synchronize_session=False)
    )
    return list(session.scalars(soon))


def _let_in(session: Session, appointment: ExpertAppointment, channel: str, *, in_time: bool) -> Consult:
    other = consults.open_consult(session, appointment.visit_id)
    if other is not None and other.topic != appointment.topic and other.state == ConsultState.WAITING:
        consults.cancel(session, other)
    consult = consults.request(session, appointment.visit_id, appointment.topic, channel)
    if consult.state in IN_LINE:
        consult.booked_for = appointment.starts_at
        consult.first_from = appointment.starts_at if in_time else None
    else:
        appointment.state = ExpertState.KEPT
    appointment.consult_id = consult.id
    session.flush()
    note(session, appointment, EventKind.EXPERT_CAME, consult=consult.id)
    return consult


def _here(session: Session, appointment: ExpertAppointment) -> Consult | None:
    """The consult in which the holder of an appointment is."""
    consult = session.get(Consult, appointment.consult_id) if appointment.consult_id else None
    return consult if consult is not None and consult.state in IN_LINE else None


def _again(session: Session, appointment: ExpertAppointment) -> Consult:
    """The link of a kept appointment leads back into its consult for as long as that goes on."""
    consult = session.get(Consult, appointment.consult_id) if appointment.consult_id else None
    if consult is None or appointment.state != ExpertState.KEPT or consult.ended_at is not None:
        raise ConsultTimeOver()
    return consult


def _missed(session: Session, appointment: ExpertAppointment) -> bool:
    consult = _here(session, appointment)
    if consult is not None and consult.state == ConsultState.WAITING:
        return False
    if consult is not None:
        consult.first_from = None
    return end(session, appointment, ExpertState.MISSED, EventKind.EXPERT_MISSED)
