"""A version in force: in the branch when the command arrives, at the centre when the branch has told that it applied it."""

from datetime import datetime
from typing import Any

import structlog
from pydantic import ValidationError
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from branch.errors import NotFound
from branch.people.events import record_in_branch
from branch.people.models import Branch, BranchEventKind
from branch.people.services import desks_of
from branch.schedule.content import ScheduleContent, ServiceOffer
from branch.schedule.models import ScheduleVersion
from branch.tickets.models import Service

log = structlog.get_logger()


def apply(session: Session, branch_id: str, version: int, raw: object) -> None:
    """What the centre asks of a hub: all of it or nothing. A version no newer than the one in force changes nothing."""
    try:
        with session.begin_nested():
            applied = put_in_force(session, branch_id, version, ScheduleContent.model_validate(raw))
    except (ValidationError, IntegrityError, NotFound) as error:
        log.warning("schedule refused", version=version, reason=type(error).__name__)
        record_in_branch(session, branch_id, BranchEventKind.SCHEDULE_REFUSED, version=version)
        return
    if applied:
        log.info("schedule applied", version=version)
        record_in_branch(session, branch_id, BranchEventKind.SCHEDULE_APPLIED, version=version)


def put_in_force(session: Session, branch_id: str, version: int, content: ScheduleContent) -> bool:
    """Write hours and services, unless this or a later version is in force already: then False."""
    older = update(Branch).where(Branch.id == branch_id, Branch.schedule_version < version)
    claimed = session.scalar(
        older.values(schedule_version=version, schedule=content.calendar()).returning(Branch.id),
        execution_options={"synchronize_session": False},
    )
    if claimed is None:
        return False
    session.expire_all()
    _put_services(session, branch_id, content.services)
    _put_desks(session, branch_id, content.services)
    return True


def _put_services(session: Session, branch_id: str, offers: tuple[ServiceOffer, ...]) -> None:
    """Letters are given up first and taken then, since two services may swap theirs."""
    rows = [session.get(Service, f"{branch_id}.{offer.slug}") for offer in offers]
    for place, row in enumerate(rows):
        if row is not None:
            row.letter = f"{place:02d}"
    session.flush()
    for place, (offer, row) in enumerate(zip(offers, rows, strict=True)):
        service = row or Service(id=f"{branch_id}.{offer.slug}", branch_id=branch_id, slug=offer.slug)
        _write(service, offer, place)
        session.add(service)
    session.flush()


def _put_desks(session: Session, branch_id: str, offers: tuple[ServiceOffer, ...]) -> None:
    """Each desk serves what names it, and goes on with what names no desks. Raises NotFound for a desk that is not here.

    What was taken away stays with its desks: its last numbers are still called there.
    """
    desks = {desk.id: desk for desk in desks_of(session, branch_id)}
    told = {offer.slug: offer.desks for offer in offers if offer.desks is not None}
    if not desks.keys() >= {desk for named in told.values() for desk in named}:
        raise NotFound()
    for desk in desks.values():
        served = [slug for slug, named in told.items() if desk.id in named]
        services = [*served, *(slug for slug in desk.services if slug not in told)]
        if set(services) != set(desk.services):
            desk.services = services
    session.flush()


def _write(service: Service, offer: ServiceOffer, place: int) -> None:
    service.letter, service.paused = offer.letter, not offer.open
    service.place, service.retired = place, offer.retired
    service.name, service.description = dict(offer.name), dict(offer.description)
    service.minutes_low, service.minutes_high = offer.minutes
    service.opens, service.closes = offer.hours or (None, None)


def was_applied(session: Session, branch_id: str, version: int, at: datetime) -> None:
    """At the centre: the branch works by this version since `at`, and so does the centre's own picture of it."""
    row = session.get(ScheduleVersion, (branch_id, version))
    if row is None:
        return
    row.applied_at, row.refused_at = at, None
    put_in_force(session, branch_id, version, ScheduleContent.model_validate(row.content))


def was_refused(session: Session, branch_id: str, version: int, at: datetime) -> None:
    """At the centre: the branch could not apply this version, and goes on with the one before."""
    session.execute(
        update(ScheduleVersion)
        .where(ScheduleVersion.branch_id == branch_id, ScheduleVersion.version == version)
        .values(refused_at=at)
    )


def command(session: Session, payload: dict[str, Any]) -> None:
    """The link's `schedule.apply`."""
    apply(session, str(payload["branch"]), int(payload["version"]), payload["content"])
