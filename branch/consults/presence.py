"""Who of a consult's two people is on the media node, as their browsers tell; kept in the database for all processes."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from branch import clock
from branch.consults.models import TALKING_STATES, Consult, MediaState, Presence, Side
from branch.consults.services import begin
from branch.errors import WrongState
from branch.recordings.services import may_begin


def tell(
    session: Session, consult: Consult, side: Side, connection: str, media: MediaState, muted: bool = False
) -> Presence:
    """Remember how one side's media stands; once both are connected, the consult begins. Raises WrongState outside a call.

    `connection` is the socket that told it: only the loss of that one counts later. `muted`: their microphone is off.
    """
    # Both sides may tell at the same moment, in two processes: whoever comes second must see the first.
    session.refresh(consult, with_for_update=True)
    if consult.state not in TALKING_STATES:
        raise WrongState()
    presence = session.get(Presence, (consult.id, side))
    if presence is None:
        presence = Presence(
            consult_id=consult.id, side=side, connection=connection, media=media, muted=muted, at=clock.now()
        )
        session.add(presence)
    presence.connection, presence.media, presence.muted, presence.at = connection, media, muted, clock.now()
    session.flush()
    if media == MediaState.CONNECTED:
        begin_together(session, consult)
    return presence


def of_side(session: Session, consult_id: str, side: Side) -> Presence | None:
    """How one side stands, if it has told it."""
    return session.get(Presence, (consult_id, side))


def of_consult(session: Session, consult_id: str) -> list[Presence]:
    """How each side stands that has told it, the advisor first."""
    told = select(Presence).where(Presence.consult_id == consult_id).order_by(Presence.side)
    return list(session.scalars(told))


def begin_together(session: Session, consult: Consult) -> None:
    """The consult begins once both are connected and, where it has to be recorded, the recorder runs."""
    if _both_connected(session, consult) and may_begin(session, consult):
        begin(session, consult)


def _both_connected(session: Session, consult: Consult) -> bool:
    connected = select(Presence.side).where(
        Presence.consult_id == consult.id, Presence.media == MediaState.CONNECTED
    )
    return set(session.scalars(connected)) == set(Side)


def lost(session: Session, consult_id: str, side: Side, connection: str) -> bool:
    """A socket is gone: true when it was the newest of its side, so that the other side should be told."""
    gone = session.execute(
        update(Presence)
        .where(
            Presence.consult_id == consult_id,
            Presence.side == side,
            Presence.connection == connection,
            Presence.media == MediaState.CONNECTED,
        )
        .values(media=MediaState.RECONNECTING, at=clock.now())
    )
    return bool(gone.rowcount)  # type: ignore[attr-defined]
