"""Telling who is not looking: their turn is near, they were called, they were missed. Once each, also over a restart."""

import threading
from dataclasses import dataclass

import structlog
from flask import Flask
from flask_babel import force_locale, gettext
from flask_socketio import SocketIO
from sqlalchemy.orm import Session

from branch import clock
from branch.bus import Bus, Fact
from branch.database import Database
from branch.notices.models import NoticeKind
from branch.notices.services import NEAR, Channels, channels_of, claim, drop_push, tidy
from branch.people.models import Desk
from branch.tickets.models import Ticket, TicketState
from branch.tickets.services import latest_ticket
from branch.visits.models import Visit
from signaling.board import Standing, read_board
from signaling.names import desk_name
from signaling.reactions import STALE
from web.notifier import Notifier, NotSent
from web.push import Pusher, PushFailed, Target, Unsubscribed

log = structlog.get_logger()
TIDY_EVERY = 60.0  # seconds
NEXT = "%(number)s번이 다음 차례예요. 지점으로 와 주세요."
TO_DESK = "%(number)s번을 불렀어요. %(desk)s 앞으로 와 주세요."
WORDS: dict[str, str] = {
    NoticeKind.NEAR: "%(number)s번 앞에 %(count)s명 남았어요. 지점으로 와 주세요.",
    NoticeKind.CALLED: "%(number)s번을 불렀어요. 창구로 와 주세요.",
    NoticeKind.MISSED: "%(number)s번을 불렀지만 못 만났어요. 지금 오시면 먼저 모실게요.",
}
OF_STATE = {TicketState.CALLED: NoticeKind.CALLED, TicketState.NO_SHOW: NoticeKind.MISSED}


@dataclass(frozen=True)
class Due:
    """One notice, claimed and in its reader's language: of a ticket or an appointment.

    A push opens `path`; a message ends with `link`, the whole address.
    """

    about: str
    kind: NoticeKind
    text: str
    channels: Channels
    path: str = "/visit"
    link: str = ""


class Notices:
    """Looks at a branch's line whenever a ticket there has moved; without any channel it does nothing."""

    def __init__(
        self,
        app: Flask,
        socketio: SocketIO,
        database: Database,
        pusher: Pusher | None,
        notifier: Notifier | None,
    ) -> None:
        self._app = app
        self._socketio = socketio
        self._database = database
        self.pusher = pusher
        self.notifier = notifier
        self._turn = threading.Lock()

    def listen(self, bus: Bus) -> None:
        """React to what was committed."""
        if self.pusher is not None or self.notifier is not None:
            bus.subscribe("*", self._react)

    def keep_tidy(self) -> None:
        """Forget for ever, once a minute, where notices went whose tickets are over."""
        while True:
            self._socketio.sleep(TIDY_EVERY)
            try:
                with self._database.transaction() as work:
                    tidy(work)
            except Exception:
                log.exception("contacts stay for now")

    def _react(self, fact: Fact) -> None:
        if fact.kind.startswith("ticket.") and clock.now() - fact.at < STALE:
            self._socketio.start_background_task(self._look, fact.visit)

    def _look(self, visit_id: str) -> None:
        """One look at a time: what a look finds due is claimed before the next one begins."""
        try:
            with self._turn, self._app.app_context():
                due = self._due(visit_id)
            for notice in due:
                self.say(notice)
        except Exception:
            log.exception("notices failed", visit=visit_id)

    def _due(self, visit_id: str) -> list[Due]:
        """Whose turn is near in the branch, and what became of the ticket that moved."""
        with self._database.reading() as work:
            visit, moved = work.get_one(Visit, visit_id), latest_ticket(work, visit_id)
            board = read_board(work, visit.branch_id)
            near: list[tuple[Ticket | Standing, NoticeKind, int]] = [
                (standing, NoticeKind.NEAR, board.wait_of(standing).ahead)
                for standing in board.line
                if board.wait_of(standing).ahead <= NEAR
            ]
            kind = OF_STATE.get(TicketState(moved.state)) if moved else None
            wanted = [*near, *([(moved, kind, 0)] if moved and kind else [])]
            asking = [row for row in wanted if channels_of(work, row[0].visit_id)]
        return [due for row in asking if (due := self._claimed(*row))]

    def _claimed(self, ticket: Ticket | Standing, kind: NoticeKind, ahead: int) -> Due | None:
        with self._database.transaction() as work:
            if not claim(work, ticket.id, kind):
                return None
            language = work.get_one(Visit, ticket.visit_id).language
            channels = channels_of(work, ticket.visit_id)
            desk = _desk_of(work, ticket)
        return Due(ticket.id, kind, _words(kind, language, ticket.number, ahead, desk), channels)

    def say(self, due: Due) -> None:
        """Send a notice wherever its reader wished for it; what cannot be sent is logged."""
        for push in due.channels.pushes:
            self._push(due, push.digest, Target(push.endpoint, push.p256dh, push.auth))
        if due.channels.phone is not None and self.notifier is not None:
            try:
                self.notifier.send(due.channels.phone, f"{due.text} {due.link}".strip())
            except NotSent as error:
                log.warning("message not sent", about=due.about, reason=str(error))
        log.info("notice given", about=due.about, kind=str(due.kind))

    def _push(self, due: Due, digest: str, target: Target) -> None:
        if self.pusher is None:
            return
        try:
            self.pusher.send(target, "마루", due.text, due.kind, due.path)
        except Unsubscribed:
            with self._database.transaction() as work:
                drop_push(work, digest)
        except PushFailed as error:
            log.warning("push not sent", about=due.about, reason=str(error))


def _desk_of(work: Session, ticket: Ticket | Standing) -> str | None:
    """The name of the desk that called; those who still stand in the line have none."""
    desk = work.get(Desk, ticket.desk_id) if isinstance(ticket, Ticket) and ticket.desk_id else None
    return desk.name if desk else None


def _words(kind: NoticeKind, language: str, number: str, ahead: int, desk: str | None) -> str:
    """The notice in its reader's language: where to, when a desk has called, and no "0 ahead"."""
    where = desk_name(desk, language) if desk else ""
    sentence = WORDS[kind]
    if kind == NoticeKind.NEAR and ahead == 0:
        sentence = NEXT
    elif kind == NoticeKind.CALLED and where:
        sentence = TO_DESK
    with force_locale(language):
        return str(gettext(sentence, number=number, count=ahead, desk=where))
