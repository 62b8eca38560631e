"""More than two in a consult: people invited by link, and supervisors."""

import sqlalchemy as sa
from alembic import op

from branch.models import Moment

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

SEATED = sa.text("state IN ('invited', 'joined', 'left')")
CHECKS = {
    "role_known": "role IN ('companion', 'interpreter', 'expert', 'supervisor')",
    "state_known": "state IN ('invited', 'joined', 'left', 'removed', 'expired')",
    "mode_known": "mode IN ('listen', 'whisper', 'barge', 'lead')",
    "supervisors_are_staff": "(role = 'supervisor') = (staff_id IS NOT NULL)",
    "supervisors_have_a_mode": "(mode IS NOT NULL) = (staff_id IS NOT NULL)",
    "media_known": "media IN ('connected', 'reconnecting', 'left')",
}


def upgrade() -> None:
    op.create_table(
        "guests",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("consult_id", sa.String(length=32), nullable=False),
        sa.Column("seat", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("staff_id", sa.String(length=32), nullable=True),
        sa.Column("mode", sa.String(length=16), nullable=True),
        sa.Column("announced", sa.Boolean(), nullable=False),
        sa.Column("recording", sa.Boolean(), nullable=True),
        sa.Column("text_version", sa.String(length=40), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=True),
        sa.Column("media", sa.String(length=16), nullable=True),
        sa.Column("connection", sa.String(length=40), nullable=True),
        sa.Column("invited_at", Moment(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.Column("joined_at", Moment(), nullable=True),
        sa.Column("left_at", Moment(), nullable=True),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_guests_{name}")) for name, rule in CHECKS.items()),
        sa.ForeignKeyConstraint(["consult_id"], ["consults.id"], name=op.f("fk_guests_consult_id_consults")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_guests_staff_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guests")),
        sa.UniqueConstraint("digest", name=op.f("uq_guests_digest")),
    )
    op.create_index(op.f("ix_guests_consult_id"), "guests", ["consult_id"], unique=False)
    op.create_index(
        "uq_guests_one_a_seat",
        "guests",
        ["consult_id", "seat"],
        unique=True,
        sqlite_where=SEATED,
        postgresql_where=SEATED,
    )


def downgrade() -> None:
    op.drop_table("guests")
