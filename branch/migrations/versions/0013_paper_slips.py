"""Paper slips that wait for their printer, and codes that belong to a ticket's slip."""

import sqlalchemy as sa
from alembic import op

from branch.models import Moment

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "paper_slips",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("ticket_id", sa.String(length=32), nullable=False),
        sa.Column("reprint", sa.Integer(), nullable=False),
        sa.Column("device_id", sa.String(length=32), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("printed_at", Moment(), nullable=True),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("trouble", sa.String(length=40), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'printed', 'dropped')", name=op.f("ck_paper_slips_state_known")
        ),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_paper_slips_ticket_id_tickets")),
        sa.ForeignKeyConstraint(["device_id"], ["devices.id"], name=op.f("fk_paper_slips_device_id_devices")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_slips")),
        sa.UniqueConstraint("ticket_id", "reprint", name=op.f("uq_paper_slips_ticket_id_reprint")),
    )
    op.create_index("ix_paper_slips_line", "paper_slips", ["state", "asked_at"])
    with op.batch_alter_table("handoff_codes") as codes:
        codes.add_column(sa.Column("ticket_id", sa.String(length=32), nullable=True))
        codes.create_foreign_key(op.f("fk_handoff_codes_ticket_id_tickets"), "tickets", ["ticket_id"], ["id"])
        codes.create_index(op.f("ix_handoff_codes_ticket_id"), ["ticket_id"])


def downgrade() -> None:
    with op.batch_alter_table("handoff_codes") as codes:
        codes.drop_index(op.f("ix_handoff_codes_ticket_id"))
        codes.drop_constraint(op.f("fk_handoff_codes_ticket_id_tickets"), type_="foreignkey")
        codes.drop_column("ticket_id")
    op.drop_table("paper_slips")
