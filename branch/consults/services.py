"""A consult's life: request, consent, wait, claim, talk, end, write down."""

from datetime import datetime

import structlog
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from branch import clock, ids
from branch.appointments import keeping
from branch.consults import wait
from branch.consults.errors import AdvisorBusy, ConsultNotFound, ConsultOver, ConsultTaken
from branch.consults.line import read_line
from branch.consults.models import (
    IN_HAND_STATES,
    OPEN_STATES,
    TALKING_STATES,
    Consult,
    ConsultState,
)
from branch.errors import BadText, WrongState
from branch.nodes.services import require_place
from branch.people.models import Staff
from branch.visits.models import EventKind, Visit
from branch.visits.services import get_visit, record

log = structlog.get_logger()

AGREED_LIMIT = 4000
S = ConsultState
ALLOWED = {
    S.PREPARING: {S.WAITING, S.CANCELLED},
    S.WAITING: {S.ACCEPTED, S.CANCELLED},
    S.ACCEPTED: {S.LIVE, S.ENDED},
    S.LIVE: {S.ENDED},
    S.ENDED: {S.CLOSED},
}
EVENT_OF = {
    S.WAITING: EventKind.CONSULT_WAITING,
    S.ACCEPTED: EventKind.CONSULT_ACCEPTED,
    S.LIVE: EventKind.CONSULT_LIVE,
    S.ENDED: EventKind.CONSULT_ENDED,
    S.CLOSED: EventKind.CONSULT_CLOSED,
    S.CANCELLED: EventKind.CONSULT_CANCELLED,
}


def request(session: Session, visit_id: str, topic: str, channel: str) -> Consult:
    """Begin a consult on a topic. A visit has one open consult: asking again returns it, with the topic now wanted."""
    get_visit(session, visit_id)
    already = open_consult(session, visit_id)
    if already is not None:
        if already.state == S.PREPARING and already.topic != topic:
            already.topic, already.booked_for, already.first_from = topic, None, None
            record(session, visit_id, EventKind.CONSULT_REQUESTED, consult=already.id, topic=topic)
        return already
    consult = Consult(
        id=ids.new_id(),
        visit_id=visit_id,
        topic=topic,
        channel=channel,
        state=S.PREPARING,
        requested_at=clock.now(),
    )
    session.add(consult)
    session.flush()
    record(session, visit_id, EventKind.CONSULT_REQUESTED, consult=consult.id, topic=topic)
    return consult


def get_consult(session: Session, consult_id: str) -> Consult:
    """The consult, or ConsultNotFound."""
    consult = session.get(Consult, consult_id)
    if consult is None:
        raise ConsultNotFound()
    return consult


def of_visit(session: Session, consult_id: str, visit_id: str) -> Consult:
    """The customer's own consult. A consult of somebody else's visit is as good as taken: ConsultTaken."""
    consult = get_consult(session, consult_id)
    if consult.visit_id != visit_id:
        raise ConsultTaken()
    return consult


def of_advisor(session: Session, consult_id: str, advisor_id: str) -> Consult:
    """The consult this advisor has won; ConsultTaken when it is another's."""
    consult = get_consult(session, consult_id)
    if consult.advisor_id != advisor_id:
        raise ConsultTaken()
    return consult


def open_consult(session: Session, visit_id: str) -> Consult | None:
    """The visit's consult that has not ended."""
    return session.scalar(select(Consult).where(Consult.visit_id == visit_id, Consult.state.in_(OPEN_STATES)))


def latest_consult(session: Session, visit_id: str) -> Consult | None:
    """The visit's newest consult, unless it was cancelled."""
    newest = select(Consult).where(Consult.visit_id == visit_id, Consult.state != S.CANCELLED)
    return session.scalar(newest.order_by(Consult.requested_at.desc()).limit(1))


def ready(session: Session, consult: Consult) -> None:
    """The device check is done: stand in line. Raises WrongState while the consent is unanswered."""
    if consult.recording is None:
        raise WrongState()
    move(session, consult, S.WAITING, waiting_since=clock.now())
    consult.promised_low, consult.promised_high = wait.estimate(
        session, consult.topic, place(session, consult) or 1
    )


def waiting(session: Session, topics: list[str]) -> list[Consult]:
    """Who waits for one of these topics, in the order of the line."""
    order = read_line(session, topics).ids
    found = {consult.id: consult for consult in session.scalars(select(Consult).where(Consult.id.in_(order)))}
    return [found[consult_id] for consult_id in order if consult_id in found]


def awaited_topics(session: Session) -> list[str]:
    """The topics that somebody waits for."""
    return list(session.scalars(select(Consult.topic).where(Consult.state == S.WAITING).distinct()))


def place(session: Session, consult: Consult) -> int | None:
    """1 for the next in line of the topic; None when not in line."""
    if consult.state != S.WAITING:
        return None
    order = read_line(session, [consult.topic]).ids
    return 1 + order.index(consult.id) if consult.id in order else None


def claim(session: Session, consult_id: str, advisor: Staff) -> Consult:
    """Win a waiting consult. One conditional statement decides; whoever comes second gets ConsultTaken.

    An advisor who has another in hand gets AdvisorBusy; the transaction is of no more use then. While no media node
    has a place for the call, the consult stays in line: MediaFull, MediaAway.
    """
    consult = get_consult(session, consult_id)
    if consult.topic not in advisor.topics:
        raise ConsultTaken()
    if consult.state == S.WAITING:
        require_place(session)
    try:
        move(session, consult, S.ACCEPTED, advisor_id=advisor.id, accepted_at=clock.now())
    except (
        IntegrityError
    ):  # the index uq_consults_one_in_hand: asking before would leave a gap for a second window
        raise AdvisorBusy() from None
    keeping.kept(session, consult.id)
    return consult


def seat(session: Session, consult_id: str, node: str) -> str:
    """The media node where the consult meets: `node`, unless another process was first to choose one."""
    session.execute(update(Consult).where(Consult.id == consult_id, Consult.node.is_(None)).values(node=node))
    return session.scalars(select(Consult.node).where(Consult.id == consult_id)).one() or node


def reseat(session: Session, consult_id: str, node: str, instead_of: str) -> bool:
    """Move a call from one media node to another; false when somebody else has moved it before."""
    moved = session.execute(
        update(Consult)
        .where(Consult.id == consult_id, Consult.node == instead_of, Consult.state.in_(TALKING_STATES))
        .values(node=node)
    )
    return bool(moved.rowcount)  # type: ignore[attr-defined]


def on_node(session: Session, node: str) -> list[Consult]:
    """The calls under way on this media node."""
    return list(
        session.scalars(select(Consult).where(Consult.node == node, Consult.state.in_(TALKING_STATES)))
    )


def recent(session: Session, branch_id: str | None = None, limit: int = 50) -> list[Consult]:
    """The newest consults that came as far as an advisor, of one branch or of all."""
    met = select(Consult).where(Consult.accepted_at.is_not(None))
    if branch_id is not None:
        met = met.join(Visit, Visit.id == Consult.visit_id).where(Visit.branch_id == branch_id)
    return list(session.scalars(met.order_by(Consult.accepted_at.desc()).limit(limit)))


def of_whom(session: Session, advisor_id: str) -> Consult | None:
    """What this advisor has in hand: a call, or one that ended and is not written down yet."""
    mine = select(Consult).where(Consult.advisor_id == advisor_id, Consult.state.in_(IN_HAND_STATES))
    return session.scalar(mine)


def begin(session: Session, consult: Consult) -> None:
    """Both people are connected for the first time; told again, it changes nothing."""
    if consult.state == S.ACCEPTED:
        move(session, consult, S.LIVE, live_at=clock.now())


def end(session: Session, consult: Consult) -> None:
    """Either side hangs up; a second hanging up changes nothing."""
    if consult.state in TALKING_STATES:
        move(session, consult, S.ENDED, ended_at=clock.now())


def cancel(session: Session, consult: Consult) -> None:
    """The customer no longer wants to wait. Raises ConsultTaken when an advisor has just accepted."""
    move(session, consult, S.CANCELLED, ended_at=clock.now())


def close(session: Session, consult: Consult, agreed: str) -> None:
    """Write down what was agreed (1 to 4,000 characters); the customer sees it. Raises BadText, WrongState.

    Of a visit that was forgotten meanwhile nothing is written down any more.
    """
    if not agreed.strip() or len(agreed) > AGREED_LIMIT:
        raise BadText(limit=AGREED_LIMIT)
    forgotten = session.get_one(Visit, consult.visit_id).forgotten_at is not None
    move(session, consult, S.CLOSED, agreed=None if forgotten else agreed.strip(), closed_at=clock.now())


def move(session: Session, consult: Consult, to: ConsultState, **values: str | datetime | None) -> None:
    """The only place where a consult changes its state: conditional on the state it was seen in, logged, recorded."""
    before = S(consult.state)
    if to not in ALLOWED.get(before, set()):
        raise _why_not(before, to)
    moved = session.execute(
        update(Consult).where(Consult.id == consult.id, Consult.state == before).values(state=to, **values)
    )
    session.refresh(consult)
    if not moved.rowcount:  # type: ignore[attr-defined]
        raise _why_not(S(consult.state), to)
    log.info("consult moved", consult=consult.id, visit=consult.visit_id, change=f"{before} -> {to}")
    record(session, consult.visit_id, EVENT_OF[to], consult=consult.id, topic=consult.topic)


def _why_not(before: ConsultState, to: ConsultState) -> Exception:
    if to in {S.ACCEPTED, S.CANCELLED} and before in TALKING_STATES:
        return ConsultTaken()
    return ConsultOver() if before not in OPEN_STATES else WrongState()
