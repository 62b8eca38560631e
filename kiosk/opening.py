"""When the branch is closed: two kind lines that say so, and when it opens again."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_skeleton
from flask_babel import get_locale, gettext
from sqlalchemy.orm import Session

from branch import clock
from branch.people.models import Branch
from branch.schedule.hours import is_open_at, next_opening


def next_open(session: Session, branch_id: str) -> tuple[datetime | None, datetime] | None:
    """When a closed branch opens next, as far as that is known, and the moment now; None while it is open."""
    branch = session.get_one(Branch, branch_id)
    local = clock.now().astimezone(ZoneInfo(branch.timezone))
    if is_open_at(branch.schedule, local):
        return None
    return next_opening(branch.schedule, local), local


def closed_words(opens: datetime | None, local: datetime) -> tuple[str, str]:
    """That it is closed, and until when, in the page's language."""
    when = (
        gettext("%(when)s에 열어요", when=_spoken(opens, local))
        if opens
        else gettext("직원에게 물어봐 주세요")
    )
    return gettext("지금은 문을 닫았어요"), when


def _spoken(opens: datetime, local: datetime) -> str:
    """The day as one says it standing here, and the time."""
    time = f"{opens:%H:%M}"
    if opens.date() == local.date():
        return str(gettext("오늘 %(time)s", time=time))
    if opens.date() == local.date() + timedelta(days=1):
        return str(gettext("내일 %(time)s", time=time))
    day = format_skeleton("MMMEd", opens, locale=get_locale())
    return str(gettext("%(day)s %(time)s", day=day, time=time))
