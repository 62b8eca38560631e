"""Table of how each person of a consult was reached by sound and picture."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from branch.models import Base


class CallQuality(Base):
    """Averages over one person's part of a call.

    `loss` is a share (0 to 1) and `jitter`, `round_trip` are milliseconds, all of the voice they heard; `opinion` is
    its score as ITU-T G.107 estimates it, 1 to 4.5. Bitrates are bits a second from and to them. `freezes` counts
    how often their own picture stood still on its way to the media node.
    """

    __tablename__ = "call_qualities"
    __table_args__ = (
        CheckConstraint("loss BETWEEN 0 AND 1", name="loss_is_a_share"),
        CheckConstraint("opinion BETWEEN 1 AND 4.5", name="opinion_in_range"),
    )

    consult_id: Mapped[str] = mapped_column(ForeignKey("consults.id"), primary_key=True)
    participant: Mapped[str] = mapped_column(String(64), primary_key=True)
    bitrate_in: Mapped[int]
    bitrate_out: Mapped[int]
    loss: Mapped[float | None]
    jitter: Mapped[float | None]
    round_trip: Mapped[float | None]
    opinion: Mapped[float | None]
    freezes: Mapped[int]
    at: Mapped[datetime]
