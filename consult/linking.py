"""Who in a room gets whose tracks: everyone those of all whom they may hear, as far as their lines carry them."""

from __future__ import annotations

from collections.abc import Collection

import structlog

from consult.participant import Participant
from consult.relief import ranked
from consult.seating import assign
from consult.session import Session
from consult.track import Track

log = structlog.get_logger(__name__)

MOVING_SECONDS = 2.0
"""A picture of which nothing came for so long costs nobody anything."""


def link(people: Collection[Participant], now: float, *, held: bool) -> None:
    """Give everyone's tracks to everyone else, none while the room is held; keep what fits already."""
    for receiver in people:
        session = receiver.session
        if session is None or session.over:
            continue
        others = [] if held else heard_by(receiver, people)
        moving = pictures(receiver, people, now)
        withheld = moving[session.relief.carried(len(moving)) :]
        session.numbers.kept = len(people) == 2
        for kind in ("audio", "video"):
            lines = [stream for stream in session.outbound if stream.line.kind == kind]
            session.numbers.kept &= assign(receiver, lines, others, withheld)
        for stream in session.outbound:
            stream.renumber()


def relieve(room: str, people: Collection[Participant], now: float) -> bool:
    """Look how many pictures each line carries; True when somebody is to get fewer or more."""
    changed = [
        each for each in people if each.session is not None and _relieve(each, each.session, people, now)
    ]
    for receiver in changed:
        assert receiver.session is not None
        moving = len(pictures(receiver, people, now))
        shown = receiver.session.relief.carried(moving)
        log.info(
            "media.pictures", consult=room, participant=receiver.name, shown=shown, withheld=moving - shown
        )
    return bool(changed)


def _relieve(receiver: Participant, session: Session, people: Collection[Participant], now: float) -> bool:
    if len(people) <= 2:
        return session.relief.end()
    sent = sum(stream.bytes for stream in session.outbound if stream.line.kind == "video")
    return session.relief.look(len(pictures(receiver, people, now)), sent, now)


def pictures(receiver: Participant, people: Collection[Participant], now: float) -> list[Track]:
    """The moving pictures of all whom the receiver may see, those to be withheld first at the end."""
    tracks = (track for other in heard_by(receiver, people) for track in other.tracks("video"))
    return ranked(
        track for track in tracks if track.source is not None and now - track.source.heard_at < MOVING_SECONDS
    )


def heard_by(receiver: Participant, people: Collection[Participant]) -> list[Participant]:
    """Everyone else who may be seen and heard by the receiver."""
    return [
        other
        for other in people
        if other is not receiver and (other.heard_by is None or receiver.name in other.heard_by)
    ]
