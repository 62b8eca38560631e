"""A number that was asked for and is not there yet: what its page says meanwhile, and when nothing came of it."""

from dataclasses import dataclass
from datetime import timedelta

from flask_babel import gettext
from sqlalchemy.orm import Session

from branch import clock
from branch.errors import MaruError
from branch.link.errors import BranchUnreachable
from branch.tickets.errors import ServiceClosed
from branch.tickets.requests import ISSUED, newest_request

REMEMBERED = timedelta(minutes=10)
REFUSALS: dict[str, type[MaruError]] = {error.code: error for error in (ServiceClosed, BranchUnreachable)}


@dataclass(frozen=True)
class Wish:
    """`seconds` are left for the branch to answer; then `refusal` says kindly why there is no number."""

    seconds: float
    refusal: str | None


def wish_of(session: Session, visit_id: str) -> Wish | None:
    """What became of the newest wish for a number; None without one, and where it was granted."""
    request, now = newest_request(session, visit_id), clock.now()
    if request is None or request.answer == ISSUED or request.asked_at < now - REMEMBERED:
        return None
    left = (request.closes_at - now).total_seconds()
    if request.answer is None and left > 0:
        return Wish(left, None)
    error = REFUSALS.get(request.answer or BranchUnreachable.code, MaruError)
    return Wish(0, gettext(error.message))
