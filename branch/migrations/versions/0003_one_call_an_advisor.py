"""An advisor has one consult in hand at a time, whatever two windows ask for at the same moment."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

IN_HAND = sa.text("state IN ('accepted', 'live', 'ended')")


def upgrade() -> None:
    op.create_index(
        "uq_consults_one_in_hand",
        "consults",
        ["advisor_id"],
        unique=True,
        sqlite_where=IN_HAND,
        postgresql_where=IN_HAND,
    )


def downgrade() -> None:
    op.drop_index("uq_consults_one_in_hand", "consults")
