"""Chores on a database: `python -m branch migrate|seed|sign-in-link|set-pin`."""

import argparse
import getpass
import logging
import sys
from pathlib import Path

from sqlalchemy.exc import ArgumentError, OperationalError

from branch.content import catalogue
from branch.content.reader import ContentError
from branch.database import Database, DatabaseUnreachable
from branch.demo import BRANCHES, SEONGSU, seed
from branch.errors import MaruError, NotFound
from branch.people.pins import set_pin
from branch.people.services import issue_sign_in_link
from branch.schema import migrate


def main(arguments: list[str] | None = None) -> int:
    """Run one chore; 0 when done, 1 with one line on standard error when not."""
    chosen = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.WARNING)
    try:
        chosen.chore(chosen)
    except NotFound:
        print(f"nobody has the login {chosen.login}", file=sys.stderr)
        return 1
    except (DatabaseUnreachable, ContentError, MaruError) as error:
        print(error, file=sys.stderr)
        return 1
    except ArgumentError:
        print(f"no address of a database: {chosen.database_url}", file=sys.stderr)
        return 1
    except OperationalError as error:
        print(f"cannot open the database: {error.orig}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m branch", description=__doc__)
    parser.add_argument("--database-url", required=True)
    chores = parser.add_subparsers(required=True)
    chores.add_parser("migrate", help="bring the tables up to date").set_defaults(chore=_migrate)
    seeding = chores.add_parser("seed", help="put the demonstration branch into an empty database")
    seeding.add_argument("--content", type=Path)
    seeding.add_argument(
        "--branch", action="append", choices=tuple(branch.id for branch in BRANCHES), help="may be repeated"
    )
    seeding.set_defaults(chore=_seed)
    link = chores.add_parser("sign-in-link", help="print a one-time sign-in token for a member of staff")
    link.add_argument("login")
    link.set_defaults(chore=_sign_in_link)
    pin = chores.add_parser(
        "set-pin", help="give a member of staff a PIN, asked for or read from standard input"
    )
    pin.add_argument("login")
    pin.set_defaults(chore=_set_pin)
    return parser


def _migrate(chosen: argparse.Namespace) -> None:
    migrate(chosen.database_url)


def _seed(chosen: argparse.Namespace) -> None:
    content = catalogue.load(chosen.content)
    with Database(chosen.database_url).transaction() as session:
        wanted = chosen.branch or [SEONGSU.id]
        seed(session, content, (branch for branch in BRANCHES if branch.id in wanted))


def _sign_in_link(chosen: argparse.Namespace) -> None:
    with Database(chosen.database_url).transaction() as session:
        print(issue_sign_in_link(session, chosen.login))


def _set_pin(chosen: argparse.Namespace) -> None:
    pin = getpass.getpass("PIN: ") if sys.stdin.isatty() else sys.stdin.readline().strip()
    with Database(chosen.database_url).transaction() as session:
        set_pin(session, chosen.login, pin)


if __name__ == "__main__":
    sys.exit(main())
