"""Devices that are paired: who holds a key, taking a key back, and which there are."""

from datetime import timedelta

import structlog
from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from branch import clock, ids
from branch.devices.errors import DeviceNotFound
from branch.devices.health import Card, Pulse
from branch.devices.models import Device, DeviceReport
from branch.people.models import Branch

log = structlog.get_logger()
REMEMBERED = timedelta(days=7)
FRESH_FOR = timedelta(seconds=90)
BEATS_APART = timedelta(seconds=10)


def device_of(session: Session, key: str) -> Device | None:
    """The device that holds this key, also when the key was taken back; None for a key nobody was given."""
    return session.scalar(select(Device).where(Device.key_digest == ids.digest(key)))


def get_device(session: Session, branch_id: str, device_id: str) -> Device:
    """A device of the branch. Raises DeviceNotFound."""
    device = session.get(Device, device_id)
    if device is None or device.branch_id != branch_id:
        raise DeviceNotFound()
    return device


def devices_of(session: Session, branch_id: str) -> list[Device]:
    """The branch's devices in use, by kind and number."""
    mine = select(Device).where(Device.branch_id == branch_id, Device.revoked_at.is_(None))
    return list(session.scalars(mine.order_by(Device.kind.desc(), Device.number)))


def revoked_lately(session: Session, branch_id: str) -> list[Device]:
    """Devices whose key was taken back within the last week, the newest first."""
    gone = select(Device).where(Device.branch_id == branch_id, Device.revoked_at > clock.now() - REMEMBERED)
    return list(session.scalars(gone.order_by(Device.revoked_at.desc())))


def beat(session: Session, device_id: str, pulse: Pulse) -> None:
    """The device's page is there; what it says again within a few seconds is not written down."""
    now = clock.now()
    due = or_(Device.seen_at.is_(None), Device.seen_at < now - BEATS_APART)
    session.execute(
        update(Device)
        .where(Device.id == device_id, Device.revoked_at.is_(None), due)
        .values(seen_at=now, health=pulse.as_json())
    )


def keep_report(session: Session, branch_id: str, cards: list[Card]) -> None:
    """At the centre: the newest word of a branch's hub takes the place of the one before."""
    report = session.get(DeviceReport, branch_id) or DeviceReport(branch_id=branch_id)
    report.at, report.cards = clock.now(), [card.as_json() for card in cards]
    session.add(report)


def reports(session: Session) -> list[tuple[Branch, DeviceReport | None]]:
    """At the centre: every branch with the last word on its devices, in the order of their names."""
    known = select(Branch, DeviceReport).outerjoin(DeviceReport, DeviceReport.branch_id == Branch.id)
    return [(branch, report) for branch, report in session.execute(known.order_by(Branch.name))]


def is_fresh(report: DeviceReport) -> bool:
    """Whether the hub told lately; otherwise nobody at the centre knows how the devices are now."""
    return clock.now() - report.at < FRESH_FOR


def revoke(session: Session, branch_id: str, device_id: str, staff_id: str) -> None:
    """Take a device's key back; doing it twice changes nothing. Raises DeviceNotFound."""
    get_device(session, branch_id, device_id)
    in_use = update(Device).where(Device.id == device_id, Device.revoked_at.is_(None))
    done = session.scalar(in_use.values(revoked_at=clock.now(), revoked_by=staff_id).returning(Device.id))
    if done is not None:
        log.info("device revoked", device=device_id, staff=staff_id)
