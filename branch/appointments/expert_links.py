"""The link of an appointment with an expert: its secret can be made again by the centre, and by nobody else."""

import base64
import hmac

from branch import ids
from branch.appointments.expert_models import ExpertAppointment

SECRET_LENGTH = 32  # characters, 192 bits


def secret_for(key: str, appointment_id: str) -> str:
    """The last part of the link (HMAC, RFC 2104): a reminder can carry it although the database keeps its digest alone."""
    made = hmac.digest(key.encode(), f"expert appointment {appointment_id}".encode(), "sha256")
    return base64.urlsafe_b64encode(made).decode()[:SECRET_LENGTH]


def secret_of(key: str, appointment: ExpertAppointment) -> str | None:
    """The secret of a link that was given out; None when it was made with a key that is not in use any more."""
    secret = secret_for(key, appointment.id)
    return secret if ids.digest(secret) == appointment.digest else None
