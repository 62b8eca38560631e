"""Tables of devices, of the codes that pair them, and of tries with wrong codes."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from branch.models import Base


class DeviceKind(StrEnum):
    """What a device is for, which is also the screen it begins with."""

    KIOSK = "kiosk"
    DISPLAY = "display"
    DESK = "desk"


KINDS = ", ".join(repr(str(kind)) for kind in DeviceKind)


class Device(Base):
    """One screen of the branch with a key of its own, of which only the digest is kept.

    `agent_url` is the device agent that prints for it, where that is not the hub's usual one; `health` is what its page
    said last. A device whose key was taken back stays in the table, so that its key is known and refused.
    """

    __tablename__ = "devices"
    __table_args__ = (
        CheckConstraint(f"kind IN ({KINDS})", name="kind_known"),
        Index(
            "uq_devices_in_use",
            "branch_id",
            "kind",
            "number",
            unique=True,
            sqlite_where=text("revoked_at IS NULL"),
            postgresql_where=text("revoked_at IS NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    branch_id: Mapped[str] = mapped_column(ForeignKey("branches.id"))
    kind: Mapped[DeviceKind] = mapped_column(String(16))
    place: Mapped[str] = mapped_column(String(40))
    number: Mapped[int]
    agent_url: Mapped[str | None] = mapped_column(String(200))
    key_digest: Mapped[str | None] = mapped_column(String(64), unique=True)
    paired_at: Mapped[datetime]
    paired_by: Mapped[str | None] = mapped_column(ForeignKey("staff.id"))
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[str | None] = mapped_column(ForeignKey("staff.id"))
    seen_at: Mapped[datetime | None]
    health: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))


class DeviceReport(Base):
    """At the centre: how a branch's devices were when its hub told last, as `health.Card` in JSON."""

    __tablename__ = "device_reports"

    branch_id: Mapped[str] = mapped_column(ForeignKey("branches.id"), primary_key=True)
    at: Mapped[datetime]
    cards: Mapped[list[Any]] = mapped_column(JSON)


class PairingCode(Base):
    """A code on an unpaired screen; the secret that only its browser holds fetches the key, once."""

    __tablename__ = "pairing_codes"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    secret_digest: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)
    device_id: Mapped[str | None] = mapped_column(ForeignKey("devices.id"))
    collected_at: Mapped[datetime | None]


class PairingTry(Base):
    """How often a member of staff typed a wrong code in a row, and until when they have to wait."""

    __tablename__ = "pairing_tries"

    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    failures: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
