"""Leases of media nodes: what all processes of the centre know of each, and until when it counts."""

import sqlalchemy as sa
from alembic import op

from branch.models import Moment

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "node_leases",
        sa.Column("node", sa.String(length=200), nullable=False),
        sa.Column("instance", sa.String(length=32), nullable=False),
        sa.Column("rooms", sa.Integer(), nullable=False),
        sa.Column("free", sa.Integer(), nullable=False),
        sa.Column("participants", sa.Integer(), nullable=False),
        sa.Column("load", sa.Double(), nullable=False),
        sa.Column("draining", sa.Boolean(), nullable=False),
        sa.Column("seen_at", Moment(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.CheckConstraint(
            "rooms >= 0 AND free >= 0 AND participants >= 0",
            name=op.f("ck_node_leases_counts_not_negative"),
        ),
        sa.PrimaryKeyConstraint("node", name=op.f("pk_node_leases")),
    )


def downgrade() -> None:
    op.drop_table("node_leases")
