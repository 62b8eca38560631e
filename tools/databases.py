"""The databases of centre and hub: brought up to date, given demonstration branches, asked for sign-in links."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from sqlalchemy.exc import SQLAlchemyError

from branch.content import catalogue
from branch.content.reader import ContentError
from branch.database import Database, DatabaseUnreachable
from branch.demo import SEONGSU, DemoBranch, seed
from branch.people.services import issue_sign_in_link
from branch.schema import migrate
from tools.errors import ChoreError


def prepare(url: str, setting: str, branches: Sequence[DemoBranch] = (SEONGSU,)) -> None:
    """Migrate the database at `url` and put those demonstration branches into it that it does not have.

    Raises ChoreError, naming `setting`, when it cannot be opened, and when a content file is wrong.
    """
    logging.getLogger("alembic").setLevel(logging.WARNING)
    try:
        migrate(url)
        database = Database(url)
        database.check()
        with database.transaction() as session:
            seed(session, catalogue.load(None), branches)
        database.close()
    except (SQLAlchemyError, DatabaseUnreachable, OSError) as error:
        reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        raise ChoreError(
            f"cannot open the database ({reason}): look at {setting} or its folder's rights"
        ) from None
    except ContentError as error:
        raise ChoreError(str(error)) from None


def sign_in_token(url: str, login: str) -> str:
    """A one-time token for a member of staff."""
    database = Database(url)
    try:
        with database.transaction() as session:
            return issue_sign_in_link(session, login)
    finally:
        database.close()
