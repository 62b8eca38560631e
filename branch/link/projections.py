"""What a hub's events do to the centre's own picture of visits; kinds without a projection only lengthen the thread."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from branch.handoff.models import HandoffCode
from branch.handoff.services import keep_slip_code
from branch.link.appointment_projections import APPOINTMENT_PROJECTIONS
from branch.link.branch_projections import BRANCH_PROJECTIONS
from branch.link.ticket_projections import TICKET_PROJECTIONS
from branch.link.upward import Projection, Upward
from branch.visits.models import EventKind, Visit
from branch.visits.services import erase


def project(session: Session, branch_id: str, event: Upward) -> None:
    """Bring the centre's picture in step; raises KeyError, TypeError or ValueError where the payload does not fit."""
    projection = PROJECTIONS.get(event.kind)
    if projection is not None:
        projection(session, branch_id, event)


def _visit_opened(session: Session, branch_id: str, event: Upward) -> None:
    session.add(
        Visit(
            id=event.visit,
            branch_id=branch_id,
            origin=str(event.payload["origin"]),
            language=str(event.payload["language"]),
            opened_at=event.at,
        )
    )
    session.flush()


def _set_visit(session: Session, event: Upward, **values: object) -> None:
    session.execute(update(Visit).where(Visit.id == event.visit).values(**values))


def _language_chosen(session: Session, _branch_id: str, event: Upward) -> None:
    _set_visit(session, event, language=str(event.payload["language"]))


def _visit_closed(session: Session, _branch_id: str, event: Upward) -> None:
    _set_visit(session, event, closed_at=event.at)


def _visit_forgotten(session: Session, _branch_id: str, event: Upward) -> None:
    erase(session, event.visit, event.at)


def _quiz_finished(session: Session, _branch_id: str, event: Upward) -> None:
    _set_visit(session, event, quiz_type=str(event.payload["type"]))


def _code_issued(session: Session, _branch_id: str, event: Upward) -> None:
    digest, expires_at = str(event.payload["digest"]), datetime.fromisoformat(event.payload["expires_at"])
    if "ticket" in event.payload:
        keep_slip_code(session, event.visit, str(event.payload["ticket"]), digest, expires_at)
    else:
        session.add(HandoffCode(digest=digest, visit_id=event.visit, expires_at=expires_at))


PROJECTIONS: Mapping[str, Projection] = {
    EventKind.VISIT_OPENED: _visit_opened,
    EventKind.LANGUAGE_CHOSEN: _language_chosen,
    EventKind.VISIT_CLOSED: _visit_closed,
    EventKind.VISIT_FORGOTTEN: _visit_forgotten,
    EventKind.QUIZ_FINISHED: _quiz_finished,
    EventKind.CODE_ISSUED: _code_issued,
    **TICKET_PROJECTIONS,
    **APPOINTMENT_PROJECTIONS,
    **BRANCH_PROJECTIONS,
}
