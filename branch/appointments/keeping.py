"""What becomes of a booked time when an advisor takes the call."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from branch.appointments.expert_models import ExpertAppointment, ExpertState


def kept(session: Session, consult_id: str) -> None:
    """The appointment whose holder came into this consult was kept; without one nothing changes."""
    mine = update(ExpertAppointment).where(
        ExpertAppointment.consult_id == consult_id, ExpertAppointment.state == ExpertState.BOOKED
    )
    session.execute(mine.values(state=ExpertState.KEPT))
