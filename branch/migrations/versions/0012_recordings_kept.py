"""What was recorded, with the seal of each part, and who played, fetched or checked it."""

import sqlalchemy as sa
from alembic import op

from branch.models import Moment

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def _columns() -> list[sa.Column[object]]:
    return [
        sa.Column("kept_at", Moment(), nullable=True),
        sa.Column("seconds", sa.Double(), nullable=True),
        sa.Column("gap_seconds", sa.Double(), nullable=True),
        sa.Column("parts", sa.JSON(), nullable=True),
        sa.Column("checked_at", Moment(), nullable=True),
        sa.Column("holds", sa.Boolean(), nullable=True),
        sa.Column("findings", sa.JSON(), nullable=True),
    ]


def upgrade() -> None:
    for column in _columns():
        op.add_column("recordings", column)
    op.create_table(
        "recording_uses",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("consult_id", sa.String(length=32), nullable=False),
        sa.Column("staff_id", sa.String(length=32), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("what", sa.String(length=16), nullable=False),
        sa.CheckConstraint("what IN ('play', 'file', 'check')", name=op.f("ck_recording_uses_what_known")),
        sa.ForeignKeyConstraint(
            ["consult_id"], ["consults.id"], name=op.f("fk_recording_uses_consult_id_consults")
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_recording_uses_staff_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recording_uses")),
    )
    op.create_index(op.f("ix_recording_uses_consult_id"), "recording_uses", ["consult_id"], unique=False)


def downgrade() -> None:
    op.drop_table("recording_uses")
    for column in _columns():
        op.drop_column("recordings", column.name)
