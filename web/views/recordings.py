"""The manager's recordings: the list, one consult's player, and its tracks and file, streamed from the media nodes."""

from zoneinfo import ZoneInfo

import requests
from flask import Blueprint, Response, jsonify, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from itsdangerous import BadData, SignatureExpired, URLSafeTimedSerializer
from sqlalchemy import select

from branch.errors import BadInput, Gone, NotFound
from branch.people.models import Role, Staff
from branch.people.services import get_branch
from branch.recordings import archive
from branch.recordings.archive import Wanted
from branch.recordings.models import Recording, Use
from consult.client import MediaError
from consult.client import NotFound as NotThere
from consult.errors import BadRange, ExportBusy
from signaling.sign_in import staff_name
from web.archive import ArchiveAway, RecordingGone, pieces
from web.context import Centre
from web.playlist import playlist
from web.recording_rows import row, sentences
from web.views.shared import asked_branch, page_data

TICKET_SECONDS = 30 * 60
PASSED_ON = ("Content-Type", "Content-Length", "Content-Range", "Accept-Ranges")


class TicketOver(Gone):
    """The time for playing is over; the page asks for a new ticket, which is noted again."""

    code = "recording.ticket_over"
    message = "재생 시간이 지났어요. 화면을 새로 열면 이어서 볼 수 있어요."


class RangeRefused(BadInput):
    """Not one range of bytes, or none that the file has."""

    code = "recording.bad_range"
    status = 416


class FileBusy(ArchiveAway):
    """Enough files are being made."""

    code = "recording.file_busy"
    message = "다른 파일을 만들고 있어요. 끝난 뒤에 다시 눌러 주세요."


def blueprint(centre: Centre) -> Blueprint:
    """Routes under `/manager/recordings`."""
    pages, view = Blueprint("recordings", __name__, url_prefix="/manager/recordings"), Recordings(centre)
    pages.get("")(view.listing)
    pages.get("/<consult>")(view.page)
    pages.post("/<consult>/play")(view.play)
    pages.get("/<consult>/tracks/<int:node>/<part>/<file>")(view.track)
    pages.post("/<consult>/check")(view.check)
    pages.get("/<consult>/file")(view.file_state)
    pages.post("/<consult>/file")(view.make_file)
    pages.post("/<consult>/file/cancel")(view.cancel_file)
    pages.get("/<consult>/file/content")(view.file)
    return pages


class Recordings:
    """Every play, download and check is noted with who and when before it is done."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre
        secret = centre.settings.secret_key.get_secret_value()
        self._tickets = URLSafeTimedSerializer(secret, salt="recording")

    def listing(self) -> ResponseReturnValue:
        asked = request.args
        with self._centre.database.reading() as work:
            of = asked_branch(work)
            wanted = Wanted(
                asked.get("topic") or None, asked.get("advisor") or None, asked.get("holds") or None, of.id
            )
            zone = ZoneInfo(get_branch(work, self._centre.settings.branch).timezone)
            rows = [row(work, self._centre.catalogue, zone, *each) for each in archive.listed(work, wanted)]
            advisors = list(
                work.scalars(select(Staff).where(Staff.role == Role.ADVISOR).order_by(Staff.name))
            )
        return render_template(
            "recordings.html",
            branch=of.chosen,
            branches=of.branches,
            name=staff_name(self._centre.database),
            held_back=self._centre.archive.held_back,
            rows=rows,
            wanted=wanted,
            topics=self._centre.catalogue.topics.root,
            advisors=advisors,
        )

    def page(self, consult: str) -> ResponseReturnValue:
        with self._centre.database.reading() as work:
            found, recording = archive.finished(work, consult)
            branch = get_branch(work, self._centre.settings.branch)
            zone = ZoneInfo(branch.timezone)
            shown = row(work, self._centre.catalogue, zone, found, recording)
            uses = [
                (use.at.astimezone(zone), staff.name, use.what) for use, staff in archive.uses(work, consult)
            ]
        return render_template(
            "recording.html",
            branch=branch,
            name=staff_name(self._centre.database),
            held_back=self._centre.archive.held_back,
            row=shown,
            findings=sentences(recording.findings),
            uses=uses,
            deletion=recording.deletion,
            page_data=page_data("console", base=url_for("recordings.page", consult=consult)),
        )

    def play(self, consult: str) -> ResponseReturnValue:
        """The playlist, and a ticket that opens the tracks for half an hour."""
        self._note(consult, Use.PLAY)
        line = playlist(self._centre.archive.find(consult))
        ticket = self._tickets.dumps([consult, session["staff"]])
        return jsonify({**line.document(), "gap_seconds": line.gap_seconds, "ticket": ticket})

    def track(self, consult: str, node: int, part: str, file: str) -> ResponseReturnValue:
        """One track, or a range of it, to who holds a ticket for this consult."""
        self._admit(consult, request.args.get("ticket", ""))
        span = request.headers.get("Range")
        try:
            return _stream(self._centre.archive.track(consult, node, part, file, span))
        except MediaError as error:
            raise _mapped(error) from None

    def check(self, consult: str) -> ResponseReturnValue:
        if self._finished(consult).deleted_at is not None:
            raise RecordingGone()
        self._note(consult, Use.CHECK)
        self._centre.archive.keep(consult)
        self._centre.archive.check(consult)
        return redirect(url_for("recordings.page", consult=consult), 303)

    def make_file(self, consult: str) -> ResponseReturnValue:
        self._finished(consult)
        node = self._home(consult)
        try:
            return jsonify(self._centre.archive.client.make_file(node, consult)), 202
        except MediaError as error:
            raise _mapped(error) from None

    def file_state(self, consult: str) -> ResponseReturnValue:
        self._finished(consult)
        try:
            return jsonify(self._centre.archive.client.file_state(self._home(consult), consult))
        except NotThere:
            return jsonify({"state": "none", "progress": 0.0, "failure": None, "bytes": None})
        except MediaError as error:
            raise _mapped(error) from None

    def cancel_file(self, consult: str) -> ResponseReturnValue:
        self._finished(consult)
        try:
            self._centre.archive.client.cancel_file(self._home(consult), consult)
        except MediaError as error:
            raise _mapped(error) from None
        return Response(status=204)

    def file(self, consult: str) -> ResponseReturnValue:
        """The one file of the recording, to keep."""
        self._note(consult, Use.FILE)
        client, span = self._centre.archive.client, request.headers.get("Range")
        try:
            answer = _stream(client.open_file(self._home(consult), consult, span))
        except MediaError as error:
            raise _mapped(error) from None
        answer.headers["Content-Disposition"] = f'attachment; filename="{consult}.mkv"'
        return answer

    def _home(self, consult: str) -> str:
        """The node that holds most of a recording; with a shared folder each holds all."""
        parts = [part.node for part in self._centre.archive.find(consult)]
        return self._centre.archive.nodes[max(set(parts), key=parts.count)]

    def _finished(self, consult: str) -> Recording:
        with self._centre.database.reading() as work:
            return archive.finished(work, consult)[1]

    def _note(self, consult: str, what: Use) -> None:
        with self._centre.database.transaction() as work:
            archive.finished(work, consult)
            archive.used(work, consult, session["staff"], what)

    def _admit(self, consult: str, ticket: str) -> None:
        try:
            held = self._tickets.loads(ticket, max_age=TICKET_SECONDS)
        except SignatureExpired:
            raise TicketOver() from None
        except BadData:
            raise NotFound() from None
        if held != [consult, session["staff"]]:
            raise NotFound()


def _stream(answer: requests.Response) -> Response:
    response = Response(pieces(answer), answer.status_code)
    for name in PASSED_ON:
        if name in answer.headers:
            response.headers[name] = answer.headers[name]
    return response


def _mapped(error: MediaError) -> Exception:
    if isinstance(error, NotThere):
        return RecordingGone()
    if isinstance(error, BadRange):
        return RangeRefused()
    return FileBusy() if isinstance(error, ExportBusy) else ArchiveAway()
