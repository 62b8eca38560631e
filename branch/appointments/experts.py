"""Booking an expert's time at the centre: which times there are, taking one, changing it, giving it back."""

from datetime import datetime
from typing import NamedTuple

import structlog
from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from branch import clock, ids
from branch.appointments.calendar import is_closed, times
from branch.appointments.errors import (
    AppointmentNotFound,
    BookedAlready,
    ConsultTimeOver,
    DayClosed,
    SlotFull,
    SlotPast,
    TimeNotOffered,
)
from branch.appointments.expert_models import ExpertAppointment, ExpertPlace, ExpertState
from branch.appointments.links import EXPERT, secret_for
from branch.appointments.turns import is_over
from branch.consults import services as consults
from branch.consults.models import Consult, ConsultState
from branch.consults.wait import experts
from branch.content.appointments import ExpertRules
from branch.people.models import Branch, Staff
from branch.rows import table_of
from branch.visits.models import EventKind
from branch.visits.services import get_visit, record

log = structlog.get_logger()

_PLACES = table_of(ExpertPlace)
# In these a consult holds nobody up yet, and goes with the appointment it belongs to.
IN_LINE = frozenset({ConsultState.PREPARING, ConsultState.WAITING})


class BookedExpert(NamedTuple):
    """An appointment, and the secret of its link."""

    appointment: ExpertAppointment
    secret: str


def book(
    session: Session, rules: ExpertRules, key: str, visit_id: str, topic: str, starts_at: datetime
) -> BookedExpert:
    """Take a time for a visit that has none to come; whoever waits in a line leaves it.

    Raises BookedAlready, SlotFull, SlotPast, DayClosed, TimeNotOffered. `key` makes the link (links.py).
    """
    visit = get_visit(session, visit_id)
    _check(rules, session.get_one(Branch, visit.branch_id), starts_at)
    appointment_id = ids.new_id()
    secret = secret_for(key, EXPERT, appointment_id)
    appointment = ExpertAppointment(
        id=appointment_id,
        visit_id=visit_id,
        branch_id=visit.branch_id,
        topic=topic,
        starts_at=starts_at,
        state=ExpertState.BOOKED,
        changes=0,
        digest=ids.digest(secret),
        booked_at=clock.now(),
    )
    _put(session, appointment)
    _take(session, rules, appointment, starts_at)
    leave_line(session, visit_id)
    note(session, appointment, EventKind.EXPERT_BOOKED)
    return BookedExpert(appointment, secret)


def change(session: Session, rules: ExpertRules, appointment: ExpertAppointment, starts_at: datetime) -> None:
    """Another time for the same topic; the old one is free again. Raises what `book` does, and ConsultTimeOver."""
    if appointment.state != ExpertState.BOOKED or is_over(rules, appointment.starts_at, clock.now()):
        raise ConsultTimeOver()
    if starts_at == appointment.starts_at:
        return
    _check(rules, session.get_one(Branch, appointment.branch_id), starts_at)
    _take(session, rules, appointment, starts_at)
    _free(session, appointment, starts_at)
    leave_line(session, appointment.visit_id)
    appointment.starts_at, appointment.changes = starts_at, appointment.changes + 1
    appointment.reminded_at = appointment.consult_id = None
    session.flush()
    note(session, appointment, EventKind.EXPERT_CHANGED)


def cancel(session: Session, appointment: ExpertAppointment) -> None:
    """Give the time back; cancelling twice changes nothing. Raises ConsultTimeOver once it is over."""
    if appointment.state == ExpertState.CANCELLED:
        return
    if appointment.state != ExpertState.BOOKED:
        raise ConsultTimeOver()
    end(session, appointment, ExpertState.CANCELLED, EventKind.EXPERT_CANCELLED)
    if appointment.consult_id is not None:
        leave_line(session, appointment.visit_id)


def end(session: Session, appointment: ExpertAppointment, state: ExpertState, kind: EventKind) -> bool:
    """End what is still to come and free its time; one conditional statement decides. False when it was over before."""
    mine = update(ExpertAppointment).where(
        ExpertAppointment.id == appointment.id, ExpertAppointment.state == ExpertState.BOOKED
    )
    ended = session.execute(mine.values(state=state))
    session.refresh(appointment)
    if not ended.rowcount:  # type: ignore[attr-defined]
        return False
    _free(session, appointment)
    note(session, appointment, kind)
    return True


def by_secret(session: Session, secret: str) -> ExpertAppointment:
    """The appointment behind a link. Raises AppointmentNotFound, and NotFound when its visit was forgotten."""
    found = session.scalar(
        select(ExpertAppointment).where(ExpertAppointment.digest == ids.digest(secret)).with_for_update()
    )
    if found is None:
        raise AppointmentNotFound()
    get_visit(session, found.visit_id)
    return found


def of_visit(session: Session, visit_id: str) -> ExpertAppointment | None:
    """The appointment of a visit that is still to come."""
    return session.scalar(
        select(ExpertAppointment).where(
            ExpertAppointment.visit_id == visit_id, ExpertAppointment.state == ExpertState.BOOKED
        )
    )


def left(session: Session, rules: ExpertRules, topic: str, offered: list[datetime]) -> dict[datetime, int]:
    """How many may still book each of these times."""
    advisors = [advisor.id for advisor in _whose_time(session, rules, topic)]
    held = session.execute(
        select(ExpertPlace.starts_at, ExpertPlace.advisor_id).where(
            ExpertPlace.starts_at.in_(offered), ExpertPlace.advisor_id.in_(advisors)
        )
    )
    taken = [starts_at for starts_at, _ in held]
    return {at: len(advisors) - taken.count(at) for at in offered}


def leave_line(session: Session, visit_id: str) -> None:
    """Whoever waits for an expert waits no longer. Raises ConsultTaken when an advisor has just accepted."""
    consult: Consult | None = consults.open_consult(session, visit_id)
    if consult is not None and consult.state in IN_LINE:
        consults.cancel(session, consult)


def note(session: Session, appointment: ExpertAppointment, kind: EventKind, **more: str) -> None:
    """The thread, and the log."""
    starts_at = appointment.starts_at.isoformat()
    log.info("expert appointment", what=kind.value, appointment=appointment.id, topic=appointment.topic)
    told = {"appointment": appointment.id, "topic": appointment.topic, "starts_at": starts_at, **more}
    record(session, appointment.visit_id, kind, **told)


def _check(rules: ExpertRules, branch: Branch, starts_at: datetime) -> None:
    now = clock.now()
    if starts_at <= now:
        raise SlotPast()
    day = clock.business_day(starts_at, branch.timezone)
    if is_closed(rules, day):
        raise DayClosed()
    if starts_at not in times(rules, branch, day, now):
        raise TimeNotOffered()


def _put(session: Session, appointment: ExpertAppointment) -> None:
    """The index uq_expert_appointments_one_a_visit decides between two taps; the transaction is of no more use then."""
    session.add(appointment)
    try:
        session.flush()
    except IntegrityError:
        raise BookedAlready() from None


def _whose_time(session: Session, rules: ExpertRules, topic: str) -> list[Staff]:
    """Whose time can be held for a topic: first who does nothing else, so that the others stay free for their topics."""
    return sorted(experts(session, topic), key=lambda advisor: len(advisor.topics))[: rules.capacity]


def _take(session: Session, rules: ExpertRules, appointment: ExpertAppointment, starts_at: datetime) -> None:
    """Hold one advisor's time: of two who want the last one, the second's insert does nothing. Raises SlotFull."""
    connection = session.connection()
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    hold = dialect.insert(_PLACES).on_conflict_do_nothing().returning(_PLACES.c.advisor_id)
    for advisor in _whose_time(session, rules, appointment.topic):
        place = {"advisor_id": advisor.id, "starts_at": starts_at, "appointment_id": appointment.id}
        if connection.scalar(hold, place) is not None:
            return
    raise SlotFull()


def _free(session: Session, appointment: ExpertAppointment, but: datetime | None = None) -> None:
    mine = delete(ExpertPlace).where(ExpertPlace.appointment_id == appointment.id)
    session.execute(mine if but is None else mine.where(ExpertPlace.starts_at != but))
