"""Ordering slips, the line before each printer, and what became of each."""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from branch import clock, ids
from branch.devices.models import Device
from branch.handoff.services import issue_slip_code
from branch.people.services import get_branch
from branch.rows import put
from branch.slips.errors import SlipsEnough
from branch.slips.models import PaperSlip, SlipState
from branch.tickets.errors import TicketNotFound
from branch.tickets.models import OPEN_STATES, Ticket

MOST_BY_VISITOR = 2
CODE_BYTES = 10
STANDARD = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


def order_slip(session: Session, ticket_id: str, device_id: str | None) -> None:
    """A ticket's first slip, in the transaction that gives out the ticket; ordering it again changes nothing."""
    _order(session, ticket_id, 0, device_id)


def order_again(
    session: Session, ticket_id: str, seen: int, device_id: str | None = None, most: int | None = None
) -> None:
    """One more slip after the one that was seen; who taps twice has seen the same one twice and gets one.

    It comes out where the first did unless another device asks. While the last one still waits there is nothing to
    print again. Raises TicketNotFound, and SlipsEnough after `most` reprints.
    """
    last = latest_slip(session, ticket_id)
    if last is None:
        raise TicketNotFound()
    if last.reprint != seen or last.state == SlipState.WAITING:
        return
    if most is not None and seen >= most:
        raise SlipsEnough()
    _order(session, ticket_id, seen + 1, device_id or last.device_id)


def _order(session: Session, ticket_id: str, reprint: int, device_id: str | None) -> None:
    slip = f"{ticket_id}.{reprint}" if reprint else ticket_id
    try:
        with session.begin_nested():
            put(
                session,
                PaperSlip,
                id=slip,
                ticket_id=ticket_id,
                reprint=reprint,
                device_id=device_id,
                asked_at=clock.now(),
            )
    except IntegrityError:
        if session.get(PaperSlip, slip) is None:
            raise TicketNotFound() from None


def latest_slip(session: Session, ticket_id: str) -> PaperSlip | None:
    """The newest slip of a ticket; None for a ticket that was never to be printed."""
    mine = select(PaperSlip).where(PaperSlip.ticket_id == ticket_id)
    return session.scalar(mine.order_by(PaperSlip.reprint.desc()).limit(1))


def line(session: Session) -> Sequence[tuple[PaperSlip, str | None]]:
    """Slips that wait, the oldest first, each with the address of the agent that prints it (None: the usual one)."""
    waiting = select(PaperSlip, Device.agent_url).outerjoin(Device, Device.id == PaperSlip.device_id)
    rows = session.execute(
        waiting.where(PaperSlip.state == SlipState.WAITING).order_by(PaperSlip.asked_at, PaperSlip.id)
    )
    return [(slip, agent) for slip, agent in rows]


def lately(session: Session, limit: int = 8) -> Sequence[tuple[PaperSlip, Ticket]]:
    """The slips that were printed last, of tickets that are still open, the newest first and one a ticket."""
    later = aliased(PaperSlip)
    newer = select(later.id).where(later.ticket_id == PaperSlip.ticket_id, later.reprint > PaperSlip.reprint)
    printed = select(PaperSlip, Ticket).join(Ticket, Ticket.id == PaperSlip.ticket_id)
    mine = printed.where(PaperSlip.state == SlipState.PRINTED, Ticket.state.in_(OPEN_STATES), ~newer.exists())
    rows = session.execute(mine.order_by(PaperSlip.printed_at.desc()).limit(limit))
    return [(slip, ticket) for slip, ticket in rows]


def is_wanted(session: Session, slip: PaperSlip) -> bool:
    """Whether the slip's ticket is still good for something."""
    ticket = session.get(Ticket, slip.ticket_id)
    return ticket is not None and ticket.state in OPEN_STATES


def settle(
    session: Session, slip_id: str, state: SlipState, *, simulated: bool = False, trouble: str | None = None
) -> None:
    """Say what became of a slip that waited; one that is settled stays so."""
    printed_at = clock.now() if state is SlipState.PRINTED else None
    session.execute(
        update(PaperSlip)
        .where(PaperSlip.id == slip_id, PaperSlip.state == SlipState.WAITING)
        .values(state=state, printed_at=printed_at, simulated=simulated, trouble=trouble)
    )


def code_of(session: Session, slip: PaperSlip, secret: str) -> str:
    """The slip's own code to carry on by phone: single use, until the end of the ticket's day, 80 bits.

    It follows from the slip and the hub's secret, so that a slip that is tried again after a power cut carries the same
    code, and only its digest is kept. The codes of the ticket's earlier slips end with it.
    """
    ticket = session.get_one(Ticket, slip.ticket_id)
    mark = hmac.new(secret.encode(), f"slip:{slip.id}".encode(), hashlib.sha256).digest()[:CODE_BYTES]
    code = base64.b32encode(mark).decode().translate(str.maketrans(STANDARD, ids.CODE_ALPHABET))
    ends = end_of_day(ticket, get_branch(session, ticket.branch_id).timezone)
    issue_slip_code(session, ticket.visit_id, ticket.id, code, ends)
    return code


def end_of_day(ticket: Ticket, timezone: str) -> datetime:
    """Midnight after the ticket's business day."""
    return datetime.combine(ticket.day + timedelta(days=1), time(), ZoneInfo(timezone))
