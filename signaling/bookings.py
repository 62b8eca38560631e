"""Appointments with experts in words: why somebody goes first, and when it will be their turn."""

from datetime import datetime
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_skeleton
from flask_babel import force_locale, gettext
from sqlalchemy.orm import Session

from branch import clock
from branch.appointments.agenda import Entry
from branch.consults.models import Consult
from branch.people.models import Branch
from branch.tickets.order import Turn
from branch.visits.models import Visit
from signaling.payloads import BookedTime, Booking, Topic, TypeCard
from signaling.words import TURNS

WORDS: dict[str, str] = {
    "first": "예약 %(time)s",
    "early": "예약 %(time)s · 시간이 되면 먼저",
    "late": "예약 %(time)s · 늦게 오셔서 기다린 순서",
}


def booked_time(session: Session, consult: Consult) -> BookedTime | None:
    """For when somebody has booked, and whether they go first now, will at the time, or came too late for it."""
    if consult.booked_for is None:
        return None
    turn = "late"
    if consult.first_from is not None:
        turn = "first" if consult.first_from <= clock.now() else "early"
    visit = session.get_one(Visit, consult.visit_id)
    time = f"{_in_branch(session, visit, consult.booked_for):%H:%M}"
    return {"at": consult.booked_for.isoformat(), "time": time, "turn": turn}


def reason(session: Session, consult: Consult, turn: Turn | None, language: str) -> str | None:
    """Why somebody stands where they stand in the advisors' line; `turn` is that of its head, None for everyone else."""
    booked = booked_time(session, consult)
    with force_locale(language):
        if booked is not None:
            return str(gettext(WORDS[booked["turn"]], time=booked["time"]))
        return str(gettext(TURNS[turn])) if turn is Turn.BALANCE else None


def booking_card(session: Session, entry: Entry, topic: Topic, kind: TypeCard | None) -> Booking:
    """An appointment of today as the console lists it; a forgotten visit tells no more than its time."""
    return {
        "id": entry.appointment.id,
        "at": entry.appointment.starts_at.isoformat(),
        "time": f"{_in_branch(session, entry.visit, entry.appointment.starts_at):%H:%M}",
        "topic": topic,
        "language": entry.visit.language,
        "type": kind["name"] if kind else None,
        "state": str(entry.state),
    }


def when(session: Session, visit: Visit, payload: dict[str, object], language: str) -> str:
    """The agreed day and time that an event carries, in the branch's own time; nothing for any other event."""
    if "starts_at" not in payload:
        return ""
    at = datetime.fromisoformat(str(payload["starts_at"]))
    return day_and_time(_in_branch(session, visit, at), language)


def day_and_time(at: datetime, language: str) -> str:
    """A local time with its day, as its reader writes it; hours count to 24."""
    return f"{format_skeleton('MMMEd', at, locale=Locale.parse(language))} {at:%H:%M}"


def local_time(at: datetime, branch: Branch) -> datetime:
    """A moment on the clock of a branch."""
    return at.astimezone(ZoneInfo(branch.timezone))


def _in_branch(session: Session, visit: Visit, at: datetime) -> datetime:
    return local_time(at, session.get_one(Branch, visit.branch_id))
