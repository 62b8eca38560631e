"""Opening hours of a branch, and their versions at the centre."""

import sqlalchemy as sa
from alembic import op

from branch.models import Moment

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("branches") as branches:
        branches.add_column(sa.Column("schedule", sa.JSON(), nullable=True))
        branches.add_column(sa.Column("schedule_version", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "schedule_versions",
        sa.Column("branch_id", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("made_by", sa.String(length=32), nullable=True),
        sa.Column("restores", sa.Integer(), nullable=True),
        sa.Column("applied_at", Moment(), nullable=True),
        sa.Column("refused_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["branch_id"], ["branches.id"], name=op.f("fk_schedule_versions_branch_id_branches")
        ),
        sa.ForeignKeyConstraint(["made_by"], ["staff.id"], name=op.f("fk_schedule_versions_made_by_staff")),
        sa.PrimaryKeyConstraint("branch_id", "version", name=op.f("pk_schedule_versions")),
    )


def downgrade() -> None:
    op.drop_table("schedule_versions")
    with op.batch_alter_table("branches") as branches:
        branches.drop_column("schedule_version")
        branches.drop_column("schedule")
