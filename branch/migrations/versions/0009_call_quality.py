"""How each person of a consult was reached by sound and picture."""

import sqlalchemy as sa
from alembic import op

from branch.models import Moment

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "call_qualities",
        sa.Column("consult_id", sa.String(length=32), nullable=False),
        sa.Column("participant", sa.String(length=64), nullable=False),
        sa.Column("bitrate_in", sa.Integer(), nullable=False),
        sa.Column("bitrate_out", sa.Integer(), nullable=False),
        sa.Column("loss", sa.Double(), nullable=True),
        sa.Column("jitter", sa.Double(), nullable=True),
        sa.Column("round_trip", sa.Double(), nullable=True),
        sa.Column("opinion", sa.Double(), nullable=True),
        sa.Column("freezes", sa.Integer(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.CheckConstraint("loss BETWEEN 0 AND 1", name=op.f("ck_call_qualities_loss_is_a_share")),
        sa.CheckConstraint("opinion BETWEEN 1 AND 4.5", name=op.f("ck_call_qualities_opinion_in_range")),
        sa.ForeignKeyConstraint(
            ["consult_id"], ["consults.id"], name=op.f("fk_call_qualities_consult_id_consults")
        ),
        sa.PrimaryKeyConstraint("consult_id", "participant", name=op.f("pk_call_qualities")),
    )


def downgrade() -> None:
    op.drop_table("call_qualities")
