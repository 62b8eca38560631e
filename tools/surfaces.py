"""The addresses that `make run` prints: every surface, with a one-time sign-in link where staff work."""

from __future__ import annotations

from branch.demo import STAFF
from branch.people.models import Role
from tools.databases import sign_in_token
from tools.layout import Layout

AT_HUB = frozenset({Role.TELLER})
SURFACE = {Role.ADVISOR: "advisor console", Role.TELLER: "counter desk", Role.MANAGER: "manager"}


def addresses(layout: Layout) -> list[tuple[str, str, str]]:
    """Rows of surface, whom or what it is for, and address; the kiosk comes first."""
    open_to_all = [
        ("kiosk", "start here", f"{layout.hub_url}/"),
        ("customer phone", "scan the kiosk's QR", f"{layout.centre_url}/"),
        ("waiting-room display", "", f"{layout.hub_url}/display"),
    ]
    return [*open_to_all, *(_staff_row(layout, *row[:4]) for row in STAFF)]


def _staff_row(layout: Layout, login: str, name: str, title: str, role: Role) -> tuple[str, str, str]:
    at_hub = role in AT_HUB
    database = layout.hub_database if at_hub else layout.centre_database
    url = layout.hub_url if at_hub else layout.centre_url
    return SURFACE[role], f"{name} {title}", f"{url}/sign-in/{sign_in_token(database, login)}"
