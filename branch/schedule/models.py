"""The table of versions at the centre: what each said, who made it, and what became of it in the branch."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from branch.models import Base


class ScheduleVersion(Base):
    """Never changed afterwards, but for the branch's answer. Version 0 is what was there before the first change."""

    __tablename__ = "schedule_versions"

    branch_id: Mapped[str] = mapped_column(ForeignKey("branches.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[dict[str, Any]]
    made_at: Mapped[datetime]
    made_by: Mapped[str | None] = mapped_column(ForeignKey("staff.id"))
    restores: Mapped[int | None]
    applied_at: Mapped[datetime | None]
    refused_at: Mapped[datetime | None]
