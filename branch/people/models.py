"""Tables of branches, desks, staff and one-time sign-in links."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Boolean, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from branch.models import Base


class Role(StrEnum):
    """Who somebody is to the access table; everyone without a sign-in is a visitor."""

    VISITOR = "visitor"
    CUSTOMER = "customer"
    GUEST = "guest"
    ADVISOR = "advisor"
    TELLER = "teller"
    MANAGER = "manager"
    HUB = "hub"


STAFF_ROLES = frozenset({Role.ADVISOR, Role.TELLER, Role.MANAGER})


class Branch(Base):
    """One branch of the bank; `id` is a short slug such as "seongsu".

    `schedule` holds its opening hours (branch/schedule/hours.py), None where it never closes, and `schedule_version` says
    which version of the centre's they come from.
    """

    __tablename__ = "branches"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    timezone: Mapped[str] = mapped_column(String(40), default="Asia/Seoul")
    schedule: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    schedule_version: Mapped[int] = mapped_column(default=0)


class BranchEventKind(StrEnum):
    """What can happen in a branch outside of any visit; the value is stored and goes over the link."""

    DESK_OPENED = "desk.opened"
    DESK_PAUSED = "desk.paused"
    DESK_CLOSED = "desk.closed"
    SCHEDULE_APPLIED = "schedule.applied"
    SCHEDULE_REFUSED = "schedule.refused"
    LEAF_HUNG = "leaf.hung"
    LEAF_TAKEN = "leaf.taken"


class BranchEvent(Base):
    """One thing that happened in a branch, never changed afterwards."""

    __tablename__ = "branch_events"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    branch_id: Mapped[str] = mapped_column(ForeignKey("branches.id"))
    kind: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime]
    payload: Mapped[dict[str, Any]]


class Desk(Base):
    """A counter; `services` are the slugs it serves, chosen when a number is called, not when it is issued.

    `priority_streak` counts the priority tickets it called in a row; `last_action` is what its teller can undo.
    """

    __tablename__ = "desks"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    branch_id: Mapped[str] = mapped_column(ForeignKey("branches.id"))
    name: Mapped[str] = mapped_column(String(40))
    services: Mapped[list[str]]
    open: Mapped[bool] = mapped_column(Boolean, default=True)
    on_break: Mapped[bool] = mapped_column(Boolean, default=False)
    priority_streak: Mapped[int] = mapped_column(default=0)
    last_action: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))


class Staff(Base):
    """Someone who works with Maru; advisors have topics and a title, tellers a desk.

    `seen_at` is when an advisor's console was last known to be open.
    """

    __tablename__ = "staff"
    __table_args__ = (CheckConstraint("role IN ('advisor', 'teller', 'manager')", name="role_known"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    login: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    title: Mapped[str] = mapped_column(String(80), default="")
    role: Mapped[str] = mapped_column(String(16))
    topics: Mapped[list[str]]
    languages: Mapped[list[str]]
    desk_id: Mapped[str | None] = mapped_column(ForeignKey("desks.id"))
    active: Mapped[bool] = mapped_column(Boolean, default=True)
    pin: Mapped[str | None] = mapped_column(String(200))
    pin_failures: Mapped[int] = mapped_column(default=0)
    pin_locked_until: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]


class SignInLink(Base):
    """A link that signs one person in once; only its digest is kept."""

    __tablename__ = "sign_in_links"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
