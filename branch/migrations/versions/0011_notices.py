"""Notices: browsers and phone numbers that want them, and what was said already."""

import sqlalchemy as sa
from alembic import op

from branch.models import Moment

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "push_subscriptions",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("visit_id", sa.String(length=32), nullable=False),
        sa.Column("endpoint", sa.Text(), nullable=False),
        sa.Column("p256dh", sa.String(length=120), nullable=False),
        sa.Column("auth", sa.String(length=60), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visits.id"], name=op.f("fk_push_subscriptions_visit_id_visits")
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_push_subscriptions")),
    )
    op.create_index(op.f("ix_push_subscriptions_visit_id"), "push_subscriptions", ["visit_id"])
    op.create_table(
        "contacts",
        sa.Column("visit_id", sa.String(length=32), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("consent_version", sa.String(length=40), nullable=False),
        sa.Column("given_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name=op.f("fk_contacts_visit_id_visits")),
        sa.PrimaryKeyConstraint("visit_id", name=op.f("pk_contacts")),
    )
    op.create_table(
        "notices_given",
        sa.Column("ticket_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("given_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_notices_given_ticket_id_tickets")
        ),
        sa.PrimaryKeyConstraint("ticket_id", "kind", name=op.f("pk_notices_given")),
    )


def downgrade() -> None:
    for table in ("notices_given", "contacts", "push_subscriptions"):
        op.drop_table(table)
