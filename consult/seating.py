"""Which of a receiver's lines carries whom: by seats where tokens give them, else whoever comes first."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from consult.outbound import OutboundStream
from consult.participant import Participant
from consult.track import Track

LINES = {"audio": 1, "video": 2}
"""So many lines of a kind belong to everyone's seat: a voice; a camera and a screen."""


def assign(
    receiver: Participant,
    lines: list[OutboundStream],
    others: Sequence[Participant],
    withheld: Collection[Track] = (),
) -> bool:
    """Let the receiver's lines of one kind carry the tracks of the others but the withheld; False when one found no line.

    With seats the receiver knows from the seat alone whom a line shows, whoever comes and goes.
    """
    kind = lines[0].line.kind if lines else "audio"
    if receiver.seat is not None and all(other.seat is not None for other in others):
        seated = _by_seat(receiver, kind, others).items()
        wanted = {line: track for line, track in seated if track not in withheld}
        return _give(lines, wanted) == len(wanted)
    tracks = [track for other in others for track in other.tracks(kind) if track not in withheld]
    # Everyone's camera comes before anyone's second picture.
    first = sorted(tracks, key=lambda track: track.index)[: len(lines)]
    _fill(lines, first)
    return len(first) == len(tracks)


def line_of(track: Track, seat: int, receiver: int) -> int:
    """The index among its kind of the line on which the one at seat `receiver` gets a track of the one at `seat`."""
    place = seat if seat < receiver else seat - 1
    return place * LINES[track.kind] + track.index


def _by_seat(receiver: Participant, kind: str, others: Sequence[Participant]) -> dict[int, Track]:
    assert receiver.seat is not None
    return {
        line_of(track, other.seat, receiver.seat): track
        for other in others
        if other.seat is not None
        for track in other.tracks(kind)
        if track.index < LINES[kind]
    }


def _give(lines: list[OutboundStream], wanted: dict[int, Track]) -> int:
    """Let each line carry what is wanted on it; returns how much of it found its line."""
    carried = 0
    for stream in lines:
        track = wanted.get(stream.line.index)
        carried += track is not None
        if stream.track is track:
            continue
        if stream.track is not None:
            stream.track.unsubscribe(stream)
        if track is not None:
            track.subscribe(stream)
    return carried


def _fill(lines: list[OutboundStream], tracks: list[Track]) -> None:
    """Keep what fits already, and give the rest to free lines."""
    for stream in lines:
        if stream.track is not None and stream.track not in tracks:
            stream.track.unsubscribe(stream)
    carried = [stream.track for stream in lines]
    waiting = [track for track in tracks if track not in carried]
    for stream, track in zip((line for line in lines if line.track is None), waiting, strict=False):
        track.subscribe(stream)
