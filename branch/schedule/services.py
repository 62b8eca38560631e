"""Editing at the centre: the version that counts, saving a new one, going back to the one before, who changed what."""

from string import ascii_uppercase

import structlog
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from branch import clock
from branch.errors import Conflict
from branch.link.commands import ask
from branch.people.models import Branch
from branch.people.services import desks_of
from branch.schedule.content import ExceptionDay, ScheduleContent, ServiceOffer
from branch.schedule.hours import AROUND_THE_CLOCK
from branch.schedule.models import ScheduleVersion
from branch.tickets.errors import NothingToUndo
from branch.tickets.models import Service
from branch.tickets.services import all_services

log = structlog.get_logger()
APPLY = "schedule.apply"
SHOWN = 20


def newest(session: Session, branch_id: str) -> ScheduleVersion | None:
    """What was saved last; None before the first change."""
    return next(iter(history(session, branch_id, 1)), None)


def history(session: Session, branch_id: str, limit: int = SHOWN) -> list[ScheduleVersion]:
    """The versions of a branch, the newest first."""
    versions = select(ScheduleVersion).where(ScheduleVersion.branch_id == branch_id)
    return list(session.scalars(versions.order_by(ScheduleVersion.version.desc()).limit(limit)))


def content_of(version: ScheduleVersion) -> ScheduleContent:
    """A stored version as what it means."""
    return ScheduleContent.model_validate(version.content)


def current(session: Session, branch: Branch) -> ScheduleContent:
    """What a manager goes on editing: the newest version, or what the branch does now."""
    saved = newest(session, branch.id)
    return _with_desks(session, content_of(saved), branch.id) if saved else _as_it_is(session, branch)


def _as_it_is(session: Session, branch: Branch) -> ScheduleContent:
    told = branch.schedule or {"week": [AROUND_THE_CLOCK] * 7, "exceptions": {}}
    days = [ExceptionDay(day=day, hours=hours) for day, hours in told["exceptions"].items()]
    services = tuple(_offer(service) for service in all_services(session, branch.id))
    content = ScheduleContent(week=tuple(told["week"]), exceptions=tuple(days), services=services)
    return _with_desks(session, content, branch.id)


def _with_desks(session: Session, content: ScheduleContent, branch_id: str) -> ScheduleContent:
    """A service that names no desks is served where it is served now."""
    desks = desks_of(session, branch_id)
    services = tuple(
        offer.model_copy(update={"desks": tuple(desk.id for desk in desks if offer.slug in desk.services)})
        if offer.desks is None
        else offer
        for offer in content.services
    )
    return content.model_copy(update={"services": services})


def _offer(service: Service) -> ServiceOffer:
    return ServiceOffer(
        slug=service.slug,
        letter=service.letter,
        name=service.name,
        description=service.description,
        minutes=(service.minutes_low, service.minutes_high),
        hours=(service.opens, service.closes) if service.opens and service.closes else None,
        open=not service.paused,
        retired=service.retired,
    )


def save(
    session: Session,
    branch: Branch,
    content: ScheduleContent,
    staff_id: str,
    seen: int,
    restores: int | None = None,
) -> ScheduleVersion:
    """Keep a new version and ask the branch to work by it.

    `seen` is the version that was edited: where somebody has saved another one meanwhile, Conflict.
    """
    before = newest(session, branch.id)
    if (before.version if before else 0) != seen:
        raise Conflict()
    if before is None:
        session.add(_version(branch, 0, _as_it_is(session, branch)))
    saved = _version(branch, seen + 1, content)
    saved.made_by, saved.restores, saved.applied_at = staff_id, restores, None
    session.add(saved)
    try:
        session.flush()
    except IntegrityError:
        raise Conflict() from None
    ask(session, branch.id, APPLY, branch=branch.id, version=saved.version, content=saved.content)
    log.info("schedule saved", branch=branch.id, version=saved.version, staff=staff_id, restores=restores)
    return saved


def _version(branch: Branch, version: int, content: ScheduleContent) -> ScheduleVersion:
    now = clock.now()
    return ScheduleVersion(
        branch_id=branch.id, version=version, content=content.as_json(), made_at=now, applied_at=now
    )


def restore_before(session: Session, branch: Branch, staff_id: str, seen: int) -> ScheduleVersion:
    """Take the last change back: a new version that says what the one before said. Raises NothingToUndo and Conflict.

    A service that the last change added is taken away: numbers may have been given for it.
    """
    last_two = history(session, branch.id, 2)
    if len(last_two) < 2:
        raise NothingToUndo()
    last, before = last_two
    content = _keeping(content_of(before), content_of(last))
    return save(session, branch, content, staff_id, seen, restores=before.version)


def _keeping(content: ScheduleContent, last: ScheduleContent) -> ScheduleContent:
    known, letters = {offer.slug for offer in content.services}, {offer.letter for offer in content.services}
    services = list(content.services)
    for offer in last.services:
        if offer.slug not in known:
            letter = next(each for each in (offer.letter, *ascii_uppercase) if each not in letters)
            services.append(offer.model_copy(update={"retired": True, "letter": letter}))
            letters.add(letter)
    return content.model_copy(update={"services": tuple(services)})
