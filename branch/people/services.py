"""Signing staff in with one-time links, and finding people and places."""

import secrets
from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from branch import clock, ids
from branch.errors import AccessDenied, NotFound
from branch.people.errors import LinkUnknown, LinkUsed
from branch.people.models import Branch, Desk, SignInLink, Staff

LINK_LIFE = timedelta(hours=12)


def issue_sign_in_link(session: Session, login: str) -> str:
    """A token for `/sign-in/<token>`, good once and for twelve hours. Raises NotFound for an unknown login."""
    staff = session.scalar(select(Staff).where(Staff.login == login, Staff.active))
    if staff is None:
        raise NotFound()
    token = secrets.token_urlsafe(32)
    expires_at = clock.now() + LINK_LIFE
    session.add(SignInLink(digest=ids.digest(token), staff_id=staff.id, expires_at=expires_at))
    return token


def use_sign_in_link(session: Session, token: str) -> Staff:
    """The person the link belongs to; the link is used up. Raises LinkUnknown or LinkUsed."""
    now = clock.now()
    unused = update(SignInLink).where(
        SignInLink.digest == ids.digest(token), SignInLink.used_at.is_(None), SignInLink.expires_at > now
    )
    staff_id = session.scalar(unused.values(used_at=now).returning(SignInLink.staff_id))
    if staff_id is None:
        raise LinkUsed() if session.get(SignInLink, ids.digest(token)) else LinkUnknown()
    return get_staff(session, staff_id)


def get_staff(session: Session, staff_id: str) -> Staff:
    """Someone who still works here; otherwise AccessDenied."""
    staff = session.get(Staff, staff_id)
    if staff is None or not staff.active:
        raise AccessDenied()
    return staff


def get_branch(session: Session, branch_id: str) -> Branch:
    """The branch; NotFound when there is none of that name."""
    branch = session.get(Branch, branch_id)
    if branch is None:
        raise NotFound()
    return branch


def all_branches(session: Session) -> list[Branch]:
    """Every branch that this database knows, by name."""
    return list(session.scalars(select(Branch).order_by(Branch.name, Branch.id)))


def desks_of(session: Session, branch_id: str) -> list[Desk]:
    """Every desk of the branch, open or not."""
    return list(session.scalars(select(Desk).where(Desk.branch_id == branch_id).order_by(Desk.id)))
