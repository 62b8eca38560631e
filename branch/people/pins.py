"""Signing in with a PIN where no link can be sent: kept as a scrypt hash, tried five times, then a minute's pause."""

import hashlib
import re
import secrets
from datetime import timedelta

from sqlalchemy import case, or_, select, update
from sqlalchemy.orm import Session

from branch import clock
from branch.database import Database
from branch.errors import NotFound
from branch.people.errors import BadPin, PinLocked, PinWrong
from branch.people.models import Staff

TRIES = 5
LOCKED_FOR = timedelta(minutes=1)
SHAPE = re.compile(r"\d{4,12}")
# The cost that OWASP's Password Storage Cheat Sheet gives for scrypt with 16 MiB (N=2^14, r=8, p=5).
COST, BLOCK, LANES = 2**14, 8, 5
SALT_BYTES = 16


def set_pin(session: Session, login: str, pin: str) -> None:
    """Give somebody a PIN of 4 to 12 digits. Raises NotFound for an unknown login, and BadPin."""
    if not SHAPE.fullmatch(pin):
        raise BadPin()
    staff = session.scalar(select(Staff).where(Staff.login == login, Staff.active))
    if staff is None:
        raise NotFound()
    salt = secrets.token_bytes(SALT_BYTES)
    staff.pin = f"{salt.hex()}:{_hash(pin, salt)}"
    staff.pin_failures, staff.pin_locked_until = 0, None


def sign_in_with_pin(database: Database, login: str, pin: str) -> Staff:
    """The person whose PIN this is. Raises PinWrong, and PinLocked after five wrong ones in a row.

    The try is counted and committed before it is judged, so guesses made at the same moment count, too; the slow hash
    is computed outside of any transaction.
    """
    with database.transaction() as session:
        kept = _take_try(session, login)
        locked = kept is None and _is_locked(session, login)
    if locked:
        raise PinLocked()
    salt, _, wanted = (kept or f"{bytes(SALT_BYTES).hex()}:").partition(":")
    if not secrets.compare_digest(_hash(pin, bytes.fromhex(salt)), wanted):
        raise PinWrong()
    with database.transaction() as session:
        staff = session.scalars(select(Staff).where(Staff.login == login)).one()
        staff.pin_failures, staff.pin_locked_until = 0, None
        return staff


def _take_try(session: Session, login: str) -> str | None:
    """Count one try unless the account pauses, and start the pause with the last one; the kept hash, or None."""
    now = clock.now()
    failures = case((Staff.pin_locked_until.is_not(None), 1), else_=Staff.pin_failures + 1)
    free = or_(Staff.pin_locked_until.is_(None), Staff.pin_locked_until <= now)
    taken = (
        update(Staff)
        .where(Staff.login == login, Staff.active, Staff.pin.is_not(None), free)
        .values(
            pin_failures=failures,
            pin_locked_until=case((failures >= TRIES, now + LOCKED_FOR), else_=None),
        )
    )
    return session.scalar(taken.returning(Staff.pin), execution_options={"synchronize_session": False})


def _is_locked(session: Session, login: str) -> bool:
    until = session.scalar(select(Staff.pin_locked_until).where(Staff.login == login, Staff.active))
    return until is not None and until > clock.now()


def _hash(pin: str, salt: bytes) -> str:
    return hashlib.scrypt(pin.encode(), salt=salt, n=COST, r=BLOCK, p=LANES).hex()
