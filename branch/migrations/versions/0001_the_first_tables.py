"""The first tables."""

import sqlalchemy as sa
from alembic import op

from branch.models import Moment

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "applied_commands",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("applied_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_applied_commands")),
    )
    op.create_table(
        "branches",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("timezone", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_branches")),
    )
    op.create_table(
        "link_streams",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("last_sequence", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_streams")),
    )
    op.create_table(
        "commands",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("branch_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("acknowledged_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.id"], name=op.f("fk_commands_branch_id_branches")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commands")),
    )
    with op.batch_alter_table("commands", schema=None) as batch_op:
        batch_op.create_index(
            "ix_commands_branch_id_acknowledged_at", ["branch_id", "acknowledged_at"], unique=False
        )

    op.create_table(
        "desks",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("branch_id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("services", sa.JSON(), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.id"], name=op.f("fk_desks_branch_id_branches")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desks")),
    )
    op.create_table(
        "link_positions",
        sa.Column("stream", sa.String(length=32), nullable=False),
        sa.Column("branch_id", sa.String(length=40), nullable=False),
        sa.Column("last_sequence", sa.Integer(), nullable=False),
        sa.Column("seen_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["branch_id"], ["branches.id"], name=op.f("fk_link_positions_branch_id_branches")
        ),
        sa.PrimaryKeyConstraint("stream", name=op.f("pk_link_positions")),
    )
    op.create_table(
        "services",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("branch_id", sa.String(length=40), nullable=False),
        sa.Column("slug", sa.String(length=40), nullable=False),
        sa.Column("letter", sa.String(length=2), nullable=False),
        sa.Column("name", sa.JSON(), nullable=False),
        sa.Column("description", sa.JSON(), nullable=False),
        sa.Column("minutes_low", sa.Integer(), nullable=False),
        sa.Column("minutes_high", sa.Integer(), nullable=False),
        sa.Column("opens", sa.Time(), nullable=True),
        sa.Column("closes", sa.Time(), nullable=True),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.id"], name=op.f("fk_services_branch_id_branches")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_services")),
        sa.UniqueConstraint("branch_id", "letter", name=op.f("uq_services_branch_id_letter")),
    )
    op.create_table(
        "ticket_counters",
        sa.Column("branch_id", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("letter", sa.String(length=2), nullable=False),
        sa.Column("last_serial", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["branch_id"], ["branches.id"], name=op.f("fk_ticket_counters_branch_id_branches")
        ),
        sa.PrimaryKeyConstraint("branch_id", "day", "letter", name=op.f("pk_ticket_counters")),
    )
    op.create_table(
        "visits",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("branch_id", sa.String(length=40), nullable=False),
        sa.Column("origin", sa.String(length=16), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("opened_at", Moment(), nullable=False),
        sa.Column("closed_at", Moment(), nullable=True),
        sa.Column("forgotten_at", Moment(), nullable=True),
        sa.Column("quiz_type", sa.String(length=40), nullable=True),
        sa.CheckConstraint("origin IN ('kiosk', 'phone')", name=op.f("ck_visits_origin_known")),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.id"], name=op.f("fk_visits_branch_id_branches")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visits")),
    )
    op.create_table(
        "handoff_codes",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("visit_id", sa.String(length=32), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.Column("claimed_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name=op.f("fk_handoff_codes_visit_id_visits")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_handoff_codes")),
    )
    op.create_table(
        "staff",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("login", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("desk_id", sa.String(length=40), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("role IN ('advisor', 'teller', 'manager')", name=op.f("ck_staff_role_known")),
        sa.ForeignKeyConstraint(["desk_id"], ["desks.id"], name=op.f("fk_staff_desk_id_desks")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("login", name=op.f("uq_staff_login")),
    )
    op.create_table(
        "tickets",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("visit_id", sa.String(length=32), nullable=False),
        sa.Column("branch_id", sa.String(length=40), nullable=False),
        sa.Column("service_id", sa.String(length=80), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("letter", sa.String(length=2), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("issued_at", Moment(), nullable=False),
        sa.Column("called_at", Moment(), nullable=True),
        sa.Column("closed_at", Moment(), nullable=True),
        sa.Column("desk_id", sa.String(length=40), nullable=True),
        sa.Column("promised_low", sa.Integer(), nullable=False),
        sa.Column("promised_high", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state != 'called' OR desk_id IS NOT NULL", name=op.f("ck_tickets_called_at_a_desk")
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'called', 'finished', 'no_show', 'cancelled')",
            name=op.f("ck_tickets_state_known"),
        ),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.id"], name=op.f("fk_tickets_branch_id_branches")),
        sa.ForeignKeyConstraint(["desk_id"], ["desks.id"], name=op.f("fk_tickets_desk_id_desks")),
        sa.ForeignKeyConstraint(["service_id"], ["services.id"], name=op.f("fk_tickets_service_id_services")),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name=op.f("fk_tickets_visit_id_visits")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tickets")),
        sa.UniqueConstraint(
            "branch_id", "day", "letter", "serial", name=op.f("uq_tickets_branch_id_day_letter_serial")
        ),
    )
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.create_index("ix_tickets_queue", ["branch_id", "state", "issued_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_tickets_visit_id"), ["visit_id"], unique=False)

    op.create_table(
        "visit_events",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("visit_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name=op.f("fk_visit_events_visit_id_visits")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_events")),
    )
    with op.batch_alter_table("visit_events", schema=None) as batch_op:
        batch_op.create_index("ix_visit_events_visit_id_at", ["visit_id", "at"], unique=False)

    op.create_table(
        "consults",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("visit_id", sa.String(length=32), nullable=False),
        sa.Column("topic", sa.String(length=40), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("recording", sa.Boolean(), nullable=True),
        sa.Column("requested_at", Moment(), nullable=False),
        sa.Column("waiting_since", Moment(), nullable=True),
        sa.Column("accepted_at", Moment(), nullable=True),
        sa.Column("live_at", Moment(), nullable=True),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("closed_at", Moment(), nullable=True),
        sa.Column("advisor_id", sa.String(length=32), nullable=True),
        sa.Column("node", sa.String(length=200), nullable=True),
        sa.Column("agreed", sa.Text(), nullable=True),
        sa.CheckConstraint("channel IN ('phone', 'kiosk')", name=op.f("ck_consults_channel_known")),
        sa.CheckConstraint(
            "state IN ('preparing', 'waiting', 'accepted', 'live', 'ended', 'closed', 'cancelled')",
            name=op.f("ck_consults_state_known"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('accepted', 'live') OR advisor_id IS NOT NULL",
            name=op.f("ck_consults_talking_with_advisor"),
        ),
        sa.ForeignKeyConstraint(["advisor_id"], ["staff.id"], name=op.f("fk_consults_advisor_id_staff")),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name=op.f("fk_consults_visit_id_visits")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consults")),
    )
    with op.batch_alter_table("consults", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_consults_advisor_id"), ["advisor_id"], unique=False)
        batch_op.create_index("ix_consults_state_waiting_since", ["state", "waiting_since"], unique=False)
        batch_op.create_index(batch_op.f("ix_consults_visit_id"), ["visit_id"], unique=False)

    op.create_table(
        "outbox_events",
        sa.Column("sequence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("event_id", sa.String(length=32), nullable=False),
        sa.Column("acknowledged_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["event_id"], ["visit_events.id"], name=op.f("fk_outbox_events_event_id_visit_events")
        ),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_outbox_events")),
        sa.UniqueConstraint("event_id", name=op.f("uq_outbox_events_event_id")),
    )
    with op.batch_alter_table("outbox_events", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_outbox_events_acknowledged_at"), ["acknowledged_at"], unique=False
        )

    op.create_table(
        "sign_in_links",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("staff_id", sa.String(length=32), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.Column("used_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_sign_in_links_staff_id_staff")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_sign_in_links")),
    )
    op.create_table(
        "consents",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("visit_id", sa.String(length=32), nullable=False),
        sa.Column("consult_id", sa.String(length=32), nullable=False),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("text_version", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("given", sa.Boolean(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consult_id"], ["consults.id"], name=op.f("fk_consents_consult_id_consults")
        ),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name=op.f("fk_consents_visit_id_visits")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
    )
    op.create_table(
        "surveys",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("visit_id", sa.String(length=32), nullable=False),
        sa.Column("consult_id", sa.String(length=32), nullable=False),
        sa.Column("score", sa.SmallInteger(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.CheckConstraint("score BETWEEN 0 AND 10", name=op.f("ck_surveys_score_range")),
        sa.ForeignKeyConstraint(["consult_id"], ["consults.id"], name=op.f("fk_surveys_consult_id_consults")),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name=op.f("fk_surveys_visit_id_visits")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_surveys")),
        sa.UniqueConstraint("consult_id", name=op.f("uq_surveys_consult_id")),
    )


def downgrade() -> None:
    op.drop_table("surveys")
    op.drop_table("consents")
    op.drop_table("sign_in_links")
    with op.batch_alter_table("outbox_events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outbox_events_acknowledged_at"))

    op.drop_table("outbox_events")
    with op.batch_alter_table("consults", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_consults_visit_id"))
        batch_op.drop_index("ix_consults_state_waiting_since")
        batch_op.drop_index(batch_op.f("ix_consults_advisor_id"))

    op.drop_table("consults")
    with op.batch_alter_table("visit_events", schema=None) as batch_op:
        batch_op.drop_index("ix_visit_events_visit_id_at")

    op.drop_table("visit_events")
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_tickets_visit_id"))
        batch_op.drop_index("ix_tickets_queue")

    op.drop_table("tickets")
    op.drop_table("staff")
    op.drop_table("handoff_codes")
    op.drop_table("visits")
    op.drop_table("ticket_counters")
    op.drop_table("services")
    op.drop_table("link_positions")
    op.drop_table("desks")
    with op.batch_alter_table("commands", schema=None) as batch_op:
        batch_op.drop_index("ix_commands_branch_id_acknowledged_at")

    op.drop_table("commands")
    op.drop_table("link_streams")
    op.drop_table("branches")
    op.drop_table("applied_commands")
