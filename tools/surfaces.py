"""The addresses that `make run` prints: every surface, with a one-time sign-in link where staff work."""

from __future__ import annotations

from branch.demo import CENTRE_STAFF, Member
from branch.people.models import Role
from tools.databases import sign_in_token
from tools.layout import HubPlace, Layout

SURFACE = {Role.ADVISOR: "advisor console", Role.TELLER: "counter desk", Role.MANAGER: "manager"}


def addresses(layout: Layout) -> list[tuple[str, str, str]]:
    """Rows of surface, whom or what it is for, and address; the kiosk comes first."""
    first, *others = layout.hubs
    return [
        ("kiosk", "start here", f"{first.url}/"),
        ("customer phone", "scan the kiosk's QR", f"{layout.centre_url}/"),
        ("waiting-room display", "", f"{first.url}/display"),
        *(_staff_row(layout.centre_url, layout.centre_database, member) for member in CENTRE_STAFF),
        *(_staff_row(first.url, first.database, member) for member in first.branch.staff),
        *(row for hub in others for row in _further(layout, hub)),
    ]


def _further(layout: Layout, hub: HubPlace) -> list[tuple[str, str, str]]:
    name = hub.branch.name
    return [
        ("kiosk", name, f"{hub.url}/"),
        ("waiting-room display", name, f"{hub.url}/display"),
        ("poster", name, f"{layout.centre_url}/b/{hub.branch.id}"),
        *(_staff_row(hub.url, hub.database, member) for member in hub.branch.staff),
    ]


def _staff_row(url: str, database: str, member: Member) -> tuple[str, str, str]:
    token = sign_in_token(database, member.login)
    return SURFACE[member.role], f"{member.name} {member.title}", f"{url}/sign-in/{token}"
