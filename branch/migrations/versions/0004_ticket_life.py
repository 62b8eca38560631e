"""The ticket's whole life: priority, parking, transfer, recall, outcome; desks that pause; PINs; notes of a visit."""

import sqlalchemy as sa
from alembic import op

from branch.models import Moment

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

OLD_STATES = "state IN ('waiting', 'called', 'finished', 'no_show', 'cancelled')"
STATES = "state IN ('waiting', 'called', 'parked', 'finished', 'no_show', 'cancelled', 'expired')"
KNOWN = {
    "priority_known": "priority IN ('booked', 'help', 'senior', 'pregnant')",
    "park_reason_known": "park_reason IN ('form', 'documents', 'phone', 'other')",
    "outcome_known": "outcome IN ('done', 'not_possible', 'other_appointment', 'expert')",
}


def _checks_to_keep() -> tuple[sa.CheckConstraint, ...]:
    """SQLite makes the table anew and forgets its checks, so it is told those that stay."""
    if op.get_bind().dialect.name != "sqlite":
        return ()
    condition = "state != 'called' OR desk_id IS NOT NULL"
    return (sa.CheckConstraint(condition, name=op.f("ck_tickets_called_at_a_desk")),)


def _columns() -> list[sa.Column[object]]:
    return [
        sa.Column("priority", sa.String(length=16), nullable=True),
        sa.Column("for_desk_id", sa.String(length=40), nullable=True),
        sa.Column("returned_at", Moment(), nullable=True),
        sa.Column("recalled_at", Moment(), nullable=True),
        sa.Column("recalls", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("park_reason", sa.String(length=16), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("moves", sa.Integer(), nullable=False, server_default="0"),
    ]


def upgrade() -> None:
    _tickets_forward()
    with op.batch_alter_table("desks") as desks:
        desks.add_column(sa.Column("on_break", sa.Boolean(), nullable=False, server_default=sa.false()))
        desks.add_column(sa.Column("priority_streak", sa.Integer(), nullable=False, server_default="0"))
        desks.add_column(sa.Column("last_action", sa.JSON(), nullable=True))
    with op.batch_alter_table("staff") as staff:
        staff.add_column(sa.Column("pin", sa.String(length=200), nullable=True))
        staff.add_column(sa.Column("pin_failures", sa.Integer(), nullable=False, server_default="0"))
        staff.add_column(sa.Column("pin_locked_until", Moment(), nullable=True))
    op.create_table(
        "visit_notes",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("visit_id", sa.String(length=32), nullable=False),
        sa.Column("staff_id", sa.String(length=32), nullable=True),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name=op.f("fk_visit_notes_visit_id_visits")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_visit_notes_staff_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_notes")),
    )
    op.create_index(op.f("ix_visit_notes_visit_id"), "visit_notes", ["visit_id"], unique=False)


def _tickets_forward() -> None:
    kept = _checks_to_keep()
    with op.batch_alter_table("tickets", table_args=kept) as tickets:
        for column in _columns():
            tickets.add_column(column)
        if not kept:
            tickets.drop_constraint(op.f("ck_tickets_state_known"), type_="check")
        tickets.create_check_constraint(op.f("ck_tickets_state_known"), STATES)
        for name, condition in KNOWN.items():
            tickets.create_check_constraint(op.f(f"ck_tickets_{name}"), condition)
        tickets.create_foreign_key(op.f("fk_tickets_for_desk_id_desks"), "desks", ["for_desk_id"], ["id"])


def downgrade() -> None:
    op.drop_table("visit_notes")
    with op.batch_alter_table("staff") as staff:
        for name in ("pin_locked_until", "pin_failures", "pin"):
            staff.drop_column(name)
    with op.batch_alter_table("desks") as desks:
        for name in ("last_action", "priority_streak", "on_break"):
            desks.drop_column(name)
    _tickets_back()


def _tickets_back() -> None:
    op.execute("UPDATE tickets SET state = 'cancelled' WHERE state IN ('parked', 'expired')")
    kept = _checks_to_keep()
    with op.batch_alter_table("tickets", table_args=kept) as tickets:
        tickets.drop_constraint(op.f("fk_tickets_for_desk_id_desks"), type_="foreignkey")
        if not kept:
            for name in ("state_known", *KNOWN):
                tickets.drop_constraint(op.f(f"ck_tickets_{name}"), type_="check")
        tickets.create_check_constraint(op.f("ck_tickets_state_known"), OLD_STATES)
        for column in _columns():
            tickets.drop_column(column.name)
