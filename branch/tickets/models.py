"""Tables of services and tickets."""

from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from branch.models import Base


class TicketState(StrEnum):
    """Where a ticket is in its life."""

    ON_THE_WAY = "on_the_way"
    WAITING = "waiting"
    CALLED = "called"
    PARKED = "parked"
    FINISHED = "finished"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class Priority(StrEnum):
    """Why somebody is helped before others; there is no reason that the customer may not see."""

    BOOKED = "booked"
    HELP = "help"
    SENIOR = "senior"
    PREGNANT = "pregnant"


class ParkReason(StrEnum):
    """Why a customer steps aside for a moment."""

    FORM = "form"
    DOCUMENTS = "documents"
    PHONE = "phone"
    OTHER = "other"
    OUT = "out"


class Outcome(StrEnum):
    """How the business at a desk ended."""

    DONE = "done"
    NOT_POSSIBLE = "not_possible"
    OTHER_APPOINTMENT = "other_appointment"
    EXPERT = "expert"


OPEN_STATES = frozenset({TicketState.ON_THE_WAY, TicketState.WAITING, TicketState.CALLED, TicketState.PARKED})


def one_of(column: str, kind: type[StrEnum]) -> str:
    """A condition in SQL: the column holds one of the values, or nothing."""
    return f"{column} IN ({', '.join(repr(str(value)) for value in kind)})"


class Service(Base):
    """A kind of business at the counter; texts are {language: sentence}.

    `place` is where it stands on the screens. A `retired` one is offered no more, but its numbers are served and its
    history keeps its name.
    """

    __tablename__ = "services"
    __table_args__ = (UniqueConstraint("branch_id", "letter"),)

    id: Mapped[str] = mapped_column(String(80), primary_key=True)
    branch_id: Mapped[str] = mapped_column(ForeignKey("branches.id"))
    slug: Mapped[str] = mapped_column(String(40))
    letter: Mapped[str] = mapped_column(String(2))
    name: Mapped[dict[str, Any]]
    description: Mapped[dict[str, Any]]
    minutes_low: Mapped[int]
    minutes_high: Mapped[int]
    opens: Mapped[time | None]
    closes: Mapped[time | None]
    paused: Mapped[bool] = mapped_column(default=False)
    place: Mapped[int] = mapped_column(default=0)
    retired: Mapped[bool] = mapped_column(default=False)


class TicketCounter(Base):
    """The last serial given for a letter on a business day; taken with one statement."""

    __tablename__ = "ticket_counters"

    branch_id: Mapped[str] = mapped_column(ForeignKey("branches.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    letter: Mapped[str] = mapped_column(String(2), primary_key=True)
    last_serial: Mapped[int] = mapped_column(default=0)


class Ticket(Base):
    """One number for life; the desk is decided when the number is called.

    `for_desk_id` is a desk that alone may call it, after a transfer; `returned_at` puts it to the front of its class;
    `kept_until` is how long the place is kept for a holder who is not here, and after a missed call the way back;
    `errands` are the slugs of the services that come after this one, with the same number, comma between them;
    `moves` counts its changes, so that whoever changes it says which ticket they saw.
    """

    __tablename__ = "tickets"
    __table_args__ = (
        UniqueConstraint("branch_id", "day", "letter", "serial"),
        CheckConstraint(one_of("state", TicketState), name="state_known"),
        CheckConstraint(one_of("priority", Priority), name="priority_known"),
        CheckConstraint(one_of("park_reason", ParkReason), name="park_reason_known"),
        CheckConstraint(one_of("outcome", Outcome), name="outcome_known"),
        CheckConstraint("state != 'called' OR desk_id IS NOT NULL", name="called_at_a_desk"),
        Index("ix_tickets_queue", "branch_id", "state", "day"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    visit_id: Mapped[str] = mapped_column(ForeignKey("visits.id"), index=True)
    branch_id: Mapped[str] = mapped_column(ForeignKey("branches.id"))
    service_id: Mapped[str] = mapped_column(ForeignKey("services.id"))
    day: Mapped[date]
    letter: Mapped[str] = mapped_column(String(2))
    serial: Mapped[int]
    state: Mapped[TicketState] = mapped_column(String(16), default=TicketState.WAITING)
    issued_at: Mapped[datetime]
    called_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    desk_id: Mapped[str | None] = mapped_column(ForeignKey("desks.id"))
    promised_low: Mapped[int]
    promised_high: Mapped[int]
    priority: Mapped[Priority | None] = mapped_column(String(16))
    for_desk_id: Mapped[str | None] = mapped_column(ForeignKey("desks.id"))
    returned_at: Mapped[datetime | None]
    recalled_at: Mapped[datetime | None]
    recalls: Mapped[int] = mapped_column(default=0)
    park_reason: Mapped[ParkReason | None] = mapped_column(String(16))
    kept_until: Mapped[datetime | None]
    outcome: Mapped[Outcome | None] = mapped_column(String(20))
    by_phone: Mapped[bool] = mapped_column(default=False)
    errands: Mapped[str | None] = mapped_column(String(160))
    moves: Mapped[int] = mapped_column(default=0)

    @property
    def is_away(self) -> bool:
        """Whether the holder is on the way or has stepped out, so that the number is passed over."""
        is_out = self.state == TicketState.PARKED and self.park_reason == ParkReason.OUT
        return is_out or self.state == TicketState.ON_THE_WAY

    @property
    def number(self) -> str:
        """As printed and called, such as "A-012"."""
        return f"{self.letter}-{self.serial:03d}"


class TicketRequest(Base):
    """The centre's memory of a phone that asked its branch for a number; `answer` is "issued" or the code of a refusal.

    A visit has one that is not answered, so that a double tap asks once.
    """

    __tablename__ = "ticket_requests"
    __table_args__ = (
        Index(
            "uq_ticket_requests_one_open",
            "visit_id",
            unique=True,
            sqlite_where=text("answer IS NULL"),
            postgresql_where=text("answer IS NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    visit_id: Mapped[str] = mapped_column(ForeignKey("visits.id"), index=True)
    service: Mapped[str] = mapped_column(String(40))
    travel: Mapped[int]
    asked_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    answer: Mapped[str | None] = mapped_column(String(40))
