"""Hours and services of a branch: edited here, applied there, and taken back with one tap."""

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from markupsafe import Markup
from sqlalchemy.orm import Session
from wtforms import Field

from branch.errors import BadInput
from branch.link.reach import is_reachable
from branch.people.models import Branch, Staff
from branch.people.services import all_branches, desks_of, get_branch, get_staff
from branch.schedule import services as schedule
from branch.schedule.content import Differences
from branch.schedule.models import ScheduleVersion
from signaling.names import desk_name
from signaling.sign_in import staff_name
from signaling.surface import language
from web.context import Centre
from web.schedule_content import content_of, fields_of
from web.schedule_form import MOST_SERVICES, ScheduleForm

WEEKDAYS = ("월요일", "화요일", "수요일", "목요일", "금요일", "토요일", "일요일")
PARTS = {"week": "요일마다 여는 시간", "exceptions": "다른 날", "order": "업무 순서"}
# What is said of services that came, went or are not as they were.
WITH_LETTERS = {
    "added": "업무 %(letters)s 더함",
    "removed": "업무 %(letters)s 뺌",
    "changed": "업무 %(letters)s",
}


@dataclass(frozen=True)
class Change:
    """One version in the list of who changed what, with `what` in words."""

    version: int
    at: datetime
    who: str
    what: list[str]
    restores: int | None
    applied_at: datetime | None
    refused_at: datetime | None


def blueprint(centre: Centre) -> Blueprint:
    """Routes `/manager/hours`: look, save, take back."""
    pages = Blueprint("schedule", __name__, url_prefix="/manager/hours")

    @pages.get("")
    def page() -> str:
        with centre.database.reading() as work:
            branch = _branch(work, centre)
            newest = schedule.newest(work, branch.id)
            fields = fields_of(schedule.current(work, branch), newest.version if newest else 0)
            return _drawn(work, centre, branch, _form(work, branch, data=fields))

    @pages.post("")
    def save() -> ResponseReturnValue:
        """A mistake is said beside its field, and nothing is saved."""
        with centre.database.transaction() as work:
            branch = _branch(work, centre)
            form, before = _form(work, branch, request.form), schedule.current(work, branch)
            if not form.is_whole(request.form, before):
                raise BadInput()
            if not form.validate():
                return _drawn(work, centre, branch, form, failed=True), 400
            content = content_of(form, before)
            if content != before:
                staff = get_staff(work, session["staff"])
                schedule.save(work, branch, content, staff.id, _seen())
        return _back(branch)

    @pages.post("/undo")
    def undo() -> ResponseReturnValue:
        with centre.database.transaction() as work:
            branch = _branch(work, centre)
            schedule.restore_before(work, branch, get_staff(work, session["staff"]).id, _seen())
        return _back(branch)

    return pages


def _branch(work: Session, centre: Centre) -> Branch:
    return get_branch(work, request.values.get("branch") or centre.settings.branch)


def _seen() -> int:
    return request.form.get("seen", default=0, type=int)


def _back(branch: Branch) -> ResponseReturnValue:
    return redirect(url_for("schedule.page", branch=branch.id), 303)


def _form(
    work: Session, branch: Branch, sent: Any = None, data: dict[str, Any] | None = None
) -> ScheduleForm:
    form = ScheduleForm(sent, data=data)
    form.offer_desks([(desk.id, desk_name(desk.name, language())) for desk in desks_of(work, branch.id)])
    return form


def _drawn(work: Session, centre: Centre, branch: Branch, form: ScheduleForm, *, failed: bool = False) -> str:
    changes = _changes(work, branch)
    return render_template(
        "schedule.html",
        form=form,
        failed=failed,
        offered=[row for row in form.rows() if not row.retired.data],
        retired=[row for row in form.rows() if row.retired.data],
        full=len(form.services) >= MOST_SERVICES,
        branch=branch,
        branches=all_branches(work),
        weekdays=WEEKDAYS,
        changes=changes,
        reachable=is_reachable(work, branch.id),
        drawn=_with_mistakes,
        name=staff_name(centre.database),
    )


def _with_mistakes(field: Field, attributes: dict[str, object]) -> Markup:
    """The input of a field, which tells a screen reader where to find what is wrong with it."""
    wrong = {"aria-invalid": "true", "aria-describedby": f"{field.id}-error"} if field.errors else {}
    return Markup(field(**wrong, **attributes))


def _changes(work: Session, branch: Branch) -> list[Change]:
    """Who changed what and when, the newest first; what was there before the first change is no change."""
    versions = schedule.history(work, branch.id)
    return [_change(work, branch, version, before) for version, before in pairwise(versions)]


def _words(different: Differences) -> list[str]:
    parts = [gettext(words) for name, words in PARTS.items() if getattr(different, name)]
    letters = [(words, ", ".join(getattr(different, name))) for name, words in WITH_LETTERS.items()]
    return [*parts, *(gettext(words, letters=told) for words, told in letters if told)]


def _change(work: Session, branch: Branch, version: ScheduleVersion, before: ScheduleVersion) -> Change:
    zone = ZoneInfo(branch.timezone)
    who = work.get(Staff, version.made_by) if version.made_by else None
    return Change(
        version=version.version,
        at=version.made_at.astimezone(zone),
        who=who.name if who else "",
        what=_words(schedule.content_of(version).differences(schedule.content_of(before))),
        restores=version.restores,
        applied_at=version.applied_at.astimezone(zone) if version.applied_at else None,
        refused_at=version.refused_at.astimezone(zone) if version.refused_at else None,
    )
