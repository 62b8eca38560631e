"""Appointments, and how many of each time are taken."""

import sqlalchemy as sa
from alembic import op

from branch.models import Moment

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

STATES = "state IN ('booked', 'arrived', 'missed', 'cancelled')"


def upgrade() -> None:
    op.create_table(
        "appointment_slots",
        sa.Column("branch_id", sa.String(length=40), nullable=False),
        sa.Column("service", sa.String(length=40), nullable=False),
        sa.Column("starts_at", Moment(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.CheckConstraint("taken >= 0", name=op.f("ck_appointment_slots_none_owed")),
        sa.ForeignKeyConstraint(
            ["branch_id"], ["branches.id"], name=op.f("fk_appointment_slots_branch_id_branches")
        ),
        sa.PrimaryKeyConstraint("branch_id", "service", "starts_at", name=op.f("pk_appointment_slots")),
    )
    op.create_table(
        "appointments",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("visit_id", sa.String(length=32), nullable=False),
        sa.Column("branch_id", sa.String(length=40), nullable=False),
        sa.Column("service", sa.String(length=40), nullable=False),
        sa.Column("starts_at", Moment(), nullable=False),
        sa.Column("number", sa.String(length=6), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("ticket_id", sa.String(length=32), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.CheckConstraint(STATES, name=op.f("ck_appointments_state_known")),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name=op.f("fk_appointments_visit_id_visits")),
        sa.ForeignKeyConstraint(
            ["branch_id"], ["branches.id"], name=op.f("fk_appointments_branch_id_branches")
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_appointments_ticket_id_tickets")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointments")),
        sa.UniqueConstraint("digest", name=op.f("uq_appointments_digest")),
    )
    op.create_index("ix_appointments_branch_id_starts_at", "appointments", ["branch_id", "starts_at"])
    op.create_index(op.f("ix_appointments_visit_id"), "appointments", ["visit_id"])


def downgrade() -> None:
    op.drop_table("appointments")
    op.drop_table("appointment_slots")
