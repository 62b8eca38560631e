"""What is known about each recording: whether it has to be, who paused it, and what the recorder last told."""

import sqlalchemy as sa
from alembic import op

from branch.models import Moment

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

CHECKS = {
    "recorder_known": "recorder IN ('starting', 'live', 'paused', 'failed')",
    "paused_by_known": "paused_by IN ('customer', 'advisor')",
    "paused_by_and_at": "(paused_by IS NULL) = (paused_at IS NULL)",
    "failed_for_a_reason": "(failure IS NULL) = (recorder != 'failed')",
}


def upgrade() -> None:
    op.create_table(
        "recordings",
        sa.Column("consult_id", sa.String(length=32), nullable=False),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("recorder", sa.String(length=16), nullable=False),
        sa.Column("failure", sa.String(length=60), nullable=True),
        sa.Column("since", Moment(), nullable=False),
        sa.Column("paused_by", sa.String(length=16), nullable=True),
        sa.Column("paused_at", Moment(), nullable=True),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_recordings_{name}")) for name, rule in CHECKS.items()),
        sa.ForeignKeyConstraint(
            ["consult_id"], ["consults.id"], name=op.f("fk_recordings_consult_id_consults")
        ),
        sa.PrimaryKeyConstraint("consult_id", name=op.f("pk_recordings")),
    )


def downgrade() -> None:
    op.drop_table("recordings")
