"""What a hub's ticket events do to the tickets as the centre knows them; a table by kind of event."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from branch.link.upward import Projection, Upward
from branch.tickets.models import Outcome, ParkReason, Ticket, TicketState
from branch.tickets.moves import from_json
from branch.tickets.requests import ISSUED, answered
from branch.visits.models import EventKind

BACK_IN_LINE: dict[str, object] = {
    "state": TicketState.WAITING,
    "desk_id": None,
    "called_at": None,
    "recalled_at": None,
    "closed_at": None,
}


def _ticket_issued(session: Session, branch_id: str, event: Upward) -> None:
    told = event.payload
    session.add(
        Ticket(
            id=str(told["ticket"]),
            visit_id=event.visit,
            branch_id=branch_id,
            service_id=f"{branch_id}.{told['service']}",
            day=date.fromisoformat(told["day"]),
            letter=str(told["letter"]),
            serial=int(told["serial"]),
            state=TicketState.ON_THE_WAY if told.get("kept_until") else TicketState.WAITING,
            kept_until=_moment(told.get("kept_until")),
            by_phone="request" in told,
            issued_at=datetime.fromisoformat(told["issued_at"]),
            promised_low=int(told["promised"][0]),
            promised_high=int(told["promised"][1]),
            priority=told.get("priority"),
        )
    )
    session.flush()
    if "request" in told:
        answered(session, str(told["request"]), ISSUED)


def _moment(told: object) -> datetime | None:
    return datetime.fromisoformat(str(told)) if told is not None else None


def _request_refused(session: Session, _branch_id: str, event: Upward) -> None:
    answered(session, str(event.payload["request"]), str(event.payload["code"]))


def _ticket_arrived(session: Session, _branch_id: str, event: Upward) -> None:
    place = datetime.fromisoformat(event.payload["issued_at"])
    here = {"state": TicketState.WAITING, "kept_until": None, "park_reason": None}
    _move_ticket(session, event, **here, issued_at=place)


def _ticket_errands(session: Session, _branch_id: str, event: Upward) -> None:
    _move_ticket(session, event, errands=event.payload["errands"])


def _ticket_out(session: Session, _branch_id: str, event: Upward) -> None:
    until = datetime.fromisoformat(event.payload["kept_until"])
    _move_ticket(session, event, state=TicketState.PARKED, park_reason=ParkReason.OUT, kept_until=until)


def _ticket_called(session: Session, _branch_id: str, event: Upward) -> None:
    _move_ticket(
        session,
        event,
        state=TicketState.CALLED,
        desk_id=event.payload["desk"],
        called_at=event.at,
        closed_at=None,
        recalled_at=None,
        recalls=0,
        kept_until=None,
    )


def _ticket_finished(session: Session, _branch_id: str, event: Upward) -> None:
    outcome = event.payload.get("outcome")
    _move_ticket(session, event, state=TicketState.FINISHED, closed_at=event.at, outcome=outcome)


def _ticket_referred(session: Session, _branch_id: str, event: Upward) -> None:
    _move_ticket(session, event, state=TicketState.FINISHED, closed_at=event.at, outcome=Outcome.EXPERT)


def _ticket_no_show(session: Session, _branch_id: str, event: Upward) -> None:
    until = _moment(event.payload.get("kept_until"))
    _move_ticket(session, event, state=TicketState.NO_SHOW, closed_at=event.at, kept_until=until)


def _ticket_cancelled(session: Session, _branch_id: str, event: Upward) -> None:
    _move_ticket(session, event, state=TicketState.CANCELLED, closed_at=event.at)


def _ticket_expired(session: Session, _branch_id: str, event: Upward) -> None:
    _move_ticket(session, event, state=TicketState.EXPIRED, closed_at=event.at)


def _ticket_recalled(session: Session, _branch_id: str, event: Upward) -> None:
    _move_ticket(session, event, recalls=int(event.payload["recalls"]), recalled_at=event.at)


def _ticket_parked(session: Session, _branch_id: str, event: Upward) -> None:
    _move_ticket(session, event, state=TicketState.PARKED, park_reason=event.payload["reason"])


def _ticket_returned(session: Session, _branch_id: str, event: Upward) -> None:
    _move_ticket(session, event, **BACK_IN_LINE, returned_at=event.at, park_reason=None, kept_until=None)


def _ticket_transferred(session: Session, branch_id: str, event: Upward) -> None:
    to: dict[str, object] = {"for_desk_id": event.payload.get("to_desk")}
    if "service" in event.payload:
        to["service_id"] = f"{branch_id}.{event.payload['service']}"
    if "errands" in event.payload:
        to["errands"] = event.payload["errands"]
    _move_ticket(session, event, **BACK_IN_LINE, returned_at=None, **to)


def _ticket_priority(session: Session, _branch_id: str, event: Upward) -> None:
    _move_ticket(session, event, priority=event.payload["priority"])


def _ticket_undone(session: Session, _branch_id: str, event: Upward) -> None:
    _move_ticket(session, event, **from_json(event.payload["restored"]))


def _move_ticket(session: Session, event: Upward, **values: object) -> None:
    session.execute(update(Ticket).where(Ticket.id == event.payload["ticket"]).values(**values))


TICKET_PROJECTIONS: Mapping[str, Projection] = {
    EventKind.TICKET_ISSUED: _ticket_issued,
    EventKind.TICKET_CALLED: _ticket_called,
    EventKind.TICKET_FINISHED: _ticket_finished,
    EventKind.TICKET_NO_SHOW: _ticket_no_show,
    EventKind.TICKET_CANCELLED: _ticket_cancelled,
    EventKind.TICKET_RECALLED: _ticket_recalled,
    EventKind.TICKET_PARKED: _ticket_parked,
    EventKind.TICKET_RETURNED: _ticket_returned,
    EventKind.TICKET_TRANSFERRED: _ticket_transferred,
    EventKind.TICKET_REFERRED: _ticket_referred,
    EventKind.TICKET_PRIORITY: _ticket_priority,
    EventKind.TICKET_EXPIRED: _ticket_expired,
    EventKind.TICKET_UNDONE: _ticket_undone,
    EventKind.REQUEST_REFUSED: _request_refused,
    EventKind.TICKET_ARRIVED: _ticket_arrived,
    EventKind.TICKET_OUT: _ticket_out,
    EventKind.TICKET_ERRANDS: _ticket_errands,
}
