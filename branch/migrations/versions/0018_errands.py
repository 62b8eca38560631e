"""What a customer still wants to do with the same number."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("tickets", sa.Column("errands", sa.String(length=160), nullable=True))


def downgrade() -> None:
    op.drop_column("tickets", "errands")
