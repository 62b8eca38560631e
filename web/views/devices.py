"""The manager's page of devices: every branch's kiosks, displays and desks as its hub told last, and how old that is."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from branch.devices.health import Card, read_card
from branch.devices.models import DeviceReport
from branch.devices.services import is_fresh, reports
from branch.people.models import Branch
from branch.people.services import get_branch
from signaling import device_words
from signaling.sign_in import staff_name
from web.context import Centre
from web.views.shared import branch_name


@dataclass(frozen=True)
class Shown:
    """One branch on the page, with its own times: of its hub's last word, and of each device's; None where none came."""

    name: str
    at: datetime | None
    fresh: bool
    cards: list[tuple[Card, datetime | None]]


def blueprint(centre: Centre) -> Blueprint:
    """Route `/manager/devices`."""
    pages = Blueprint("devices", __name__)

    @pages.get("/manager/devices")
    def page() -> ResponseReturnValue:
        with centre.database.reading() as work:
            branch = get_branch(work, centre.settings.branch)
            shown = [_shown(branch_name(centre, one), one, report) for one, report in reports(work)]
        return render_template(
            "manager_devices.html",
            name=staff_name(centre.database),
            branch=branch,
            shown=shown,
            words=device_words,
        )

    return pages


def _shown(name: str, branch: Branch, report: DeviceReport | None) -> Shown:
    zone = ZoneInfo(branch.timezone)
    if report is None:
        return Shown(name, None, False, [])
    cards = [read_card(card) for card in report.cards]
    rows = [(card, _local(card.seen_at, zone)) for card in cards]
    return Shown(name, report.at.astimezone(zone), is_fresh(report), rows)


def _local(at: str | None, zone: ZoneInfo) -> datetime | None:
    return datetime.fromisoformat(at).astimezone(zone) if at else None
