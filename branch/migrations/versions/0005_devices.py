"""Devices with keys of their own, the codes that pair them, and tries with wrong codes."""

import sqlalchemy as sa
from alembic import op

from branch.models import Moment

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

IN_USE = sa.text("revoked_at IS NULL")


def _references(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))


def upgrade() -> None:
    _devices()
    op.create_table(
        "pairing_codes",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("secret_digest", sa.String(length=64), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.Column("device_id", sa.String(length=32), nullable=True),
        sa.Column("collected_at", Moment(), nullable=True),
        _references("pairing_codes", "device_id", "devices"),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_pairing_codes")),
        sa.UniqueConstraint("secret_digest", name=op.f("uq_pairing_codes_secret_digest")),
    )
    op.create_index(op.f("ix_pairing_codes_expires_at"), "pairing_codes", ["expires_at"])
    op.create_table(
        "pairing_tries",
        sa.Column("staff_id", sa.String(length=32), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", Moment(), nullable=True),
        _references("pairing_tries", "staff_id", "staff"),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_pairing_tries")),
    )


def _devices() -> None:
    op.create_table(
        "devices",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("branch_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("place", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("agent_url", sa.String(length=200), nullable=True),
        sa.Column("key_digest", sa.String(length=64), nullable=True),
        sa.Column("paired_at", Moment(), nullable=False),
        sa.Column("paired_by", sa.String(length=32), nullable=True),
        sa.Column("revoked_at", Moment(), nullable=True),
        sa.Column("revoked_by", sa.String(length=32), nullable=True),
        sa.Column("seen_at", Moment(), nullable=True),
        sa.Column("health", sa.JSON(), nullable=True),
        sa.CheckConstraint("kind IN ('kiosk', 'display', 'desk')", name=op.f("ck_devices_kind_known")),
        _references("devices", "branch_id", "branches"),
        _references("devices", "paired_by", "staff"),
        _references("devices", "revoked_by", "staff"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_devices")),
        sa.UniqueConstraint("key_digest", name=op.f("uq_devices_key_digest")),
    )
    op.create_index(
        "uq_devices_in_use",
        "devices",
        ["branch_id", "kind", "number"],
        unique=True,
        sqlite_where=IN_USE,
        postgresql_where=IN_USE,
    )


def downgrade() -> None:
    op.drop_table("pairing_tries")
    op.drop_table("pairing_codes")
    op.drop_table("devices")
