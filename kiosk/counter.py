"""A desk as its teller sees it, in their language: who is here, who is next and why, who stepped aside."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from branch import clock
from branch.content.catalogue import in_language
from branch.people.models import Branch, Desk
from branch.tickets.calling import waiting_tickets
from branch.tickets.desks import customer_at
from branch.tickets.errands import errands
from branch.tickets.models import Service, Ticket, TicketState
from branch.tickets.order import why
from branch.tickets.services import all_services
from branch.visits.models import Visit, VisitNote
from branch.visits.notes import notes_of
from kiosk.context import Hub
from signaling.payloads import ThreadEntry
from signaling.reader import Reader
from signaling.surface import language


@dataclass(frozen=True)
class Standing:
    """Somebody with a ticket, as the desk sees them; `turn` is set for who is next here, `until` ends the way back."""

    id: str
    number: str
    service: str
    since: datetime
    language: str
    priority: str | None
    turn: str | None = None
    park_reason: str | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Customer:
    """Who is at the desk, with their visit; `slug` is the service that they are here for."""

    standing: Standing
    slug: str
    visit: str
    called_at: datetime
    waited: timedelta
    recalls: int
    thread: list[ThreadEntry]
    notes: list[VisitNote]


@dataclass(frozen=True)
class Line:
    """Who waits for this desk in calling order, who waits for others, who stepped aside, who was called and did not come."""

    mine: list[Standing]
    others: list[Standing]
    parked: list[Standing]
    missed: list[Standing]


class Counter:
    """Reads one desk."""

    def __init__(self, hub: Hub, session: Session, desk: Desk | None) -> None:
        self._hub = hub
        self._session = session
        self._desk = desk
        self._services = {service.id: service for service in all_services(session, hub.branch.id)}

    def customer(self) -> Customer | None:
        """Who was called to the desk and is not finished."""
        ticket = customer_at(self._session, self._desk.id) if self._desk else None
        if ticket is None or ticket.called_at is None:
            return None
        visit = self._session.get_one(Visit, ticket.visit_id)
        return Customer(
            standing=self._standing(ticket, visit.language),
            slug=self._services[ticket.service_id].slug,
            visit=visit.id,
            called_at=ticket.called_at,
            waited=ticket.called_at - ticket.issued_at,
            recalls=ticket.recalls,
            thread=Reader(self._session, self._hub.catalogue, language()).thread(visit),
            notes=notes_of(self._session, visit.id),
        )

    def line(self) -> Line:
        """Everybody else who holds a number today."""
        branch = self._hub.branch
        mine = waiting_tickets(self._session, branch.id, self._desk) if self._desk else []
        served = {ticket.id for ticket in mine}
        others = [ticket for ticket in waiting_tickets(self._session, branch.id) if ticket.id not in served]
        parked, missed = self._aside(branch)
        languages = self._languages([*mine, *others, *parked, *missed])
        first = why(mine[0], self._desk.priority_streak) if mine and self._desk else None

        def shown(tickets: list[Ticket]) -> list[Standing]:
            return [self._standing(ticket, languages[ticket.visit_id]) for ticket in tickets]

        head = [self._standing(ticket, languages[ticket.visit_id], turn=first) for ticket in mine[:1]]
        return Line([*head, *shown(mine[1:])], shown(others), shown(parked), shown(missed))

    def _aside(self, branch: Branch) -> tuple[list[Ticket], list[Ticket]]:
        today = clock.business_day(clock.now(), branch.timezone)
        of_today = select(Ticket).where(Ticket.branch_id == branch.id, Ticket.day == today)
        parked = of_today.where(Ticket.state == TicketState.PARKED).order_by(Ticket.issued_at)
        missed = of_today.where(Ticket.state == TicketState.NO_SHOW, Ticket.kept_until > clock.now())
        newest = missed.order_by(Ticket.closed_at.desc())
        return list(self._session.scalars(parked)), list(self._session.scalars(newest))

    def _languages(self, tickets: list[Ticket]) -> dict[str, str]:
        wanted = select(Visit.id, Visit.language).where(Visit.id.in_([ticket.visit_id for ticket in tickets]))
        return {visit: language for visit, language in self._session.execute(wanted)}

    def _wanted(self, ticket: Ticket) -> list[Service]:
        """What the customer came for, and what comes after with the same number."""
        after = (self._services.get(f"{ticket.branch_id}.{slug}") for slug in errands(ticket))
        return [self._services[ticket.service_id], *(service for service in after if service)]

    def _standing(self, ticket: Ticket, language: str, *, turn: str | None = None) -> Standing:
        missed = ticket.state == TicketState.NO_SHOW
        return Standing(
            id=ticket.id,
            number=ticket.number,
            service=" → ".join(_name(service) for service in self._wanted(ticket)),
            since=ticket.issued_at,
            language=language,
            priority=ticket.priority,
            turn=turn,
            park_reason=ticket.park_reason,
            until=ticket.kept_until if missed else None,
        )


def _name(service: Service) -> str:
    return in_language(service.name, language())
