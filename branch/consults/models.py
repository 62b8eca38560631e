"""Tables of consults and of the consents given for them."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from branch.models import Base


class ConsultState(StrEnum):
    """Where a consult is in its life."""

    PREPARING = "preparing"
    WAITING = "waiting"
    ACCEPTED = "accepted"
    LIVE = "live"
    ENDED = "ended"
    CLOSED = "closed"
    CANCELLED = "cancelled"


TALKING_STATES = frozenset({ConsultState.ACCEPTED, ConsultState.LIVE})
FINISHED_STATES = frozenset({ConsultState.ENDED, ConsultState.CLOSED})
OPEN_STATES = frozenset({ConsultState.PREPARING, ConsultState.WAITING, *TALKING_STATES})
# In an advisor's hands: a call, or one that ended and is not written down yet.
IN_HAND_STATES = frozenset({*TALKING_STATES, ConsultState.ENDED})
IN_HAND = text("state IN ('accepted', 'live', 'ended')")


class Side(StrEnum):
    """The two people of a consult."""

    CUSTOMER = "customer"
    ADVISOR = "advisor"


class MediaState(StrEnum):
    """How one side's picture and sound stand."""

    CONNECTED = "connected"
    RECONNECTING = "reconnecting"
    LEFT = "left"


class Consult(Base):
    """One conversation with an expert; its id is also the name of its room on the media node.

    `booked_for` is the agreed time of somebody who came by appointment; from `first_from` on they go first in line, which is
    None for who did not book and for who came too late.
    """

    __tablename__ = "consults"
    __table_args__ = (
        CheckConstraint(
            "state IN ('preparing', 'waiting', 'accepted', 'live', 'ended', 'closed', 'cancelled')",
            name="state_known",
        ),
        CheckConstraint(
            "state NOT IN ('accepted', 'live') OR advisor_id IS NOT NULL", name="talking_with_advisor"
        ),
        CheckConstraint("channel IN ('phone', 'kiosk')", name="channel_known"),
        Index("ix_consults_state_waiting_since", "state", "waiting_since"),
        Index(
            "uq_consults_one_in_hand",
            "advisor_id",
            unique=True,
            sqlite_where=IN_HAND,
            postgresql_where=IN_HAND,
        ),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    visit_id: Mapped[str] = mapped_column(ForeignKey("visits.id"), index=True)
    topic: Mapped[str] = mapped_column(String(40))
    channel: Mapped[str] = mapped_column(String(16))
    state: Mapped[ConsultState] = mapped_column(String(16))
    recording: Mapped[bool | None]
    requested_at: Mapped[datetime]
    waiting_since: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    live_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    advisor_id: Mapped[str | None] = mapped_column(ForeignKey("staff.id"), index=True)
    node: Mapped[str | None] = mapped_column(String(200))
    agreed: Mapped[str | None] = mapped_column(Text)
    promised_low: Mapped[int | None]
    promised_high: Mapped[int | None]
    booked_for: Mapped[datetime | None]
    first_from: Mapped[datetime | None]


class Presence(Base):
    """How one side of a consult is connected, told by its newest socket."""

    __tablename__ = "presences"
    __table_args__ = (
        CheckConstraint("side IN ('customer', 'advisor')", name="side_known"),
        CheckConstraint("media IN ('connected', 'reconnecting', 'left')", name="media_known"),
    )

    consult_id: Mapped[str] = mapped_column(ForeignKey("consults.id"), primary_key=True)
    side: Mapped[Side] = mapped_column(String(16), primary_key=True)
    connection: Mapped[str] = mapped_column(String(40))
    media: Mapped[MediaState] = mapped_column(String(16))
    muted: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime]


class Consent(Base):
    """What the customer was shown and answered: purpose, text version, language, time. Never changed."""

    __tablename__ = "consents"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    visit_id: Mapped[str] = mapped_column(ForeignKey("visits.id"))
    consult_id: Mapped[str] = mapped_column(ForeignKey("consults.id"))
    purpose: Mapped[str] = mapped_column(String(40))
    text_version: Mapped[str] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(8))
    given: Mapped[bool]
    at: Mapped[datetime]
