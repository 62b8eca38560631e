"""People invited into a consult under way: one link each, for one browser, until it expires or is taken back."""

import secrets
from dataclasses import dataclass
from datetime import timedelta

import structlog
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from branch import clock, ids
from branch.consults.errors import (
    ConsultFull,
    ConsultOver,
    GuestRemoved,
    InvitationExpired,
    InvitationTaken,
    InvitationUnknown,
    RecordingRequired,
)
from branch.consults.guest_models import BY_LINK, SEATED_STATES, SEATS, Guest, GuestRole, GuestState, Mode
from branch.consults.models import TALKING_STATES, Consult, MediaState
from branch.consults.services import get_consult
from branch.errors import BadInput, BadText, WrongState
from branch.recordings.services import recording_of
from branch.visits.models import EventKind
from branch.visits.services import record

log = structlog.get_logger()

INVITATION_LIFE = timedelta(minutes=30)
NAME_LIMIT = 40
G = GuestState


@dataclass(frozen=True)
class Answer:
    """What a newcomer answered about the recording, to which text, in which language."""

    recording: bool
    text_version: str
    language: str


def invite(session: Session, consult: Consult, role: str, name: str) -> tuple[Guest, str]:
    """A seat in a consult under way, and the secret of the link that leads to it.

    Raises WrongState outside a call, BadInput, BadText, and ConsultFull when all six seats are taken.
    """
    if role not in BY_LINK:
        raise BadInput()
    if not 0 < len(name.strip()) <= NAME_LIMIT:
        raise BadText(limit=NAME_LIMIT)
    token, now = secrets.token_urlsafe(24), clock.now()
    guest = Guest(
        id=ids.new_id(),
        consult_id=consult.id,
        seat=free_seat(session, consult),
        role=GuestRole(role),
        name=name.strip(),
        state=G.INVITED,
        digest=ids.digest(token),
        invited_at=now,
        expires_at=now + INVITATION_LIFE,
    )
    session.add(guest)
    session.flush()
    note(session, guest, EventKind.GUEST_INVITED)
    return guest, token


def free_seat(session: Session, consult: Consult) -> int:
    """The first free seat; the consult's row stays locked until the end of the transaction.

    Raises WrongState outside a call, ConsultFull when nobody more can come in.
    """
    session.refresh(consult, with_for_update=True)
    if consult.state not in TALKING_STATES:
        raise WrongState()
    _expire(session, consult.id)
    taken = {guest.seat for guest in seated(session, consult.id)}
    free = [seat for seat in SEATS if seat not in taken]
    if not free:
        raise ConsultFull()
    return free[0]


def _expire(session: Session, consult_id: str) -> None:
    old = update(Guest).where(
        Guest.consult_id == consult_id, Guest.state == G.INVITED, Guest.expires_at <= clock.now()
    )
    session.execute(old.values(state=G.EXPIRED))


def seated(session: Session, consult_id: str) -> list[Guest]:
    """Who has a seat, whether there at the moment or not, in the order of the seats; links too old have none."""
    found = select(Guest).where(Guest.consult_id == consult_id, Guest.state.in_(SEATED_STATES))
    now = clock.now()
    guests = session.scalars(found.order_by(Guest.seat))
    return [guest for guest in guests if guest.state != G.INVITED or guest.expires_at > now]


def came(session: Session, consult_id: str) -> list[Guest]:
    """Everyone who has ever come in, gone or not."""
    found = select(Guest).where(Guest.consult_id == consult_id, Guest.joined_at.is_not(None))
    return list(session.scalars(found))


def invited(session: Session, token: str) -> Guest:
    """Whom a link was made for; looking uses nothing up. Raises InvitationUnknown, GuestRemoved, ConsultOver, ..Expired."""
    guest = session.scalar(select(Guest).where(Guest.digest == ids.digest(token)))
    if guest is None:
        raise InvitationUnknown()
    return _still_valid(session, guest)


def of_browser(session: Session, guest_id: str) -> Guest:
    """The seat this browser holds. Raises InvitationUnknown, GuestRemoved, ConsultOver."""
    guest = session.get(Guest, guest_id)
    if guest is None or guest.joined_at is None:
        raise InvitationUnknown()
    return _still_valid(session, guest)


def _still_valid(session: Session, guest: Guest) -> Guest:
    if guest.state == G.REMOVED:
        raise GuestRemoved()
    if get_consult(session, guest.consult_id).state not in TALKING_STATES:
        raise ConsultOver()
    if guest.joined_at is None and (guest.state == G.EXPIRED or guest.expires_at <= clock.now()):
        raise InvitationExpired()
    return guest


def join(session: Session, token: str, answer: Answer) -> Guest:
    """Take the seat with an answer about the recording; of two browsers with one link, one conditional statement decides.

    Raises InvitationTaken for the second, RecordingRequired where the bank must record and the answer was no, and as
    `invited` does.
    """
    guest = invited(session, token)
    recording = recording_of(session, guest.consult_id)
    if recording is not None and recording.required and not answer.recording:
        raise RecordingRequired()
    won = session.execute(
        update(Guest)
        .where(Guest.id == guest.id, Guest.state == G.INVITED)
        .values(
            state=G.JOINED,
            joined_at=clock.now(),
            recording=answer.recording,
            text_version=answer.text_version,
            language=answer.language,
        )
    )
    session.refresh(guest)
    if not won.rowcount:  # type: ignore[attr-defined]
        raise GuestRemoved() if guest.state == G.REMOVED else InvitationTaken()
    note(session, guest, EventKind.GUEST_JOINED)
    if not answer.recording and get_consult(session, guest.consult_id).recording:
        note(session, guest, EventKind.GUEST_UNRECORDED)
    return guest


def come_back(session: Session, guest: Guest) -> None:
    """The browser that holds the seat is there again after it had left; told again, it changes nothing."""
    if _move(session, guest, {G.LEFT}, G.JOINED):
        note(session, guest, EventKind.GUEST_JOINED)


def leave(session: Session, guest: Guest) -> None:
    """Go out; the seat stays theirs for as long as the consult goes on. A supervisor comes back listening."""
    supervises = guest.role == GuestRole.SUPERVISOR
    if supervises:
        guest.mode = Mode.LISTEN
    if _move(session, guest, {G.JOINED}, G.LEFT):
        note(session, guest, EventKind.SUPERVISOR_LEFT if supervises else EventKind.GUEST_LEFT)


def step_out(session: Session, guest: Guest) -> None:
    """The page is closed, or loaded anew: nobody is there, and nothing is said of going; coming back takes no answer."""
    session.execute(
        update(Guest).where(Guest.id == guest.id, Guest.state == G.JOINED).values(media=MediaState.LEFT)
    )
    session.refresh(guest)


def remove(session: Session, guest: Guest) -> None:
    """Take an invitation back, or somebody out of the call; the link opens nothing any more."""
    came = guest.joined_at is not None
    if _move(session, guest, SEATED_STATES, G.REMOVED):
        note(session, guest, EventKind.GUEST_REMOVED if came else EventKind.GUEST_REVOKED)


def of_consult(session: Session, consult: Consult, guest_id: str) -> Guest:
    """A guest of this consult; InvitationUnknown for anybody else's, and for a supervisor."""
    guest = session.get(Guest, guest_id)
    if guest is None or guest.consult_id != consult.id or guest.role not in BY_LINK:
        raise InvitationUnknown()
    return guest


def tell(session: Session, guest: Guest, connection: str, media: MediaState, muted: bool = False) -> None:
    """Remember how this guest's media stands, and the socket that told it; a page that goes is not joining anew."""
    late = media == MediaState.RECONNECTING and guest.media == MediaState.LEFT
    guest.media, guest.connection, guest.muted = guest.media if late else media, connection, muted
    session.flush()


def lost(session: Session, guest_id: str, connection: str) -> bool:
    """A guest's socket is gone: true when it was the newest, so that the others should be told."""
    gone = session.execute(
        update(Guest)
        .where(Guest.id == guest_id, Guest.connection == connection, Guest.media == MediaState.CONNECTED)
        .values(media=MediaState.RECONNECTING)
    )
    return bool(gone.rowcount)  # type: ignore[attr-defined]


def note(session: Session, guest: Guest, kind: EventKind) -> None:
    """Put what a guest did, or what was done, into the visit's thread: by role, never by name."""
    consult = get_consult(session, guest.consult_id)
    log.info("guest", what=kind.value, consult=consult.id, guest=guest.id, role=guest.role)
    record(session, consult.visit_id, kind, consult=consult.id, guest=guest.id, role=str(guest.role))


def _move(session: Session, guest: Guest, before: frozenset[G] | set[G], to: G) -> bool:
    gone = to != G.JOINED
    moved = session.execute(
        update(Guest)
        .where(Guest.id == guest.id, Guest.state.in_(before))
        .values(
            state=to,
            left_at=clock.now() if gone else None,
            media=MediaState.LEFT if gone and guest.joined_at else guest.media,
        )
    )
    session.refresh(guest)
    return bool(moved.rowcount)  # type: ignore[attr-defined]
