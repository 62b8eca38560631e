"""Pairing: an unpaired screen shows a code, a member of staff types it, the screen's browser fetches its key."""

import re
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import case, delete, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from branch import clock, ids
from branch.database import Database
from branch.devices.errors import BadPlace, PairingExpired, PairingLocked, PairingUnknown, PlaceTaken
from branch.devices.models import Device, DeviceKind, PairingCode, PairingTry
from branch.rows import put

log = structlog.get_logger()

CODE_LENGTH = 7
CODE_LIFE = timedelta(minutes=10)
TRIES = 5
LOCKED_FOR = timedelta(minutes=5)
AGENT_URL = re.compile(r"https?://[A-Za-z0-9.:\[\]-]{1,180}")


@dataclass(frozen=True)
class Place:
    """What a device is and where it stands; `agent_url` prints for it, None means the usual agent."""

    kind: DeviceKind
    place: str
    number: int
    agent_url: str | None = None

    @classmethod
    def named(cls, kind: str, place: str, number: str, agent_url: str = "") -> "Place":
        """As a person filled it in. Raises BadPlace."""
        place, agent_url = " ".join(place.split()), agent_url.strip()
        if kind not in set(DeviceKind) or not 1 <= len(place) <= 40:
            raise BadPlace()
        if re.fullmatch(r"[1-9][0-9]?", number.strip()) is None:
            raise BadPlace()
        if agent_url and AGENT_URL.fullmatch(agent_url) is None:
            raise BadPlace()
        return cls(DeviceKind(kind), place, int(number), agent_url or None)


@dataclass(frozen=True)
class Offer:
    """What an unpaired screen holds: the code it shows, and the secret it keeps to itself."""

    code: str
    secret: str
    expires_at: datetime


def offer_code(session: Session) -> Offer:
    """A new code for a screen; codes whose time has long been over are forgotten on the way."""
    session.execute(delete(PairingCode).where(PairingCode.expires_at < clock.now() - CODE_LIFE))
    offer = Offer(ids.new_code(CODE_LENGTH), secrets.token_urlsafe(32), clock.now() + CODE_LIFE)
    session.add(
        PairingCode(
            digest=ids.digest(offer.code),
            secret_digest=ids.digest(offer.secret),
            expires_at=offer.expires_at,
        )
    )
    return offer


def pair(database: Database, branch_id: str, staff_id: str, typed: str, place: Place) -> Device:
    """The device behind the screen that shows this code; the code is used up.

    The try is counted and committed before the code is judged, so guesses made at the same moment count, too. Raises
    PlaceTaken, PairingUnknown, PairingExpired, and PairingLocked after five wrong codes in a row.
    """
    with database.transaction() as session:
        _check_free(session, branch_id, place)
        if not _take_try(session, staff_id):
            raise PairingLocked()
    with database.transaction() as session:
        device = _placed(session, branch_id, staff_id, place)
        _claim(session, typed, device.id)
        session.execute(delete(PairingTry).where(PairingTry.staff_id == staff_id))
    log.info("device paired", device=device.id, kind=str(device.kind), number=device.number, staff=staff_id)
    return device


def collect_key(session: Session, secret: str) -> tuple[Device, str] | None:
    """The device's key, for the browser that offered the code, once; None as long as nobody has typed the code."""
    mine = update(PairingCode).where(
        PairingCode.secret_digest == ids.digest(secret),
        PairingCode.device_id.is_not(None),
        PairingCode.collected_at.is_(None),
    )
    device_id = session.scalar(mine.values(collected_at=clock.now()).returning(PairingCode.device_id))
    if device_id is None:
        return None
    device, key = session.get_one(Device, device_id), secrets.token_urlsafe(32)
    device.key_digest = ids.digest(key)
    return device, key


def is_alive(session: Session, code: str) -> bool:
    """Whether a code on a screen may still be typed, or was typed and its key waits to be fetched."""
    row = session.get(PairingCode, ids.digest(code))
    return row is not None and row.collected_at is None and row.expires_at > clock.now()


def _check_free(session: Session, branch_id: str, place: Place) -> None:
    same = select(Device.id).where(
        Device.branch_id == branch_id,
        Device.kind == place.kind,
        Device.number == place.number,
        Device.revoked_at.is_(None),
    )
    if session.scalar(same) is not None:
        raise PlaceTaken()


def _placed(session: Session, branch_id: str, staff_id: str, place: Place) -> Device:
    device = Device(
        id=ids.new_id(),
        branch_id=branch_id,
        kind=place.kind,
        place=place.place,
        number=place.number,
        agent_url=place.agent_url,
        paired_at=clock.now(),
        paired_by=staff_id,
    )
    try:
        with session.begin_nested():
            session.add(device)
    except IntegrityError:
        raise PlaceTaken() from None
    return device


def _claim(session: Session, typed: str, device_id: str) -> None:
    """One conditional statement decides, so that a code pairs one device."""
    mark = ids.digest(ids.normalise_code(typed))
    free = update(PairingCode).where(
        PairingCode.digest == mark, PairingCode.device_id.is_(None), PairingCode.expires_at > clock.now()
    )
    claimed = session.scalar(free.values(device_id=device_id).returning(PairingCode.digest))
    if claimed is None:
        raise PairingExpired() if session.get(PairingCode, mark) else PairingUnknown()


def _take_try(session: Session, staff_id: str) -> bool:
    """Count one try, and start the pause with the last one; false while the pause lasts."""
    if session.get(PairingTry, staff_id) is None:
        with suppress(IntegrityError), session.begin_nested():
            put(session, PairingTry, staff_id=staff_id, failures=0)
    now = clock.now()
    failures = case((PairingTry.locked_until.is_not(None), 1), else_=PairingTry.failures + 1)
    free = or_(PairingTry.locked_until.is_(None), PairingTry.locked_until <= now)
    taken = update(PairingTry).where(PairingTry.staff_id == staff_id, free)
    counted = taken.values(
        failures=failures, locked_until=case((failures >= TRIES, now + LOCKED_FOR), else_=None)
    )
    found = session.scalar(
        counted.returning(PairingTry.staff_id), execution_options={"synchronize_session": False}
    )
    return found is not None
