"""When a recording's time was over and it was deleted, and the node's proof of it."""

import sqlalchemy as sa
from alembic import op

from branch.models import Moment

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("recordings", sa.Column("deleted_at", Moment(), nullable=True))
    op.add_column("recordings", sa.Column("deletion", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("recordings", "deletion")
    op.drop_column("recordings", "deleted_at")
