"""The table of leaves on the cheering tree."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from branch.models import Base


class Leaf(Base):
    """One kind word on a branch's tree. Nothing leads from it to the visit; `taken_at` is set while its giver took it back.

    A leaf that was taken back keeps its place on the tree, so that no other leaf ever moves.
    """

    __tablename__ = "leaves"
    __table_args__ = (Index("ix_leaves_branch_id_hung_at", "branch_id", "hung_at"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    branch_id: Mapped[str] = mapped_column(ForeignKey("branches.id"))
    word: Mapped[str] = mapped_column(String(40))
    hung_at: Mapped[datetime]
    taken_at: Mapped[datetime | None]
