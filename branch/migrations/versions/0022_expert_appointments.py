"""Appointments with experts, whose time they hold, and which advisors are there."""

import sqlalchemy as sa
from alembic import op

from branch.models import Moment

revision = "0022"
down_revision = "0020"
branch_labels = None
depends_on = None

STATES = "state IN ('booked', 'kept', 'missed', 'cancelled')"
TABLE = "expert_appointments"


def upgrade() -> None:
    op.add_column("staff", sa.Column("seen_at", Moment(), nullable=True))
    op.add_column("consults", sa.Column("booked_for", Moment(), nullable=True))
    op.add_column("consults", sa.Column("first_from", Moment(), nullable=True))
    op.create_table(
        TABLE,
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("visit_id", sa.String(length=32), nullable=False),
        sa.Column("branch_id", sa.String(length=40), nullable=False),
        sa.Column("topic", sa.String(length=40), nullable=False),
        sa.Column("starts_at", Moment(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("changes", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("booked_at", Moment(), nullable=False),
        sa.Column("consult_id", sa.String(length=32), nullable=True),
        sa.Column("reminded_at", Moment(), nullable=True),
        sa.CheckConstraint(STATES, name=op.f("ck_expert_appointments_state_known")),
        *(
            sa.ForeignKeyConstraint(
                [column], [there], name=op.f(f"fk_{TABLE}_{column}_{there.split('.')[0]}")
            )
            for column, there in (
                ("visit_id", "visits.id"),
                ("branch_id", "branches.id"),
                ("consult_id", "consults.id"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_expert_appointments")),
        sa.UniqueConstraint("digest", name=op.f("uq_expert_appointments_digest")),
    )
    op.create_index("ix_expert_appointments_state_starts_at", TABLE, ["state", "starts_at"])
    op.create_index(op.f("ix_expert_appointments_visit_id"), TABLE, ["visit_id"])
    op.create_index(op.f("ix_expert_appointments_consult_id"), TABLE, ["consult_id"])
    op.create_index(
        "uq_expert_appointments_one_a_visit",
        TABLE,
        ["visit_id"],
        unique=True,
        sqlite_where=sa.text("state = 'booked'"),
        postgresql_where=sa.text("state = 'booked'"),
    )
    op.create_table(
        "expert_places",
        sa.Column("advisor_id", sa.String(length=32), nullable=False),
        sa.Column("starts_at", Moment(), nullable=False),
        sa.Column("appointment_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["advisor_id"], ["staff.id"], name=op.f("fk_expert_places_advisor_id_staff")),
        of_appointment("expert_places"),
        sa.PrimaryKeyConstraint("advisor_id", "starts_at", name=op.f("pk_expert_places")),
    )
    op.create_index(op.f("ix_expert_places_appointment_id"), "expert_places", ["appointment_id"])
    op.create_table(
        "appointment_pushes",
        sa.Column("appointment_id", sa.String(length=32), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("endpoint", sa.Text(), nullable=False),
        sa.Column("p256dh", sa.String(length=120), nullable=False),
        sa.Column("auth", sa.String(length=60), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        of_appointment("appointment_pushes"),
        sa.PrimaryKeyConstraint("appointment_id", "digest", name=op.f("pk_appointment_pushes")),
    )
    op.create_table(
        "appointment_contacts",
        sa.Column("appointment_id", sa.String(length=32), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("consent_version", sa.String(length=40), nullable=False),
        sa.Column("given_at", Moment(), nullable=False),
        of_appointment("appointment_contacts"),
        sa.PrimaryKeyConstraint("appointment_id", name=op.f("pk_appointment_contacts")),
    )


def of_appointment(table: str) -> sa.ForeignKeyConstraint:
    """The key of what hangs on an appointment."""
    return sa.ForeignKeyConstraint(
        ["appointment_id"],
        ["expert_appointments.id"],
        name=op.f(f"fk_{table}_appointment_id_expert_appointments"),
    )


def downgrade() -> None:
    op.drop_table("appointment_contacts")
    op.drop_table("appointment_pushes")
    op.drop_table("expert_places")
    op.drop_table(TABLE)
    op.drop_column("consults", "first_from")
    op.drop_column("consults", "booked_for")
    op.drop_column("staff", "seen_at")
