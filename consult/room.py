"""A room: who is in it, who gets whose tracks, and whether it is recorded."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from typing import Any

import structlog

from consult.errors import NotFound, RoomFull
from consult.inbound import InboundStream
from consult.linking import link, relieve
from consult.listener import Listener
from consult.participant import Counters, Participant
from consult.session import Session, State
from consult.settings import MediaSettings
from consult.taping import Taping
from consult.tokens import Claims

log = structlog.get_logger(__name__)

RELIEF_SECONDS = 1.0
"""So often each line is looked at: browsers say once a second what they can take."""


class Room:
    """Two people in a consult, as a rule; up to `max_participants`. Tokens give each a seat, and say who may hear whom.

    A participant stays until they leave, are replaced by their own reconnect, or are lost for longer than
    `participant_timeout`. The room is recorded while everyone in it has agreed; who has not, and is lost for longer than
    `unrecorded_timeout`, is not in it until they are back.
    """

    def __init__(self, name: str, settings: MediaSettings, listener: Listener) -> None:
        self.name = name
        self.participants: dict[str, Participant] = {}
        self.joining = 0
        self.gone = Counters()
        """What participants who have left had carried."""
        self._settings = settings
        self._listener = listener
        self._taping = Taping(
            settings.recordings_dir, name, settings.node, lambda: list(self._sources()), settings.sealing_key
        )
        self._agreed = False
        self._held = False
        self._relieved_at = 0.0
        self._farewells: set[asyncio.Task[None]] = set()

    @property
    def empty(self) -> bool:
        """True when nobody is here or on the way in."""
        return not self.participants and not self.joining

    @property
    def recording(self) -> bool:
        """True while the room is being recorded."""
        return self._taping.running

    async def join(self, claims: Claims, offer: str) -> str:
        """Answer a participant's offer; raises BadOffer or RoomFull and then changes nothing."""
        self._require_place(claims.participant)
        participant = self.participants.get(claims.participant) or Participant(
            claims.participant, claims.role, claims.record
        )
        session = Session(
            self._settings,
            self._listener,
            participant.track,
            lambda changed: self._session_changed(participant, changed),
            lambda stream: self._tape(participant, stream),
            consult=self.name,
            participant=claims.participant,
        )
        self.joining += 1
        try:
            answer = await session.answer(offer)
            self._require_place(claims.participant)
        except Exception:
            await session.close()
            raise
        finally:
            self.joining -= 1
        self._admit(participant, claims, session)
        return answer

    def participant(self, name: str) -> Participant:
        """Return who has this name; raise NotFound."""
        found = self.participants.get(name)
        if found is None:
            raise NotFound("there is no such participant in this room")
        return found

    def leave(self, name: str) -> None:
        """Let a participant go; raise NotFound. Their connection ends in the background."""
        participant = self.participant(name)
        del self.participants[name]
        self.gone += participant.counters
        participant.withdraw()
        for session in participant.sessions():
            self._say_farewell(session)
        log.info("media.left", consult=self.name, participant=name)
        self._relink()
        self._update_taping()

    async def close(self) -> None:
        """Let everyone go and return when the recording is on the disk."""
        self._taping.end()
        for name in list(self.participants):
            self.leave(name)
        await self._taping.finish()
        while self._farewells:
            await asyncio.wait(self._farewells)

    def tick(self, now: float) -> None:
        """Look after connections, and give up those who have been lost for too long."""
        for participant in list(self.participants.values()):
            for session in participant.sessions():
                session.tick(now)
            if participant.state is State.CONNECTED:
                participant.alive_at = now
            elif now - participant.alive_at > self._settings.participant_timeout:
                self.leave(participant.name)
        if self._all_agree() != self._agreed:
            self._update_taping()
        self._taping.tick()
        if self._hold_changed() or self._relief_changed(now):
            self._relink()

    def describe(self) -> dict[str, Any]:
        """Return the room as `GET /rooms/{room}` tells it."""
        return {
            "room": self.name,
            "recording": self.recording,
            "recording_failure": self._taping.failure,
            "recording_paused": self._taping.paused,
            "held": self._taping.holds,
            "participants": [participant.describe() for participant in self.participants.values()],
        }

    def pause_recording(self, paused: bool) -> None:
        """Keep nothing of what is said until told otherwise, or go on."""
        log.info("media.recording_paused" if paused else "media.recording_resumed", consult=self.name)
        self._taping.pause(paused)

    def let_hear(self, name: str, heard_by: tuple[str, ...] | None) -> None:
        """From now on only these see and hear a participant, None for everyone; raise NotFound."""
        self._narrow(self.participant(name), heard_by)

    def counters(self) -> Counters:
        """Everything this room has carried."""
        return sum((participant.counters for participant in self.participants.values()), self.gone)

    def _hold_changed(self) -> bool:
        """Whether media is to stop until the recorder runs, or may go on."""
        if self._taping.holds == self._held:
            return False
        self._held = self._taping.holds
        log.info("media.held" if self._held else "media.released", consult=self.name)
        return True

    def _relief_changed(self, now: float) -> bool:
        """Whether somebody's line carries fewer pictures now, or more."""
        if now - self._relieved_at < RELIEF_SECONDS:
            return False
        self._relieved_at = now
        return relieve(self.name, self.participants.values(), now)

    def _require_place(self, name: str) -> None:
        if name not in self.participants and len(self.participants) >= self._settings.max_participants:
            raise RoomFull("the room is full")

    def _admit(self, participant: Participant, claims: Claims, session: Session) -> None:
        if participant.pending is not None:
            self._say_farewell(participant.pending)
        if self.participants.setdefault(claims.participant, participant) is not participant:
            # Two first offers of one participant were answered at once; the later one has the place.
            self.leave(claims.participant)
            self.participants[claims.participant] = participant
        participant.role, participant.record, participant.seat = claims.role, claims.record, claims.seat
        self._taping.arrange(paused=claims.paused, required=claims.required)
        participant.pending = session
        participant.alive_at = time.monotonic()
        log.info("media.joined", consult=self.name, participant=participant.name, role=participant.role)
        self._narrow(participant, claims.heard_by)
        self._update_taping()

    def _narrow(self, participant: Participant, heard_by: tuple[str, ...] | None) -> None:
        if participant.heard_by == heard_by:
            return
        participant.let_hear(heard_by)
        log.info("media.heard_by", consult=self.name, participant=participant.name, everyone=heard_by is None)
        self._relink()
        self._taping.review()

    def _session_changed(self, participant: Participant, session: Session) -> None:
        if session is participant.pending:
            if session.state is State.CONNECTED:
                self._activate(participant, session)
            elif session.over:
                participant.pending = None
                self._say_farewell(session)
        elif session is participant.session and session.over:
            self._say_farewell(session)
        if session is participant.session and session.state is State.CONNECTED:
            participant.alive_at = time.monotonic()
            self._update_taping()

    def _activate(self, participant: Participant, session: Session) -> None:
        replaced = participant.activate(session)
        if replaced is not None:
            self._say_farewell(replaced)
        self._relink()

    def _relink(self) -> None:
        link(self.participants.values(), time.monotonic(), held=self._taping.holds)

    def _sources(self) -> Iterable[InboundStream]:
        for participant in self.participants.values():
            if participant.session is not None:
                streams = participant.session.streams.by_mid.values()
                yield from (stream for stream in streams if participant.record or stream.recorder is not None)

    def _tape(self, participant: Participant, stream: InboundStream) -> None:
        if participant.record:
            self._taping.add(stream)

    def _update_taping(self) -> None:
        self._agreed = self._all_agree()
        self._taping.set_wanted(self._agreed)

    def _all_agree(self) -> bool:
        """Whether there is anybody who may be recorded, and everybody who is there may."""
        gone_since = time.monotonic() - self._settings.unrecorded_timeout
        present = self.participants.values()
        return any(participant.record for participant in present) and all(
            participant.record or (participant.pending is None and participant.alive_at < gone_since)
            for participant in present
        )

    def _say_farewell(self, session: Session) -> None:
        if not session.over:
            session.stop()
        task = asyncio.create_task(session.close())
        self._farewells.add(task)
        task.add_done_callback(self._farewells.discard)
