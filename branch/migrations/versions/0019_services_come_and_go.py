"""Services that are added, put in another order and taken away."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("services", sa.Column("place", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("services", sa.Column("retired", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.drop_column("services", "retired")
    op.drop_column("services", "place")
