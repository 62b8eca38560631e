"""Who else is in a consult, as cards for those who may know of them; names go to nobody else."""

from sqlalchemy.orm import Session

from branch import clock
from branch.consults import presence
from branch.consults.guest_models import Guest, GuestState, Mode
from branch.consults.guests import seated
from branch.consults.models import TALKING_STATES, Consult, MediaState
from branch.consults.supervision import hidden
from signaling.payloads import GuestCard, HostCard


def guest_cards(session: Session, consult: Consult, *, for_advisor: bool = False) -> list[GuestCard]:
    """Everyone with a seat while the call goes on; the bank's own side also sees who listens unannounced."""
    if consult.state not in TALKING_STATES:
        return []
    found = [guest for guest in seated(session, consult.id) if _there(guest)]
    if for_advisor:
        return [guest_card(guest) for guest in found]
    return [_as_told(guest_card(guest)) for guest in found if not hidden(guest)]


def guest_card(guest: Guest) -> GuestCard:
    """One person, with everything the bank's own side may know."""
    return {
        "id": guest.id,
        "seat": guest.seat,
        "role": str(guest.role),
        "name": guest.name,
        "state": str(guest.state),
        "media": str(guest.media) if guest.media else None,
        "muted": guest.muted,
        "recording": guest.recording,
        "mode": str(guest.mode) if guest.mode else None,
    }


def host_cards(session: Session, consult: Consult) -> list[HostCard]:
    """How customer and advisor are connected, and for how many seconds one has been away."""
    now = clock.now()
    return [
        {
            "side": str(told.side),
            "media": str(told.media),
            "muted": told.muted,
            "away": None if told.media == MediaState.CONNECTED else int((now - told.at).total_seconds()),
        }
        for told in presence.of_consult(session, consult.id)
    ]


def _there(guest: Guest) -> bool:
    """A supervisor who has gone is nobody's business any more; a guest may come back."""
    return guest.mode is None or guest.state == GuestState.JOINED


def _as_told(card: GuestCard) -> GuestCard:
    """That somebody whispers is for the advisor alone to know."""
    return {**card, "mode": Mode.LISTEN.value} if card["mode"] == Mode.WHISPER else card
