"""What is told to browsers and hubs after something was committed: hints, since a snapshot always has the truth."""

import threading
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import timedelta
from functools import partial

from flask import Flask
from flask_socketio import SocketIO
from sqlalchemy.orm import Session

from branch import clock
from branch.bus import Bus, Fact
from branch.consults import services as consults
from branch.consults.guests import came, seated
from branch.consults.models import Consult, ConsultState, Side
from branch.consults.wait import experts
from branch.content.catalogue import Catalogue
from branch.database import Database
from branch.link.commands import COMMAND_ASKED
from branch.people.models import BranchEventKind
from branch.tickets.services import latest_ticket
from branch.visits.models import EventKind, Visit
from signaling import rooms
from signaling.board import Board, read_board
from signaling.gathering import Gathering
from signaling.lines import tell_each
from signaling.peers import Peers
from signaling.reader import Reader
from signaling.sockets import may_be_heard, tell
from signaling.ticket_views import line_views

# Nobody watches for what a branch tells after a long cut of the line.
STALE = timedelta(minutes=10)
MEDIA_MOVED = "media.moved"
DELAY_CHANGED = "media.delay"
"""Whether one more call fits on the media nodes: no event of any visit."""
LINE_MOVES = frozenset({EventKind.CONSULT_WAITING, EventKind.CONSULT_ACCEPTED, EventKind.CONSULT_CANCELLED})


class Reactions:
    """Listens to the bus and tells rooms. `languages` are those in which the console is offered."""

    def __init__(
        self,
        app: Flask,
        socketio: SocketIO,
        database: Database,
        catalogue: Catalogue,
        peers: Peers,
        languages: tuple[str, ...],
    ) -> None:
        self._app = app
        self._socketio = socketio
        self._database = database
        self._catalogue = catalogue
        self._peers = peers
        self._languages = languages
        self._gather = Gathering(app, socketio)
        self._moved: defaultdict[str, set[str]] = defaultdict(set)
        self._lock = threading.Lock()

    def listen(self, bus: Bus) -> None:
        """Subscribe to everything."""
        bus.subscribe("*", self._react)
        bus.subscribe(DELAY_CHANGED, self._lines_changed)
        for kind in EventKind:
            if kind.startswith("ticket."):
                bus.subscribe(kind, self._figures_changed)
        for happened in BranchEventKind:
            bus.subscribe(happened, self._figures_changed)

    def branch_changed(self, branch_id: str) -> None:
        """Everyone who waits in this branch should see their place and whether the branch is reachable."""
        self._gather.soon(("tickets", branch_id), lambda: self._tell_tickets(branch_id))
        self._gather.soon("managers", self._tell_managers)

    def _lines_changed(self, _fact: Fact) -> None:
        """Everybody in any line learns why they wait, or that it goes on."""
        with self._database.reading() as work:
            topics = consults.awaited_topics(work)
        for topic in topics:
            self._gather.soon(("line", topic), partial(self._tell_line, topic))

    def _figures_changed(self, _fact: Fact) -> None:
        """Figures are made of what a branch tells late, too."""
        self._gather.soon("managers", self._tell_managers)

    def _react(self, fact: Fact) -> None:
        if fact.kind == COMMAND_ASKED:
            self._emit("/link", "commands", {}, rooms.hub(str(fact.payload["branch"])))
        elif fact.kind == EventKind.VISIT_FORGOTTEN or clock.now() - fact.at > STALE or not fact.visit:
            return
        else:
            with self._app.app_context():
                REACTIONS.get(fact.kind.split(".")[0], Reactions._visit_changed)(self, fact)

    def _consult_changed(self, fact: Fact) -> None:
        with self._database.reading() as work:
            consult = consults.get_consult(work, str(fact.payload["consult"]))
            self._tell_customer(work, consult)
            self._tell_advisor(work, consult)
            self._tell_guests(work, consult)
        if fact.kind in LINE_MOVES:
            self.line_moved([consult.topic])
        if consult.booked_for is not None:
            self._gather.soon(("bookings", consult.topic), partial(self._tell_bookings, consult.topic))

    def line_moved(self, topics: Iterable[str]) -> None:
        """Somebody's time has come, or an advisor came or went: these lines look different now."""
        for topic in topics:
            self._gather.soon(("line", topic), partial(self._tell_line, topic))

    def _booking_changed(self, fact: Fact) -> None:
        """The visit has it in its thread; advisors of the topic see it in their day, and the line where somebody came."""
        self._visit_changed(fact)
        if "topic" not in fact.payload:  # forgotten meanwhile
            return
        topic = str(fact.payload["topic"])
        self._gather.soon(("bookings", topic), partial(self._tell_bookings, topic))
        if fact.kind == EventKind.EXPERT_CAME:
            self.line_moved([topic])

    def _ticket_changed(self, fact: Fact) -> None:
        """Whose ticket it is comes first, then everyone whose place has moved with it."""
        with self._database.reading() as work:
            branch_id = work.get_one(Visit, fact.visit).branch_id
        with self._lock:
            self._moved[branch_id].add(fact.visit)
        self.branch_changed(branch_id)

    def _visit_changed(self, fact: Fact) -> None:
        """The quiz was taken, a language chosen, a person called: both sides see the visit anew."""
        with self._database.reading() as work:
            visit = work.get_one(Visit, fact.visit)
            if visit.forgotten_at is None:
                snapshot = Reader(work, self._catalogue, visit.language).customer(visit.id)
                self._emit("/customer", "snapshot", snapshot, rooms.visit(visit.id))
            self._tell_thread(work, fact.visit)

    def _presence_changed(self, fact: Fact) -> None:
        with self._database.reading() as work:
            self._tell_guests(work, consults.get_consult(work, str(fact.payload["consult"])))

    def _media_moved(self, fact: Fact) -> None:
        with self._database.reading() as work:
            consult = consults.get_consult(work, str(fact.payload["consult"]))
            guests = seated(work, consult.id)
        for side in Side:
            if side.value != fact.payload["side"]:
                self._peers.tell(consult, side, MEDIA_MOVED, {})
        for guest in guests:
            if guest.participant != fact.payload["side"]:
                self._emit("/guest", MEDIA_MOVED, {}, rooms.guest(guest.id))

    def _tell_customer(self, work: Session, consult: Consult) -> None:
        visit = work.get_one(Visit, consult.visit_id)
        view = Reader(work, self._catalogue, visit.language).consult(consult)
        self._emit("/customer", "consult.changed", view, rooms.visit(visit.id))

    def _tell_advisor(self, work: Session, consult: Consult) -> None:
        if consult.advisor_id is None:
            return
        for language in self._languages:
            view = Reader(work, self._catalogue, language).advisor_consult(consult)
            self._emit("/staff", "consult.changed", view, rooms.staff(consult.advisor_id, language))

    def _tell_guests(self, work: Session, consult: Consult) -> None:
        """Everybody who came in by a link or supervises, also those whose seat was just taken away."""
        for guest in came(work, consult.id):
            snapshot = Reader(work, self._catalogue, guest.language or "ko").guest(guest)
            self._emit("/guest", "snapshot", snapshot, rooms.guest(guest.id))

    def _tell_thread(self, work: Session, visit_id: str) -> None:
        consult = consults.latest_consult(work, visit_id)
        if consult is not None and consult.state != ConsultState.CLOSED:
            self._tell_advisor(work, consult)

    def _tell_line(self, topic: str) -> None:
        """Advisors of the topic see who waits, and everyone in line sees their place."""
        with self._database.reading() as work:
            for advisor in experts(work, topic):
                for language in self._languages:
                    waiting = Reader(work, self._catalogue, language).waiting(advisor)
                    self._emit("/staff", "waiting.changed", waiting, rooms.staff(advisor.id, language))
            for consult in consults.waiting(work, [topic]):
                self._tell_customer(work, consult)

    def _tell_bookings(self, topic: str) -> None:
        with self._database.reading() as work:
            for advisor in experts(work, topic):
                for language in self._languages:
                    bookings = Reader(work, self._catalogue, language).bookings(advisor)
                    self._emit("/staff", "bookings.changed", bookings, rooms.staff(advisor.id, language))

    def _tell_tickets(self, branch_id: str) -> None:
        """One reading of the line for all; each phone hears of its own number alone, the next in line first."""
        with self._lock:
            moved = self._moved.pop(branch_id, set())
        with self._database.reading() as work:
            board = read_board(work, branch_id)
            for visit_id in moved:
                self._tell_moved(work, board, visit_id)
            views = line_views(work, board)
            told = (
                (rooms.visit(standing.visit_id), view)
                for standing, view in views
                if standing.visit_id not in moved
            )
            tell_each(self._socketio, "/customer", "ticket.changed", told)

    def _tell_moved(self, work: Session, board: Board, visit_id: str) -> None:
        visit, ticket = work.get_one(Visit, visit_id), latest_ticket(work, visit_id)
        room = rooms.visit(visit_id)
        if ticket is not None and may_be_heard(self._socketio, "/customer", room):
            view = Reader(work, self._catalogue, visit.language).ticket(ticket, board)
            self._emit("/customer", "ticket.changed", view, room)
        self._tell_thread(work, visit_id)

    def _tell_managers(self) -> None:
        self._emit("/manager", "changed", {"what": "queue"}, rooms.MANAGERS)

    def _emit(self, namespace: str, event: str, detail: object, room: str) -> None:
        tell(self._socketio, namespace, event, detail, room)


REACTIONS: dict[str, Callable[[Reactions, Fact], None]] = {
    "consult": Reactions._consult_changed,
    "consent": Reactions._consult_changed,
    "recording": Reactions._consult_changed,
    "guest": Reactions._consult_changed,
    "supervisor": Reactions._consult_changed,
    "survey": Reactions._consult_changed,
    "ticket": Reactions._ticket_changed,
    "media": Reactions._media_moved,
    "expert": Reactions._booking_changed,
    "presence": Reactions._presence_changed,
}
