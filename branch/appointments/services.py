"""Booking at the centre: taking a time, changing it, giving it back. The branch is told over the link."""

import secrets
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from branch import clock, ids
from branch.appointments.calendar import is_closed, slots
from branch.appointments.errors import (
    AppointmentNotFound,
    AppointmentOver,
    BookedAlready,
    DayClosed,
    SlotFull,
    SlotPast,
)
from branch.appointments.links import COUNTER, secret_for
from branch.appointments.models import Appointment, AppointmentState, Slot
from branch.content.appointments import AppointmentRules
from branch.errors import NotFound
from branch.link.commands import ask
from branch.people.models import Branch
from branch.rows import table_of
from branch.tickets.errors import ServiceClosed
from branch.tickets.models import Service
from branch.visits.models import EventKind
from branch.visits.services import get_visit, record

_SLOTS = table_of(Slot)
# Whose holder may still come.
STANDING = (AppointmentState.BOOKED, AppointmentState.MISSED)


class Booked(NamedTuple):
    """An appointment, and the secret of its link, which the database does not keep."""

    appointment: Appointment
    secret: str


def book(
    session: Session, rules: AppointmentRules, key: str, visit_id: str, service_slug: str, starts_at: datetime
) -> Booked:
    """Take a time for a visit, which may have one; `key` makes the link (links.py).

    Raises what `_check` does, BookedAlready and SlotFull.
    """
    visit = get_visit(session, visit_id)
    if of_visit(session, visit_id) is not None:
        raise BookedAlready()
    branch = session.get_one(Branch, visit.branch_id)
    _check(session, rules, branch, service_slug, starts_at)
    _take(session, rules, branch.id, service_slug, starts_at)
    appointment_id = ids.new_id()
    secret = secret_for(key, COUNTER, appointment_id)
    appointment = Appointment(
        id=appointment_id,
        visit_id=visit_id,
        branch_id=branch.id,
        service=service_slug,
        starts_at=starts_at,
        number=_free_number(session, branch.id),
        state=AppointmentState.BOOKED,
        version=0,
        digest=ids.digest(secret),
        language=visit.language,
    )
    session.add(appointment)
    session.flush()
    _tell(session, appointment, EventKind.APPOINTMENT_BOOKED)
    return Booked(appointment, secret)


def change(session: Session, rules: AppointmentRules, appointment: Appointment, starts_at: datetime) -> None:
    """Another time for the same service; the old one is free again. Raises what `book` does, and AppointmentOver."""
    if appointment.state != AppointmentState.BOOKED:
        raise AppointmentOver()
    if starts_at == appointment.starts_at:
        return
    branch = session.get_one(Branch, appointment.branch_id)
    _check(session, rules, branch, appointment.service, starts_at)
    _take(session, rules, branch.id, appointment.service, starts_at)
    _give_back(session, appointment)
    appointment.starts_at = starts_at
    _tell(session, appointment, EventKind.APPOINTMENT_CHANGED)


def cancel(session: Session, appointment: Appointment) -> None:
    """Give the time back; cancelling twice changes nothing. Raises AppointmentOver once somebody has arrived."""
    if appointment.state == AppointmentState.CANCELLED:
        return
    if appointment.state != AppointmentState.BOOKED:
        raise AppointmentOver()
    _give_back(session, appointment)
    appointment.state = AppointmentState.CANCELLED
    _tell(session, appointment, EventKind.APPOINTMENT_CANCELLED)


def by_secret(session: Session, secret: str) -> Appointment:
    """The appointment behind a link. Raises AppointmentNotFound, also when its visit was forgotten."""
    found = session.scalar(
        select(Appointment).where(Appointment.digest == ids.digest(secret)).with_for_update()
    )
    if found is None:
        raise AppointmentNotFound()
    get_visit(session, found.visit_id)
    return found


def of_visit(session: Session, visit_id: str) -> Appointment | None:
    """The appointment that the visit's holder may still come to."""
    mine = select(Appointment).where(Appointment.visit_id == visit_id, Appointment.state.in_(STANDING))
    return session.scalar(mine.order_by(Appointment.starts_at).limit(1))


def left(
    session: Session, rules: AppointmentRules, branch_id: str, service: str, times: list[datetime]
) -> dict[datetime, int]:
    """How many may still book each of these times."""
    rows = session.execute(
        select(Slot.starts_at, Slot.taken).where(
            Slot.branch_id == branch_id, Slot.service == service, Slot.starts_at.in_(times)
        )
    )
    taken = {starts_at: count for starts_at, count in rows}
    return {at: max(0, rules.capacity - taken.get(at, 0)) for at in times}


def _check(
    session: Session, rules: AppointmentRules, branch: Branch, service_slug: str, starts_at: datetime
) -> None:
    """Raises NotFound, SlotPast, DayClosed and ServiceClosed for a time that nobody can have."""
    service = session.get(Service, f"{branch.id}.{service_slug}")
    if service is None:
        raise NotFound()
    if service.retired:
        raise ServiceClosed()
    now = clock.now()
    if starts_at <= now:
        raise SlotPast()
    day = clock.business_day(starts_at, branch.timezone)
    if is_closed(rules, day):
        raise DayClosed()
    if starts_at not in slots(rules, branch, service, day, now):
        raise ServiceClosed()


def _one_more(insert: postgresql.Insert | sqlite.Insert, capacity: int) -> Insert:
    counted = insert.on_conflict_do_update(
        index_elements=["branch_id", "service", "starts_at"],
        set_={"taken": _SLOTS.c.taken + 1},
        where=_SLOTS.c.taken < capacity,
    )
    return counted.returning(_SLOTS.c.taken)


def _take(
    session: Session, rules: AppointmentRules, branch_id: str, service: str, starts_at: datetime
) -> None:
    """One conditional statement decides between two who want the last place. Raises SlotFull."""
    connection = session.connection()
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    first = {"branch_id": branch_id, "service": service, "starts_at": starts_at, "taken": 1}
    if connection.scalar(_one_more(dialect.insert(_SLOTS), rules.capacity), first) is None:
        raise SlotFull()


def _give_back(session: Session, appointment: Appointment) -> None:
    mine = (
        (Slot.branch_id == appointment.branch_id)
        & (Slot.service == appointment.service)
        & (Slot.starts_at == appointment.starts_at)
    )
    session.execute(update(Slot).where(mine, Slot.taken > 0).values(taken=Slot.taken - 1))


def _free_number(session: Session, branch_id: str) -> str:
    """Six digits that nobody else of the branch will type on any of these days."""
    standing = select(Appointment.number).where(
        Appointment.branch_id == branch_id, Appointment.state.in_(STANDING)
    )
    used = set(session.scalars(standing))
    return next(number for number in iter(_number, "") if number not in used)


def _number() -> str:
    return f"{secrets.randbelow(900_000) + 100_000}"


def _tell(session: Session, appointment: Appointment, kind: EventKind) -> None:
    """The thread, and the branch, which must know before the line may be cut."""
    appointment.version += 1
    session.flush()
    told: dict[str, Any] = {
        "appointment": appointment.id,
        "service": appointment.service,
        "starts_at": appointment.starts_at.isoformat(),
    }
    record(session, appointment.visit_id, kind, **told)
    ask(
        session,
        appointment.branch_id,
        "appointment.set",
        **told,
        visit=appointment.visit_id,
        branch=appointment.branch_id,
        language=appointment.language,
        number=appointment.number,
        state=str(appointment.state),
        version=appointment.version,
    )
