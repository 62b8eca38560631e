"""Links of appointments: their secret can be made again by the centre, and by nobody else."""

import base64
import hmac

from branch import ids
from branch.appointments.expert_models import ExpertAppointment
from branch.appointments.models import Appointment

SECRET_LENGTH = 32  # characters, 192 bits
# What keeps the links of one kind from opening the other.
COUNTER, EXPERT = "appointment", "expert appointment"


def secret_for(key: str, kind: str, appointment_id: str) -> str:
    """The last part of the link (HMAC, RFC 2104): pages and reminders have it, the database keeps its digest."""
    made = hmac.digest(key.encode(), f"{kind} {appointment_id}".encode(), "sha256")
    return base64.urlsafe_b64encode(made).decode()[:SECRET_LENGTH]


def secret_of(key: str, appointment: Appointment | ExpertAppointment) -> str | None:
    """The secret of a link that was given out; None when it was made with a key that is not in use any more."""
    kind = EXPERT if isinstance(appointment, ExpertAppointment) else COUNTER
    secret = secret_for(key, kind, appointment.id)
    return secret if ids.digest(secret) == appointment.digest else None
