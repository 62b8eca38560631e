"""How everyone in a consult is known to the media node: name, seat, what is recorded, who may hear them."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from branch.consults import supervision
from branch.consults.guest_models import Guest
from branch.consults.guests import seated
from branch.consults.models import Consult, Side
from consult.client import Claims

SEAT_OF = {Side.CUSTOMER: 0, Side.ADVISOR: 1}


@dataclass(frozen=True)
class Person:
    """One participant of a room; `heard_by` names the only ones who may see and hear them, None for everyone."""

    participant: str
    role: str
    seat: int
    record: bool
    heard_by: tuple[str, ...] | None = None

    def claims(self, room: str) -> Claims:
        """What a token for this person says."""
        return Claims(room, self.participant, self.role, self.record, seat=self.seat, heard_by=self.heard_by)


def of_side(session: Session, consult: Consult, side: Side) -> Person:
    """The customer or the advisor; an advisor in whose place a supervisor leads is heard by the bank's own side alone."""
    leader = supervision.leader(session, consult.id) if side == Side.ADVISOR else None
    heard_by = _supervisors(session, consult) if leader is not None else None
    return Person(side.value, side.value, SEAT_OF[side], bool(consult.recording), heard_by)


def of_guest(consult: Consult, guest: Guest) -> Person:
    """Somebody with a link, or a supervisor; nothing is recorded while one who said no is there."""
    record = bool(consult.recording and guest.recording)
    return Person(guest.participant, str(guest.role), guest.seat, record, supervision.heard_by(guest))


def _supervisors(session: Session, consult: Consult) -> tuple[str, ...]:
    return tuple(guest.participant for guest in seated(session, consult.id) if guest.mode is not None)
