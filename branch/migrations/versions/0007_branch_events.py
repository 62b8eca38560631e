"""What happens in a branch outside of any visit, and its place in the outbox."""

import sqlalchemy as sa
from alembic import op

from branch.models import Moment

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ONE_EVENT = "(event_id IS NULL) != (branch_event_id IS NULL)"


def upgrade() -> None:
    op.create_table(
        "branch_events",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("branch_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["branch_id"], ["branches.id"], name=op.f("fk_branch_events_branch_id_branches")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_branch_events")),
    )
    with op.batch_alter_table("outbox_events") as outbox:
        outbox.alter_column("event_id", existing_type=sa.String(length=32), nullable=True)
        outbox.add_column(sa.Column("branch_event_id", sa.String(length=32), nullable=True))
        outbox.create_foreign_key(
            op.f("fk_outbox_events_branch_event_id_branch_events"),
            "branch_events",
            ["branch_event_id"],
            ["id"],
        )
        outbox.create_unique_constraint(op.f("uq_outbox_events_branch_event_id"), ["branch_event_id"])
        outbox.create_check_constraint(op.f("ck_outbox_events_one_event"), ONE_EVENT)


def downgrade() -> None:
    op.execute("DELETE FROM outbox_events WHERE branch_event_id IS NOT NULL")
    with op.batch_alter_table("outbox_events") as outbox:
        outbox.drop_constraint(op.f("ck_outbox_events_one_event"), type_="check")
        outbox.drop_constraint(op.f("uq_outbox_events_branch_event_id"), type_="unique")
        outbox.drop_constraint(op.f("fk_outbox_events_branch_event_id_branch_events"), type_="foreignkey")
        outbox.drop_column("branch_event_id")
        outbox.alter_column("event_id", existing_type=sa.String(length=32), nullable=False)
    op.drop_table("branch_events")
