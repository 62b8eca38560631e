"""The manager's page: how many would recommend us, and each answer beside the facts of its consult."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from branch.clock import minutes_between
from branch.consults import supervision
from branch.consults.guests import seated
from branch.consults.models import Consult
from branch.consults.services import recent
from branch.people.models import Staff
from branch.people.services import get_branch
from branch.quality.services import opinion_of
from branch.surveys.services import of_consult, summary
from branch.visits.models import Visit
from signaling.reader import Reader
from signaling.sign_in import staff_name
from signaling.surface import language
from web.context import Centre
from web.views.shared import asked_branch, branch_name


@dataclass(frozen=True)
class Row:
    """One consult in the table; waits in minutes, `kept` says whether the promise held."""

    at: datetime
    topic: str
    advisor: str
    language: str
    promised: tuple[int, int] | None
    waited: float
    minutes: float | None
    recorded: bool
    opinion: float | None
    """Estimated score of the voice that came through worst, 1 to 4.5."""
    score: int | None
    note: str
    branch: str

    @property
    def kept(self) -> bool | None:
        """Whether the true wait was within what was promised; None when nothing was."""
        return None if self.promised is None else self.waited <= self.promised[1]


@dataclass(frozen=True)
class Going:
    """One consult that is going on now, and how many more people are in it."""

    consult: str
    since: datetime
    topic: str
    advisor: str
    language: str
    guests: int
    branch: str


def blueprint(centre: Centre) -> Blueprint:
    """Route `/manager`."""
    pages = Blueprint("manager", __name__)

    @pages.get("/manager")
    def page() -> ResponseReturnValue:
        with centre.database.reading() as work:
            zone = ZoneInfo(get_branch(work, centre.settings.branch).timezone)
            asked = asked_branch(work)
            rows = [_row(work, centre, consult, zone) for consult in recent(work, asked.id)]
            scores = summary(work, asked.id)
            going = [_going(work, centre, consult, zone) for consult in supervision.running(work, asked.id)]
        return render_template(
            "manager.html",
            branch=asked.chosen,
            branches=asked.branches,
            scores=scores,
            rows=rows,
            going=going,
            name=staff_name(centre.database),
        )

    return pages


def _where(work: Session, centre: Centre, consult: Consult) -> str:
    visit = work.get_one(Visit, consult.visit_id)
    return branch_name(centre, get_branch(work, visit.branch_id))


def _going(work: Session, centre: Centre, consult: Consult, zone: ZoneInfo) -> Going:
    return Going(
        consult=consult.id,
        since=(consult.live_at or consult.accepted_at or consult.requested_at).astimezone(zone),
        topic=Reader(work, centre.catalogue, language()).topic(consult.topic)["name"],
        advisor=work.get_one(Staff, consult.advisor_id).name,
        language=work.get_one(Visit, consult.visit_id).language,
        guests=len(seated(work, consult.id)),
        branch=_where(work, centre, consult),
    )


def _row(work: Session, centre: Centre, consult: Consult, zone: ZoneInfo) -> Row:
    accepted, since = (
        consult.accepted_at or consult.requested_at,
        consult.waiting_since or consult.requested_at,
    )
    survey = of_consult(work, consult.id)
    low, high = consult.promised_low, consult.promised_high
    return Row(
        at=accepted.astimezone(zone),
        topic=Reader(work, centre.catalogue, language()).topic(consult.topic)["name"],
        advisor=work.get_one(Staff, consult.advisor_id).name,
        language=work.get_one(Visit, consult.visit_id).language,
        promised=(low, high) if low is not None and high is not None else None,
        waited=minutes_between(since, accepted),
        minutes=minutes_between(consult.live_at, consult.ended_at)
        if consult.live_at and consult.ended_at
        else None,
        recorded=bool(consult.recording and consult.live_at),
        opinion=opinion_of(work, consult.id),
        score=survey.score if survey else None,
        note=survey.note if survey else "",
        branch=_where(work, centre, consult),
    )
