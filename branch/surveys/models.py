"""The table of answers."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, SmallInteger, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from branch.models import Base


class Survey(Base):
    """A score from 0 to 10 and a note in the customer's own words; at most one for a consult."""

    __tablename__ = "surveys"
    __table_args__ = (CheckConstraint("score BETWEEN 0 AND 10", name="score_range"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    visit_id: Mapped[str] = mapped_column(ForeignKey("visits.id"))
    consult_id: Mapped[str] = mapped_column(ForeignKey("consults.id"), unique=True)
    score: Mapped[int] = mapped_column(SmallInteger)
    note: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime]
