"""What phones ask of their branch, carried out at the hub: numbers from afar, arriving, stepping out, appointments."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from branch.appointments.arriving import check_in, keep
from branch.appointments.models import Appointment
from branch.errors import MaruError
from branch.tickets.away import arrive, give_back, keep_after_all, step_out, take_from_afar
from branch.tickets.errands import also_wants
from branch.tickets.returns import come_back
from branch.tree.services import hang, take_back
from branch.visits.models import EventKind
from branch.visits.services import adopt_visit, record


def _issue(session: Session, payload: dict[str, Any]) -> None:
    """A refusal is told like an answer, since somebody looks at the screen for it."""
    visit, request = str(payload["visit"]), str(payload["request"])
    adopt_visit(session, visit, str(payload["branch"]), str(payload["language"]))
    kept = None if payload["kept"] is None else timedelta(minutes=int(payload["kept"]))
    try:
        take_from_afar(session, visit, str(payload["service"]), request, kept)
    except MaruError as refusal:
        record(session, visit, EventKind.REQUEST_REFUSED, request=request, code=refusal.code)


def _arrived(session: Session, payload: dict[str, Any]) -> None:
    arrive(session, str(payload["ticket"]))


def _out(session: Session, payload: dict[str, Any]) -> None:
    step_out(session, str(payload["ticket"]), int(payload["minutes"]))


def _back(session: Session, payload: dict[str, Any]) -> None:
    come_back(session, str(payload["ticket"]))


def _give_back(session: Session, payload: dict[str, Any]) -> None:
    give_back(session, str(payload["ticket"]))


def _errands(session: Session, payload: dict[str, Any]) -> None:
    also_wants(session, str(payload["ticket"]), str(payload["service"]))


def _keep(session: Session, payload: dict[str, Any]) -> None:
    keep_after_all(session, str(payload["ticket"]))


def _appointment_arrived(session: Session, payload: dict[str, Any]) -> None:
    appointment = session.get(Appointment, str(payload["appointment"]))
    if appointment is not None:
        check_in(session, appointment, first=bool(payload["first"]), by_phone=True)


def _leaf_hang(session: Session, payload: dict[str, Any]) -> None:
    hang(session, str(payload["branch"]), str(payload["leaf"]), str(payload["word"]))


def _leaf_take(session: Session, payload: dict[str, Any]) -> None:
    take_back(session, str(payload["branch"]), str(payload["leaf"]))


PHONE_COMMANDS: Mapping[str, Callable[[Session, dict[str, Any]], None]] = {
    "ticket.issue": _issue,
    "ticket.arrived": _arrived,
    "ticket.out": _out,
    "ticket.back": _back,
    "ticket.give_back": _give_back,
    "ticket.keep": _keep,
    "ticket.errands": _errands,
    "appointment.set": keep,
    "leaf.hang": _leaf_hang,
    "leaf.take": _leaf_take,
    "appointment.arrived": _appointment_arrived,
}
