"""The line of a day by one index: before, every call and every number looked at all tickets of the day."""

from alembic import op

revision = "0023"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_tickets_queue", "tickets")
    op.create_index("ix_tickets_queue", "tickets", ["branch_id", "state", "day"])


def downgrade() -> None:
    op.drop_index("ix_tickets_queue", "tickets")
    op.create_index("ix_tickets_queue", "tickets", ["branch_id", "state", "issued_at"])
