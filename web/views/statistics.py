"""The manager's statistics: today as it happens, days gone by, branches side by side, and a file of all tickets."""

from collections.abc import Iterator
from datetime import datetime

from flask import Blueprint, Response, current_app, render_template, request, stream_with_context
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from branch.content.catalogue import in_language
from branch.errors import BadPeriod
from branch.statistics.experts import read_topics
from branch.statistics.export import TicketLine, ticket_lines
from branch.statistics.report import read_report
from branch.visits.models import EventKind
from signaling.names import desk_name
from signaling.sign_in import staff_name
from signaling.surface import language
from web import statistics
from web.context import Centre
from web.spreadsheet import Cell, csv_lines
from web.statistics import ALL, COLUMNS, Asked
from web.views.shared import branch_name

HEAD = (
    "지점",
    "날짜",
    "번호",
    "업무",
    "발급",
    "첫 호출",
    "창구",
    "기다린 분",
    "응대한 분",
    "호출",
    "옮김",
    "결과",
)
ENDED = {
    EventKind.TICKET_FINISHED: "완료",
    EventKind.TICKET_REFERRED: "전문가 상담으로",
    EventKind.TICKET_NO_SHOW: "안 오심",
    EventKind.TICKET_CANCELLED: "취소",
    EventKind.TICKET_EXPIRED: "남음",
}


def blueprint(centre: Centre) -> Blueprint:
    """Routes `/manager/statistics` and `/manager/statistics.csv`."""
    pages = Blueprint("statistics", __name__)

    @pages.get("/manager/statistics")
    def page() -> ResponseReturnValue:
        """Days that make no period are said beside their fields, and today is shown."""
        with centre.database.reading() as work:
            try:
                wanted, mistake = _asked(work, centre), None
            except BadPeriod as error:
                wanted, mistake = statistics.asked(work, _branch(centre), "", ""), gettext(error.message)
            shown = _one(work, centre, wanted) if wanted.branch else _all(work, centre, wanted)
            name = staff_name(centre.database)
        drawn = render_template(
            "statistics.html",
            asked=wanted,
            mistake=mistake,
            columns=COLUMNS,
            name=name,
            desk_name=lambda desk: desk_name(desk, language()),
            **shown,
        )
        return drawn, 400 if mistake else 200

    @pages.get("/manager/statistics.csv")
    def download() -> Response:
        with centre.database.reading() as work:
            wanted = _asked(work, centre)
        days = f"{wanted.period.first}-{wanted.period.last}"
        name = f"maru-{wanted.branch.id if wanted.branch else ALL}-{days}.csv"
        return Response(
            stream_with_context(csv_lines(_rows(centre, wanted))),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    return pages


def _branch(centre: Centre) -> str:
    return request.args.get("branch") or centre.settings.branch


def _asked(work: Session, centre: Centre) -> Asked:
    return statistics.asked(work, _branch(centre), request.args.get("from", ""), request.args.get("to", ""))


def _one(work: Session, centre: Centre, wanted: Asked) -> dict[str, object]:
    """One branch: now, in all, and in groups."""
    assert wanted.branch is not None
    report = read_report(work, wanted.branch.id, wanted.period, _let_others)
    topics = read_topics(work, wanted.branch.id, wanted.period)
    names = {topic.slug: in_language(topic.name, language()) for topic in centre.catalogue.topics.root}
    return {
        "branch": wanted.branch,
        "total": report.total,
        "empty": report.empty and not topics,
        "tables": statistics.tables_of(work, wanted.branch, report, language()),
        "topics": [(names.get(slug, slug), told) for slug, told in topics.items()],
        "present": [statistics.branch_now(work, wanted.branch)] if wanted.live else [],
    }


def _all(work: Session, centre: Centre, wanted: Asked) -> dict[str, object]:
    """Every branch, one line each."""
    table = statistics.side_by_side(
        work, wanted.branches, lambda branch: branch_name(centre, branch), wanted.period, _let_others
    )
    present = [statistics.branch_now(work, branch) for branch in wanted.branches]
    return {
        "branch": None,
        "empty": not any(told.issued for _, told in table.lines),
        "tables": [table],
        "topics": [],
        "present": present if wanted.live else [],
    }


def _let_others() -> None:
    """A year takes seconds to read, and calls and tickets go through this process too."""
    current_app.extensions["socketio"].sleep(0)


def _rows(centre: Centre, wanted: Asked) -> Iterator[list[Cell]]:
    yield [gettext(word) for word in HEAD]
    for branch in [wanted.branch] if wanted.branch else wanted.branches:
        for line in ticket_lines(centre.database, branch.id, wanted.period):
            yield _row(line, branch_name(centre, branch))


def _row(line: TicketLine, branch: str) -> list[Cell]:
    ended = ENDED.get(EventKind(line.ended)) if line.ended else "진행 중"
    return [
        branch,
        f"{line.issued_at:%Y-%m-%d}",
        line.number,
        in_language(dict(line.service), language()),
        _time(line.issued_at),
        _time(line.called_at),
        desk_name(line.desk, language()),
        line.waited,
        line.served,
        line.calls,
        line.transfers,
        gettext(ended) if ended else "",
    ]


def _time(at: datetime | None) -> str | None:
    return f"{at:%H:%M:%S}" if at else None
