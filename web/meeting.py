"""Where the people of a consult meet: choosing a media node, joining it, moving to another, closing the room."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import structlog
from flask_socketio import SocketIO
from sqlalchemy.orm import Session

from branch import clock, ids
from branch.bus import Bus, Fact
from branch.consults.errors import ConsultOver
from branch.consults.guest_models import Guest
from branch.consults.models import TALKING_STATES, Consult, ConsultState, Side
from branch.consults.services import get_consult, reseat, seat
from branch.database import Database
from branch.errors import BadInput, MaruError, WrongState
from branch.nodes.errors import MediaAway, MediaFull
from branch.quality.services import Measured, keep
from branch.recordings.services import recording_of
from branch.visits.models import EventKind
from branch.visits.services import tell
from consult.client import (
    BadOffer,
    Draining,
    MediaClient,
    MediaError,
    MediaUnreachable,
    NodeFull,
    NotFound,
    ParticipantState,
    RoomFull,
)
from signaling.reactions import MEDIA_MOVED
from web.persons import Person, of_guest, of_side

log = structlog.get_logger()


class MediaRoomFull(MaruError):
    """As many people as may be are in this consult's room."""

    code = "media.room_full"
    status = 503
    message = "이 상담에는 더 들어올 자리가 없어요."


class OfferRefused(BadInput):
    """The media node cannot read the browser's offer."""

    code = "media.bad_offer"
    message = "영상 연결을 시작하지 못했어요. 화면을 새로 열어 주세요."


@dataclass(frozen=True)
class Seat:
    """One person's place in the room of a consult on a node."""

    consult: str
    person: Person
    node: str


class Meeting:
    """Asks media nodes over HTTP, always outside a transaction; what they answer is stored in a short one."""

    def __init__(self, database: Database, client: MediaClient, socketio: SocketIO) -> None:
        self._database = database
        self._client = client
        self._socketio = socketio
        self.doubts: Callable[[str], bool] = lambda _: False
        """Whether a node is late with its answers at the moment; who watches the nodes knows."""

    def listen(self, bus: Bus) -> None:
        """Close the room after a consult has ended, and give the advisor the word back when a supervisor goes."""
        bus.subscribe(EventKind.CONSULT_ENDED, self._close_later)
        bus.subscribe(EventKind.SUPERVISOR_LEFT, self._hear_advisor_later)

    def join(self, consult: Consult, person: Person, offer: str) -> str:
        """The SDP answer to a browser's offer. Raises WrongState, ConsultOver, OfferRefused, MediaAway, MediaFull.

        When the consult's node does not answer or has no place left, the room moves to one that has, and the others
        are told.
        """
        _check_talking(consult)
        try:
            place = self._seat(consult, person)
            if consult.node is not None and self.doubts(consult.node):
                place = self._away_from_doubt(place)
            try:
                return self._offer(place, offer)
            except (MediaUnreachable, Draining, NodeFull):
                return self._offer(self._move(place), offer)
        except BadOffer:
            raise OfferRefused() from None
        except NodeFull:
            log.warning("media full", consult=consult.id)
            raise MediaFull() from None
        except RoomFull:
            raise MediaRoomFull() from None
        except MediaError as error:
            log.warning("media away", consult=consult.id, code=error.code)
            raise MediaAway() from None

    def trickle(self, consult: Consult, person: Person, fragment: str) -> None:
        """Pass on candidates found after the offer. Raises WrongState, ConsultOver, OfferRefused, MediaAway."""
        _check_talking(consult)
        if consult.node is None:
            raise WrongState()
        try:
            self._client.trickle(consult.node, consult.id, person.participant, person.role, fragment)
        except BadOffer:
            raise OfferRefused() from None
        except MediaError as error:
            log.warning("media away", consult=consult.id, code=error.code)
            raise MediaAway() from None

    def _offer(self, place: Seat, offer: str) -> str:
        with self._database.reading() as work:
            recording = recording_of(work, place.consult)
        claims = replace(
            place.person.claims(place.consult),
            paused=recording is not None and recording.paused_by is not None,
            required=recording is not None and recording.required,
        )
        return self._client.seat(place.node, claims, offer).sdp

    def send_away(self, consult: Consult, person: Person) -> None:
        """Take somebody out of the room; a node that does not answer has nobody in it any more."""
        self._settle(consult, lambda node: self._client.leave(node, consult.id, person.participant))

    def let_hear(self, consult: Consult, person: Person) -> None:
        """Have the node keep to who may hear this person now; it learns it with the next offer at the latest."""
        name, heard_by = person.participant, person.heard_by
        self._settle(consult, lambda node: self._client.let_hear(node, consult.id, name, heard_by))

    def _settle(self, consult: Consult, ask: Callable[[str], None]) -> None:
        if consult.node is None:
            return
        try:
            ask(consult.node)
        except NotFound:
            return
        except MediaError as error:
            log.warning("media away", consult=consult.id, code=error.code)

    def _seat(self, consult: Consult, person: Person) -> Seat:
        node = consult.node or self._store(consult.id, self._client.place(consult.id))
        return Seat(consult.id, person, node)

    def _store(self, consult_id: str, node: str) -> str:
        with self._database.transaction() as work:
            return seat(work, consult_id, node)

    def _away_from_doubt(self, place: Seat) -> Seat:
        """Who joins anew has lost the path, and the node is late, too: the call goes elsewhere, if there is an elsewhere."""
        try:
            return self._move(place, besides=place.node)
        except MediaError:
            return place

    def _move(self, place: Seat, besides: str | None = None) -> Seat:
        """The same place on a node that answers; only who moves the call first tells the other side."""
        wanted = self._client.place(place.consult, besides)
        with self._database.transaction() as work:
            first = reseat(work, place.consult, wanted, place.node)
            consult = get_consult(work, place.consult)
            if first:
                tell_moved(work, consult, place.person)
        return Seat(place.consult, place.person, consult.node or wanted)

    def _hear_advisor_later(self, fact: Fact) -> None:
        self._socketio.start_background_task(self._hear_advisor, str(fact.payload["guest"]))

    def _hear_advisor(self, supervisor: str) -> None:
        """Whoever led may have gone: nobody hears them, and the customer hears the advisor again."""
        with self._database.reading() as work:
            guest = work.get_one(Guest, supervisor)
            consult = get_consult(work, guest.consult_id)
            people = of_guest(consult, guest), of_side(work, consult, Side.ADVISOR)
        for person in people:
            self.let_hear(consult, person)

    def _close_later(self, fact: Fact) -> None:
        self._socketio.start_background_task(self._close, str(fact.payload["consult"]))

    def _close(self, consult_id: str) -> None:
        with self._database.reading() as work:
            node = get_consult(work, consult_id).node
        if node is None:
            return
        try:
            self._keep_quality(node, consult_id)
            self._client.close(node, consult_id)
        except MediaError as error:
            log.warning("room not closed", consult=consult_id, code=error.code)

    def _keep_quality(self, node: str, consult_id: str) -> None:
        """Store what the node measured of this call; of one that never stood nothing is left to know."""
        try:
            people = self._client.room(node, consult_id).participants
        except NotFound:
            return
        with self._database.transaction() as work:
            keep(work, consult_id, map(_measured, people))


def _measured(person: ParticipantState) -> Measured:
    seconds = max(person.seconds, 1.0)
    bitrates = round(person.bytes_in * 8 / seconds), round(person.bytes_out * 8 / seconds)
    heard = person.hears
    return Measured(
        person.participant,
        *bitrates,
        person.freezes,
        loss=heard.loss if heard else None,
        jitter=heard.jitter_ms if heard else None,
        round_trip=heard.round_trip_ms if heard else None,
        opinion=heard.opinion if heard else None,
    )


def tell_moved(work: Session, consult: Consult, mover: Person | None) -> None:
    """All are to connect anew once this is committed, but not the one who is doing so already."""
    detail = {"consult": consult.id, "side": mover.participant if mover else None}
    tell(work, Fact(ids.new_id(), MEDIA_MOVED, consult.visit_id, clock.now(), dict(detail)))
    log.info("media moved", consult=consult.id, visit=consult.visit_id, node=consult.node)


def _check_talking(consult: Consult) -> None:
    if consult.state in TALKING_STATES:
        return
    raise WrongState() if consult.state in {ConsultState.PREPARING, ConsultState.WAITING} else ConsultOver()
