"""The appointments of a day as advisors see them: who comes when, who is here, who did not come."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from branch import clock
from branch.appointments.expert_models import ExpertAppointment, ExpertState
from branch.appointments.experts import IN_LINE
from branch.consults.models import Consult
from branch.people.models import Branch
from branch.visits.models import Visit


class Coming(StrEnum):
    """How an appointment of today stands."""

    BOOKED = "booked"
    HERE = "here"
    KEPT = "kept"
    MISSED = "missed"


class Entry(NamedTuple):
    """One appointment, its visit, and how it stands."""

    appointment: ExpertAppointment
    visit: Visit
    state: Coming


def today(session: Session, topics: Sequence[str]) -> list[Entry]:
    """The appointments of today for these topics, the earliest first; those given back are nobody's."""
    begins, ends = _today(session)
    rows = session.execute(
        select(ExpertAppointment, Visit, Consult.state)
        .join(Visit, Visit.id == ExpertAppointment.visit_id)
        .outerjoin(Consult, Consult.id == ExpertAppointment.consult_id)
        .where(
            ExpertAppointment.topic.in_(topics),
            ExpertAppointment.state != ExpertState.CANCELLED,
            ExpertAppointment.starts_at >= begins,
            ExpertAppointment.starts_at < ends,
        )
        .order_by(ExpertAppointment.starts_at, ExpertAppointment.id)
    )
    return [Entry(each, visit, _state(each, consult)) for each, visit, consult in rows]


def _state(appointment: ExpertAppointment, consult: str | None) -> Coming:
    if appointment.state == ExpertState.BOOKED and consult in IN_LINE:
        return Coming.HERE
    return Coming(appointment.state)


def _today(session: Session) -> tuple[datetime, datetime]:
    """Advisors belong to no branch: their day is that of the bank's first one."""
    zone = ZoneInfo(session.scalars(select(Branch.timezone).order_by(Branch.id).limit(1)).one())
    begins = datetime.combine(clock.now().astimezone(zone).date(), time(0), zone)
    return begins, begins + timedelta(days=1)
