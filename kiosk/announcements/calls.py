"""What a display announces: the numbers that are called and not yet answered for, read from the database at every look."""

from dataclasses import dataclass
from datetime import datetime, time

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from branch import clock
from branch.people.models import Branch, Desk
from branch.tickets.models import Ticket, TicketState
from branch.visits.models import Visit
from kiosk.announcements.reading import phrases
from kiosk.announcements.voice import Voice, sign_of
from signaling.names import desk_name

KOREAN = "ko"


@dataclass(frozen=True)
class Line:
    """A call in one language: what is shown, and the addresses of what is played, none where nobody can say it."""

    language: str
    caption: str
    clips: list[str]


@dataclass(frozen=True)
class Call:
    """A number that is called; a number called again is a call of its own. `age` is in seconds."""

    id: str
    number: str
    desk: str
    again: bool
    age: float
    lines: list[Line]


def standing_calls(session: Session, branch: Branch, voice: Voice, page: str) -> list[Call]:
    """Today's calls whose customer is still expected or at the desk, the oldest first; `page` is the display's language."""
    called_at = func.coalesce(Ticket.recalled_at, Ticket.called_at)
    now = clock.now()
    rows = session.execute(
        select(Ticket, Desk, Visit.language)
        .join(Desk, Desk.id == Ticket.desk_id)
        .join(Visit, Visit.id == Ticket.visit_id)
        .where(
            Ticket.branch_id == branch.id,
            Ticket.state == TicketState.CALLED,
            Ticket.day == clock.business_day(now, branch.timezone),
        )
        .order_by(called_at, Ticket.id)
    )
    return [_call(ticket, desk, (page, language), voice, now) for ticket, desk, language in rows]


def _call(ticket: Ticket, desk: Desk, languages: tuple[str, str], voice: Voice, now: datetime) -> Call:
    page, language = languages
    at = ticket.recalled_at or ticket.called_at or now
    spoken = [KOREAN, *([language] if language != KOREAN and language in voice.content.root else [])]
    return Call(
        id=f"{ticket.id}.{at.timestamp():.6f}",
        number=ticket.number,
        desk=desk_name(desk.name, page),
        again=ticket.recalls > 0,
        age=max(0.0, (now - at).total_seconds()),
        lines=[_line(ticket, desk, tongue, voice) for tongue in spoken],
    )


def _line(ticket: Ticket, desk: Desk, language: str, voice: Voice) -> Line:
    said = phrases(
        voice.content.root[language], language, ticket.letter, ticket.serial, desk_name(desk.name, language)
    )
    sign = sign_of(desk.id, desk.name)
    recorded = voice.recordings.pieces(language, ticket.letter, ticket.serial, sign)
    clips = [f"/display/recorded/{language}/{piece}" for piece in recorded]
    if not clips and voice.can_say(language):
        clips = [f"/display/spoken/{language}/{ticket.id}/{half}" for half in ("number", "desk")]
    return Line(language, said.caption, clips)


def is_quiet(hours: tuple[time, time] | None, at: time) -> bool:
    """Whether a moment of the branch's day lies in its quiet hours, which may reach over midnight."""
    if hours is None:
        return False
    begins, ends = hours
    return begins <= at < ends if begins <= ends else at >= begins or at < ends
