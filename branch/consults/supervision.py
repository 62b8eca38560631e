"""A manager in a running consult: listening, whispering to the advisor, speaking to all, leading; always in the thread."""

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from branch import clock, ids
from branch.consults.guest_models import SEATED_STATES, Guest, GuestRole, GuestState, Mode
from branch.consults.guests import free_seat, note
from branch.consults.models import TALKING_STATES, Consult, Side
from branch.people.models import Staff
from branch.visits.models import EventKind, Visit

log = structlog.get_logger()

EVENT_OF = {
    Mode.LISTEN: EventKind.SUPERVISOR_LISTENS,
    Mode.WHISPER: EventKind.SUPERVISOR_WHISPERS,
    Mode.BARGE: EventKind.SUPERVISOR_SPEAKS,
    Mode.LEAD: EventKind.SUPERVISOR_LEADS,
}
# In these the customer neither sees nor hears the supervisor, and may not be told either.
HIDDEN_MODES = frozenset({Mode.LISTEN, Mode.WHISPER})
HEARD_BY: dict[Mode, tuple[str, ...]] = {Mode.LISTEN: (), Mode.WHISPER: (Side.ADVISOR.value,)}


def running(session: Session, branch_id: str | None = None) -> list[Consult]:
    """The consults that are going on now, of one branch or of all, the longest first."""
    going = select(Consult).where(Consult.state.in_(TALKING_STATES))
    if branch_id is not None:
        going = going.join(Visit, Visit.id == Consult.visit_id).where(Visit.branch_id == branch_id)
    return list(session.scalars(going.order_by(Consult.accepted_at)))


def enter(session: Session, consult: Consult, supervisor: Staff, *, announced: bool = True) -> Guest:
    """Come in listening, `announced` to the customer or not; who is in already keeps seat and mode.

    Raises WrongState, ConsultFull.
    """
    seat = free_seat(session, consult)
    already = _seat_of(session, consult, supervisor)
    if already is not None:
        already.state, already.left_at = GuestState.JOINED, None
        return already
    now = clock.now()
    guest = Guest(
        id=ids.new_id(),
        consult_id=consult.id,
        seat=seat,
        role=GuestRole.SUPERVISOR,
        name=supervisor.name,
        state=GuestState.JOINED,
        staff_id=supervisor.id,
        mode=Mode.LISTEN,
        announced=announced,
        recording=True,
        invited_at=now,
        expires_at=now,
        joined_at=now,
    )
    session.add(guest)
    session.flush()
    note(session, guest, EventKind.SUPERVISOR_LISTENS)
    return guest


def _seat_of(session: Session, consult: Consult, supervisor: Staff) -> Guest | None:
    return session.scalar(
        select(Guest).where(
            Guest.consult_id == consult.id,
            Guest.staff_id == supervisor.id,
            Guest.state.in_(SEATED_STATES),
        )
    )


def change(session: Session, guest: Guest, mode: Mode) -> None:
    """Take part more or less; asking for the present mode changes nothing."""
    if guest.mode == mode:
        return
    log.info("supervisor", consult=guest.consult_id, change=f"{guest.mode} -> {mode}")
    guest.mode = mode
    note(session, guest, EVENT_OF[mode])


def heard_by(guest: Guest) -> tuple[str, ...] | None:
    """Who alone may see and hear this guest, by their names on the media node; None means everyone."""
    return HEARD_BY.get(Mode(guest.mode)) if guest.mode else None


def leader(session: Session, consult_id: str) -> Guest | None:
    """The supervisor who has taken the consult over and is there."""
    leading = select(Guest).where(
        Guest.consult_id == consult_id, Guest.state == GuestState.JOINED, Guest.mode == Mode.LEAD
    )
    return session.scalar(leading.limit(1))


def hidden(guest: Guest) -> bool:
    """Whether the customer is told nothing of this guest."""
    return guest.mode in HIDDEN_MODES and not guest.announced
