"""Who wants a notice, saying it once, and forgetting where to as soon as the day or the visit is over."""

import re
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from sqlalchemy import delete, exists, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from branch import clock, ids
from branch.errors import BadInput, BadPhone, BadSubscription
from branch.notices.models import AppointmentPush, Contact, NoticeGiven, NoticeKind, PushSubscription
from branch.tickets.models import OPEN_STATES, Ticket, TicketState

MOBILE = re.compile(r"^01[016789]\d{7,8}$")
KEPT_AT_MOST = timedelta(hours=24)
NEAR = 2  # people ahead
# Whose turn may still come, by the branch or by themselves.
WANTED = (*OPEN_STATES, TicketState.NO_SHOW)


@dataclass(frozen=True)
class Channels:
    """Where somebody wants to hear of their ticket."""

    pushes: tuple[PushSubscription | AppointmentPush, ...]
    phone: str | None

    def __bool__(self) -> bool:
        return bool(self.pushes) or self.phone is not None


@dataclass(frozen=True)
class Subscription:
    """What a browser tells of itself (W3C Push API, PushSubscription.toJSON), as far as it can be believed."""

    endpoint: str
    p256dh: str
    auth: str

    @property
    def digest(self) -> str:
        """Names the browser."""
        return ids.digest(self.endpoint)


def read_subscription(told: object, services: tuple[str, ...]) -> Subscription:
    """Raises BadSubscription for a push service we do not call, and for keys that are none.

    The address comes from outside and the centre will post to it, so only hosts of `services` and their subdomains do.
    """
    keys = told.get("keys") if isinstance(told, dict) else None
    if not isinstance(told, dict) or not isinstance(keys, dict):
        raise BadInput()
    texts = (told.get("endpoint"), keys.get("p256dh"), keys.get("auth"))
    if not all(isinstance(text, str) and 0 < len(text) <= 1000 for text in texts):
        raise BadSubscription()
    read = Subscription(*map(str, texts))
    where = urlsplit(read.endpoint)
    host = where.hostname or ""
    known = any(host == service or host.endswith(f".{service}") for service in services)
    if where.scheme != "https" or not known or len(read.p256dh) > 120 or len(read.auth) > 60:
        raise BadSubscription()
    return read


def subscribe(session: Session, visit_id: str, read: Subscription) -> None:
    """Remember a browser; a second time changes nothing."""
    session.merge(
        PushSubscription(
            digest=read.digest,
            visit_id=visit_id,
            endpoint=read.endpoint,
            p256dh=read.p256dh,
            auth=read.auth,
            made_at=clock.now(),
        )
    )


def read_phone(typed: str) -> str:
    """The digits of a Korean mobile number. Raises BadPhone."""
    digits = re.sub(r"[\s-]", "", typed)
    if not MOBILE.match(digits):
        raise BadPhone()
    return digits


def give_phone(session: Session, visit_id: str, typed: str, consent_version: str) -> None:
    """Remember a Korean mobile number for this visit's notices. Raises BadPhone."""
    contact = Contact(
        visit_id=visit_id, phone=read_phone(typed), consent_version=consent_version, given_at=clock.now()
    )
    session.merge(contact)


def channels_of(session: Session, visit_id: str) -> Channels:
    """Where the visit's holder wants to hear of it."""
    pushes = session.scalars(select(PushSubscription).where(PushSubscription.visit_id == visit_id))
    contact = session.get(Contact, visit_id)
    return Channels(tuple(pushes), contact.phone if contact else None)


def claim(session: Session, ticket_id: str, kind: NoticeKind) -> bool:
    """Whether this is to be said now: one insert decides, and after it nobody says it again."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    row = {"ticket_id": ticket_id, "kind": str(kind), "given_at": clock.now()}
    first = dialect.insert(NoticeGiven).values(row).on_conflict_do_nothing().returning(NoticeGiven.kind)
    return session.scalar(first) is not None


def stop(session: Session, visit_id: str) -> None:
    """No more notices for this visit, and nothing kept of where they went."""
    session.execute(delete(PushSubscription).where(PushSubscription.visit_id == visit_id))
    session.execute(delete(Contact).where(Contact.visit_id == visit_id))


def drop_push(session: Session, digest: str) -> None:
    """The push service does not know this browser any more."""
    for table in (PushSubscription, AppointmentPush):
        session.execute(delete(table).where(table.digest == digest))


def tidy(session: Session) -> None:
    """Forget where to, once nobody's turn can come any more; a day after it was given at the latest."""
    for table, given in ((PushSubscription, PushSubscription.made_at), (Contact, Contact.given_at)):
        open_yet = exists().where(Ticket.visit_id == table.visit_id, Ticket.state.in_(WANTED))
        session.execute(
            delete(table)
            .where((given < clock.now() - KEPT_AT_MOST) | ~open_yet)
            .execution_options(synchronize_session=False)
        )
