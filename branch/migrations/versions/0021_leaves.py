"""Leaves on the cheering tree."""

import sqlalchemy as sa
from alembic import op

from branch.models import Moment

revision = "0021"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "leaves",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("branch_id", sa.String(length=40), nullable=False),
        sa.Column("word", sa.String(length=40), nullable=False),
        sa.Column("hung_at", Moment(), nullable=False),
        sa.Column("taken_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.id"], name=op.f("fk_leaves_branch_id_branches")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leaves")),
    )
    op.create_index("ix_leaves_branch_id_hung_at", "leaves", ["branch_id", "hung_at"])


def downgrade() -> None:
    op.drop_index("ix_leaves_branch_id_hung_at", table_name="leaves")
    op.drop_table("leaves")
