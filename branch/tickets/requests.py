"""The centre's side of a number taken by phone: asking the branch for it once, and what became of that."""

from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from branch import clock, ids
from branch.errors import BadInput
from branch.link.commands import ask
from branch.link.errors import BranchUnreachable
from branch.link.reach import is_reachable
from branch.tickets.away import TRAVELS
from branch.tickets.models import TicketRequest
from branch.visits.services import get_visit

# A wish that the branch has not heard by then is withdrawn: nobody finds a number hours later.
PATIENCE = timedelta(seconds=20)
ISSUED = "issued"
LOST = "branch.unreachable"


def ask_branch(session: Session, branch_id: str, kind: str, **payload: object) -> None:
    """Ask the branch something a person waits for. Raises BranchUnreachable, with nothing asked."""
    if not is_reachable(session, branch_id):
        raise BranchUnreachable()
    ask(session, branch_id, kind, within=PATIENCE, **payload)


def ask_for_ticket(
    session: Session, visit_id: str, service: str, travel: int, grace: timedelta, *, here: bool
) -> TicketRequest:
    """Ask the visit's branch for a number; a visit that is asking already does not ask twice.

    `travel` is in minutes, one of TRAVELS; who is `here` waits at once. Raises BadInput and BranchUnreachable.
    """
    if travel not in TRAVELS:
        raise BadInput()
    visit = get_visit(session, visit_id)
    _withdraw_lost(session, visit_id)
    request = _only(session, visit_id, service, travel)
    if request.is_new:
        kept = None if here else travel + int(grace.total_seconds() // 60)
        wish = {"visit": visit_id, "branch": visit.branch_id, "language": visit.language, "service": service}
        ask_branch(session, visit.branch_id, "ticket.issue", request=request.row.id, kept=kept, **wish)
    return request.row


class Stored(NamedTuple):
    """A request, and whether it was made just now."""

    row: TicketRequest
    is_new: bool


def _only(session: Session, visit_id: str, service: str, travel: int) -> Stored:
    """The visit's one open request: made now, or by another tap that was first; the index lets one stand."""
    now = clock.now()
    row = TicketRequest(
        id=ids.new_id(),
        visit_id=visit_id,
        service=service,
        travel=travel,
        asked_at=now,
        closes_at=now + PATIENCE,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        return Stored(session.scalars(select(TicketRequest).where(_open(visit_id))).one(), is_new=False)
    return Stored(row, is_new=True)


def newest_request(session: Session, visit_id: str) -> TicketRequest | None:
    """What the visit asked for last."""
    asked = select(TicketRequest).where(TicketRequest.visit_id == visit_id)
    return session.scalar(asked.order_by(TicketRequest.asked_at.desc()).limit(1))


def answered(session: Session, request_id: str, answer: str) -> None:
    """The branch has answered, with "issued" or the code of a refusal."""
    session.execute(update(TicketRequest).where(TicketRequest.id == request_id).values(answer=answer))


def _open(visit_id: str) -> ColumnElement[bool]:
    return (TicketRequest.visit_id == visit_id) & TicketRequest.answer.is_(None)


def _withdraw_lost(session: Session, visit_id: str) -> None:
    lost = update(TicketRequest).where(_open(visit_id), TicketRequest.closes_at <= clock.now())
    session.execute(lost.values(answer=LOST))
