"""Issuing and claiming hand-off codes: single use, ten minutes."""

from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from branch import clock, ids
from branch.errors import CodeExpired, CodeUnknown, CodeUsed
from branch.handoff.models import HandoffCode
from branch.slips.errors import SlipCodeOver
from branch.visits.models import EventKind, Visit
from branch.visits.services import get_visit, record

CODE_LIFE = timedelta(minutes=10)


def issue_code(session: Session, visit_id: str) -> str:
    """A new code for the visit; its digest goes up the link, so that the centre can recognise it."""
    code = ids.new_code()
    expires_at = clock.now() + CODE_LIFE
    session.add(HandoffCode(digest=ids.digest(code), visit_id=visit_id, expires_at=expires_at))
    record(
        session, visit_id, EventKind.CODE_ISSUED, digest=ids.digest(code), expires_at=expires_at.isoformat()
    )
    return code


def issue_slip_code(session: Session, visit_id: str, ticket_id: str, code: str, expires_at: datetime) -> None:
    """The code of a paper slip, once; those of the ticket's earlier slips end, here and at the centre."""
    if session.get(HandoffCode, ids.digest(code)) is not None:
        return
    keep_slip_code(session, visit_id, ticket_id, ids.digest(code), expires_at)
    told = {"digest": ids.digest(code), "expires_at": expires_at.isoformat(), "ticket": ticket_id}
    record(session, visit_id, EventKind.CODE_ISSUED, **told)


def keep_slip_code(
    session: Session, visit_id: str, ticket_id: str, digest: str, expires_at: datetime
) -> None:
    """Put a slip's code in the place of those before it."""
    earlier = update(HandoffCode).where(
        HandoffCode.ticket_id == ticket_id, HandoffCode.expires_at > clock.now()
    )
    session.execute(earlier.values(expires_at=clock.now()))
    session.add(HandoffCode(digest=digest, visit_id=visit_id, ticket_id=ticket_id, expires_at=expires_at))
    session.flush()


def claim_code(session: Session, typed: str) -> Visit:
    """The visit behind a code as a person typed or scanned it; the code is used up.

    One conditional statement decides, so two phones cannot both win. Raises CodeUnknown, CodeUsed, CodeExpired,
    SlipCodeOver.
    """
    mark = ids.digest(ids.normalise_code(typed))
    now = clock.now()
    free = update(HandoffCode).where(
        HandoffCode.digest == mark, HandoffCode.claimed_at.is_(None), HandoffCode.expires_at > now
    )
    visit_id = session.scalar(free.values(claimed_at=now).returning(HandoffCode.visit_id))
    if visit_id is None:
        raise _why_not(session.get(HandoffCode, mark))
    visit = get_visit(session, visit_id)
    record(session, visit.id, EventKind.CODE_CLAIMED)
    return visit


def _why_not(code: HandoffCode | None) -> Exception:
    if code is None:
        return CodeUnknown()
    if code.claimed_at:
        return CodeUsed()
    return SlipCodeOver() if code.ticket_id else CodeExpired()


def visit_of(session: Session, typed: str) -> str | None:
    """The id of the visit a code belongs to, used up or not; None for an unknown code. Grants nothing by itself."""
    code = session.get(HandoffCode, ids.digest(ids.normalise_code(typed)))
    return code.visit_id if code else None
