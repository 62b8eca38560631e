"""Numbers by phone: on the way, stepped out, the way back; what phones ask of a branch; commands that nobody waits for."""

import sqlalchemy as sa
from alembic import op

from branch.models import Moment

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

STATES = ("waiting", "called", "parked", "finished", "no_show", "cancelled", "expired")
REASONS = ("form", "documents", "phone", "other")
OPEN = sa.text("answer IS NULL")
CHECKS = {
    "called_at_a_desk": "state != 'called' OR desk_id IS NOT NULL",
    "priority_known": "priority IN ('booked', 'help', 'senior', 'pregnant')",
    "outcome_known": "outcome IN ('done', 'not_possible', 'other_appointment', 'expert')",
}


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(map(repr, values))})"


def _known(states: tuple[str, ...], reasons: tuple[str, ...]) -> dict[str, str]:
    return {"state_known": _one_of("state", states), "park_reason_known": _one_of("park_reason", reasons)}


def _checks_to_keep() -> tuple[sa.CheckConstraint, ...]:
    """SQLite makes the table anew and forgets its checks, so it is told those that stay."""
    if op.get_bind().dialect.name != "sqlite":
        return ()
    return tuple(sa.CheckConstraint(rule, name=op.f(f"ck_tickets_{name}")) for name, rule in CHECKS.items())


def _tickets(columns: list[sa.Column[object]], gone: tuple[str, ...], known: dict[str, str]) -> None:
    kept = _checks_to_keep()
    with op.batch_alter_table("tickets", table_args=kept) as tickets:
        for column in columns:
            tickets.add_column(column)
        for name in gone:
            tickets.drop_column(name)
        for name, rule in known.items():
            if not kept:
                tickets.drop_constraint(op.f(f"ck_tickets_{name}"), type_="check")
            tickets.create_check_constraint(op.f(f"ck_tickets_{name}"), rule)


def upgrade() -> None:
    columns: list[sa.Column[object]] = [
        sa.Column("kept_until", Moment(), nullable=True),
        sa.Column("by_phone", sa.Boolean(), nullable=False, server_default=sa.false()),
    ]
    _tickets(columns, (), _known((*STATES, "on_the_way"), (*REASONS, "out")))
    with op.batch_alter_table("commands") as commands:
        commands.add_column(sa.Column("expires_at", Moment(), nullable=True))
    op.create_table(
        "ticket_requests",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("visit_id", sa.String(length=32), nullable=False),
        sa.Column("service", sa.String(length=40), nullable=False),
        sa.Column("travel", sa.Integer(), nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("closes_at", Moment(), nullable=False),
        sa.Column("answer", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name=op.f("fk_ticket_requests_visit_id_visits")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_requests")),
    )
    op.create_index(op.f("ix_ticket_requests_visit_id"), "ticket_requests", ["visit_id"])
    op.create_index(
        "uq_ticket_requests_one_open",
        "ticket_requests",
        ["visit_id"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )


def downgrade() -> None:
    op.drop_table("ticket_requests")
    with op.batch_alter_table("commands") as commands:
        commands.drop_column("expires_at")
    op.execute("UPDATE tickets SET state = 'cancelled' WHERE state = 'on_the_way'")
    op.execute("UPDATE tickets SET park_reason = 'other' WHERE park_reason = 'out'")
    _tickets([], ("by_phone", "kept_until"), _known(STATES, REASONS))
