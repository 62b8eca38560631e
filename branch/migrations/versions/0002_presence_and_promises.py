"""Who is connected to a consult, and the wait that was promised for it."""

import sqlalchemy as sa
from alembic import op

from branch.models import Moment

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "presences",
        sa.Column("consult_id", sa.String(length=32), nullable=False),
        sa.Column("side", sa.String(length=16), nullable=False),
        sa.Column("connection", sa.String(length=40), nullable=False),
        sa.Column("media", sa.String(length=16), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.CheckConstraint("side IN ('customer', 'advisor')", name=op.f("ck_presences_side_known")),
        sa.CheckConstraint(
            "media IN ('connected', 'reconnecting', 'left')", name=op.f("ck_presences_media_known")
        ),
        sa.ForeignKeyConstraint(
            ["consult_id"], ["consults.id"], name=op.f("fk_presences_consult_id_consults")
        ),
        sa.PrimaryKeyConstraint("consult_id", "side", name=op.f("pk_presences")),
    )
    with op.batch_alter_table("consults", schema=None) as batch_op:
        batch_op.add_column(sa.Column("promised_low", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("promised_high", sa.Integer(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("consults", schema=None) as batch_op:
        batch_op.drop_column("promised_high")
        batch_op.drop_column("promised_low")
    op.drop_table("presences")
