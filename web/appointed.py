"""What the clock does to appointments with experts: who is there, whose time has come, whom to remind, who did not come."""

from collections.abc import Callable, Iterable

import structlog
from flask import Flask
from flask_babel import force_locale, gettext
from flask_socketio import SocketIO
from sqlalchemy import select
from sqlalchemy.orm import Session

from branch import clock
from branch.appointments import meeting
from branch.appointments.expert_models import ExpertAppointment
from branch.appointments.links import secret_of
from branch.consults.models import Consult, ConsultState
from branch.consults.there import seen, topics_there
from branch.content.appointments import ExpertRules
from branch.content.catalogue import Catalogue, in_language
from branch.database import Database
from branch.notices import appointments as contacts
from branch.notices.models import NoticeKind
from branch.people.models import Branch, Role, Staff
from branch.visits.models import Visit
from signaling import rooms
from signaling.bookings import local_time
from web.notices import Due, Notices
from web.settings import CentreSettings

log = structlog.get_logger()
LOOK_EVERY = 10.0  # seconds
WORDS: dict[NoticeKind, str] = {
    NoticeKind.SOON: "%(time)s에 %(topic)s 상담이 있어요. 시간이 되면 예약 화면에서 들어와 주세요.",
    NoticeKind.MISSED: "%(time)s %(topic)s 상담에서 못 만났어요. 괜찮아요. 새 시간을 예약하실 수 있어요.",
}


class Appointed:
    """Looks every few seconds; several processes may, since whatever is told once is claimed first.

    `on_turn` is called with the topics whose lines look different now.
    """

    def __init__(
        self,
        app: Flask,
        socketio: SocketIO,
        database: Database,
        catalogue: Catalogue,
        settings: CentreSettings,
        notices: Notices,
        on_turn: Callable[[Iterable[str]], None],
    ) -> None:
        self._app = app
        self._socketio = socketio
        self._database = database
        self._catalogue = catalogue
        self._settings = settings
        self._notices = notices
        self._on_turn = on_turn
        self._looked_at = clock.now()
        self._there: frozenset[str] = frozenset()

    def keep_looking(self) -> None:
        """Look for ever."""
        while True:
            self._socketio.sleep(LOOK_EVERY)
            try:
                self.look()
            except Exception:
                log.exception("appointments wait for the next look")

    def look(self) -> None:
        """One look: doing it again changes nothing."""
        self._look_at_consoles()
        self._look_at_lines()
        with self._app.app_context():
            for due in self._due():
                self._notices.say(due)

    def _look_at_consoles(self) -> None:
        """Advisors whose console is connected to this process are there; the others say so in theirs."""
        here = self._socketio.server.manager.rooms.get("/staff", {})
        with self._database.transaction() as work:
            advisors = work.scalars(select(Staff.id).where(Staff.role == Role.ADVISOR))
            seen(work, [advisor for advisor in advisors if rooms.staff(advisor) in here])
            there = topics_there(work)
        before, self._there = self._there, there
        self._on_turn(before ^ there)

    def _look_at_lines(self) -> None:
        """The lines in which somebody's booked time has come since the last look."""
        now = clock.now()
        with self._database.reading() as work:
            turned = select(Consult.topic).where(
                Consult.state == ConsultState.WAITING,
                Consult.first_from > self._looked_at,
                Consult.first_from <= now,
            )
            topics = set(work.scalars(turned))
        self._looked_at = now
        self._on_turn(topics)

    def _due(self) -> list[Due]:
        """Whom to remind, and who did not come: each is told once, where they wished for it."""
        rules = self._rules
        with self._database.transaction() as work:
            told = [
                *((each, NoticeKind.SOON) for each in meeting.due_reminders(work, rules)),
                *((each, NoticeKind.MISSED) for each in meeting.look(work, rules)),
            ]
            due = [self._notice(work, each, kind) for each, kind in told]
            contacts.tidy(work)
            return [notice for notice in due if notice.channels]

    def _notice(self, work: Session, appointment: ExpertAppointment, kind: NoticeKind) -> Due:
        visit = work.get_one(Visit, appointment.visit_id)
        time = local_time(appointment.starts_at, work.get_one(Branch, visit.branch_id))
        topic = self._catalogue.topics.get(appointment.topic)
        name = in_language(topic.name, visit.language) if topic else appointment.topic
        with force_locale(visit.language):
            text = gettext(WORDS[kind], time=f"{time:%H:%M}", topic=name)
        return Due(
            appointment.id, kind, text, contacts.channels_of(work, appointment.id), *self._ways(appointment)
        )

    def _ways(self, appointment: ExpertAppointment) -> tuple[str, str]:
        """The page of an appointment, and its whole address where it is known how phones reach the centre."""
        secret = secret_of(self._settings.secret_key.get_secret_value(), appointment)
        if secret is None:
            return "/visit", ""
        outside = self._settings.public_url.rstrip("/")
        return f"/e/{secret}", f"{outside}/e/{secret}" if outside else ""

    @property
    def _rules(self) -> ExpertRules:
        return self._catalogue.appointments.experts
