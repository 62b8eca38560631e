"""What a customer or an advisor may see, read from the database and put into that person's language."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from branch.appointments import agenda
from branch.consults import services as consults
from branch.consults import wait
from branch.consults.guest_models import Guest
from branch.consults.line import read_line
from branch.consults.models import Consult
from branch.consults.there import topics_there
from branch.content.catalogue import Catalogue, in_language, lines_in
from branch.nodes.services import Delay, delay
from branch.people.models import Desk, Staff
from branch.surveys.services import of_consult
from branch.tickets.away import undo_until
from branch.tickets.desks import referred_to
from branch.tickets.models import Service, Ticket
from branch.tickets.order import Turn
from branch.tickets.services import latest_ticket
from branch.visits.models import Visit
from branch.visits.services import get_visit
from signaling.board import Board, read_board
from signaling.bookings import booked_time, booking_card, reason
from signaling.guest_cards import guest_card, guest_cards, host_cards
from signaling.names import desk_name
from signaling.payloads import (
    AdvisorCard,
    AdvisorConsult,
    AdvisorSnapshot,
    Booking,
    ConsultView,
    CustomerSnapshot,
    GuestSnapshot,
    PreparedTopic,
    ThreadEntry,
    TicketView,
    Topic,
    TypeCard,
    TypeWithTopic,
    WaitingConsult,
)
from signaling.recorders import recorder_view
from signaling.sentences import read_thread, topic_name
from signaling.ticket_views import moment, priority_words, ticket_view


@dataclass(frozen=True)
class Reader:
    """What somebody may see, in that person's language; needs a Flask app context for the catalogues."""

    session: Session
    catalogue: Catalogue
    language: str

    def customer(self, visit_id: str) -> CustomerSnapshot:
        """Everything of a visit that its customer's pages show. Raises NotFound for a forgotten visit."""
        visit = get_visit(self.session, visit_id)
        ticket = latest_ticket(self.session, visit_id)
        consult = consults.latest_consult(self.session, visit_id)
        return {
            "visit": {"id": visit.id, "language": visit.language, "type": self.type_card(visit)},
            "ticket": self.ticket(ticket) if ticket else None,
            "consult": self.consult(consult) if consult else None,
        }

    def consult(self, consult: Consult) -> ConsultView:
        """A consult as its customer sees it; place and wait only while waiting."""
        place = consults.place(self.session, consult)
        return {
            "id": consult.id,
            "state": str(consult.state),
            "topic": self._prepared(consult.topic),
            "place": place,
            "wait": wait.estimate(self.session, consult.topic, place) if place else None,
            "delay": delay(self.session) if place else None,
            "advisor": self._advisor_card(consult),
            "recording": consult.recording,
            "recorder": recorder_view(self.session, consult.id),
            "agreed": consult.agreed,
            "surveyed": of_consult(self.session, consult.id) is not None,
            "started_at": moment(consult.live_at),
            "guests": guest_cards(self.session, consult),
            "booked": booked_time(self.session, consult),
            "staffed": consult.topic in topics_there(self.session),
        }

    def ticket(self, ticket: Ticket, board: Board | None = None) -> TicketView:
        """A ticket as the centre knows it, with how fresh that knowledge is; `board` is there when many are told at once."""
        service = self.session.get_one(Service, ticket.service_id)
        desk = self.session.get(Desk, ticket.desk_id) if ticket.desk_id else None
        return ticket_view(
            ticket,
            board or read_board(self.session, ticket.branch_id),
            service=in_language(service.name, self.language),
            priority=priority_words(ticket.priority, self.language),
            desk=desk_name(desk.name, self.language) if desk else None,
            undo_until=undo_until(self.session, ticket),
            expert=self.topic(topic) if (topic := referred_to(self.session, ticket)) else None,
        )

    def type_card(self, visit: Visit) -> TypeCard | None:
        """The result of the quiz, when it was taken and its type still exists."""
        kind = self.catalogue.quiz.type_of(visit.quiz_type)
        if kind is None:
            return None
        name, line = in_language(kind.name, self.language), in_language(kind.line, self.language)
        return {"slug": kind.slug, "name": name, "line": line}

    def advisor(self, staff: Staff) -> AdvisorSnapshot:
        """Everything the console shows."""
        mine = consults.of_whom(self.session, staff.id)
        return {
            "advisor": {"name": staff.name, "topics": [self.topic(slug)["name"] for slug in staff.topics]},
            "waiting": self.waiting(staff),
            "bookings": self.bookings(staff),
            "mine": self.advisor_consult(mine) if mine else None,
        }

    def waiting(self, staff: Staff) -> list[WaitingConsult]:
        """Who waits for this advisor's topics, in the order of the line, with the reason of whoever goes first by one."""
        turn = read_line(self.session, staff.topics).turn
        line = consults.waiting(self.session, staff.topics)
        held_up = delay(self.session) if line else None
        return [
            self._waiting(consult, None if place else turn, held_up) for place, consult in enumerate(line)
        ]

    def bookings(self, staff: Staff) -> list[Booking]:
        """Who has booked one of this advisor's topics for today."""
        entries = agenda.today(self.session, staff.topics)
        return [
            booking_card(self.session, each, self.topic(each.appointment.topic), self.type_card(each.visit))
            for each in entries
        ]

    def advisor_consult(self, consult: Consult) -> AdvisorConsult:
        """A consult as its advisor sees it, with the thread of the visit."""
        visit = self.session.get_one(Visit, consult.visit_id)
        ticket = latest_ticket(self.session, visit.id)
        return {
            "id": consult.id,
            "state": str(consult.state),
            "topic": self.topic(consult.topic),
            "language": visit.language,
            "channel": consult.channel,
            "recording": bool(consult.recording),
            "recorder": recorder_view(self.session, consult.id),
            "type": self._type_with_topic(visit),
            "ticket": self.ticket(ticket) if ticket else None,
            "thread": self.thread(visit),
            "started_at": moment(consult.live_at),
            "agreed": consult.agreed,
            "guests": guest_cards(self.session, consult, for_advisor=True),
        }

    def guest(self, guest: Guest) -> GuestSnapshot:
        """A consult as one more person in it sees it, to the end and after it."""
        consult = consults.get_consult(self.session, guest.consult_id)
        staff = guest.staff_id is not None
        others = guest_cards(self.session, consult, for_advisor=staff)
        return {
            "me": guest_card(guest),
            "consult": {
                "id": consult.id,
                "state": str(consult.state),
                "topic": self.topic(consult.topic),
                "advisor": self._advisor_card(consult),
                "recording": bool(consult.recording),
                "recorder": recorder_view(self.session, consult.id),
                "started_at": moment(consult.live_at),
                "hosts": host_cards(self.session, consult),
            },
            "guests": [card for card in others if card["id"] != guest.id],
        }

    def thread(self, visit: Visit) -> list[ThreadEntry]:
        """The visit in sentences, oldest first; kinds without a sentence are for machines, a forgotten visit has none."""
        if visit.forgotten_at is not None:
            return []
        return read_thread(self.session, self.catalogue, visit, self.language)

    def topic(self, slug: str) -> Topic:
        """A topic by its name; one that left the content keeps its slug."""
        return {"slug": slug, "name": topic_name(self.catalogue, slug, self.language)}

    def _prepared(self, slug: str) -> PreparedTopic:
        content = self.catalogue.topics.get(slug)
        prepare = "\n".join(lines_in(content.prepare, self.language)) if content else ""
        return {"slug": slug, "name": self.topic(slug)["name"], "prepare": prepare}

    def _advisor_card(self, consult: Consult) -> AdvisorCard | None:
        advisor = self.session.get(Staff, consult.advisor_id) if consult.advisor_id else None
        if advisor is None:
            return None
        content = self.catalogue.topics.get(consult.topic)
        title = (
            in_language(content.title, self.language) if content and self.language != "ko" else advisor.title
        )
        return {"name": advisor.name, "title": title}

    def _type_with_topic(self, visit: Visit) -> TypeWithTopic | None:
        card = self.type_card(visit)
        kind = self.catalogue.quiz.type_of(visit.quiz_type)
        if card is None or kind is None:
            return None
        return {**card, "topic": self.topic(kind.topic)["name"]}

    def _waiting(self, consult: Consult, turn: Turn | None, held_up: Delay | None) -> WaitingConsult:
        visit = self.session.get_one(Visit, consult.visit_id)
        card = self.type_card(visit)
        return {
            "id": consult.id,
            "topic": self.topic(consult.topic),
            "waiting_since": (consult.waiting_since or consult.requested_at).isoformat(),
            "language": visit.language,
            "type": card["name"] if card else None,
            "channel": consult.channel,
            "reason": reason(self.session, consult, turn, self.language),
            "delay": held_up,
        }
