"""Steps that several scenarios share, told as what people do."""

import re

from sqlalchemy import select

from branch import ids
from branch.database import Database
from branch.handoff.models import HandoffCode
from branch.visits.models import VisitEvent
from tests.running import Maru
from tests.scenarios.people import Surfer
from tests.waiting import until

QUESTIONS = 12


def at_the_kiosk(maru: Maru) -> Surfer:
    """Somebody who has touched the kiosk and chosen Korean."""
    return at_the_kiosk_of(maru.layout.hub_url)


def at_the_kiosk_of(hub: str) -> Surfer:
    """The same at the hub of one branch among several."""
    kiosk = Surfer(hub)
    kiosk.open("/language")
    kiosk.submit("/language", language="ko")
    return kiosk


def takes_quiz(kiosk: Surfer) -> None:
    """Answer every question with the first choice."""
    kiosk.open("/quiz")
    kiosk.submit("/quiz")
    for question in range(1, QUESTIONS + 1):
        kiosk.submit(f"/quiz/{question}", answer="0")
    assert kiosk.path == "/quiz/result", kiosk.path


def takes_ticket(kiosk: Surfer, service: str = "deposits") -> str:
    """Take a number; returns it as shown on the screen."""
    kiosk.open("/ticket")
    kiosk.submit("/ticket", service=service)
    found = re.search(r'class="ticket-number"[^>]*>\s*([A-Z]-\d{3})', kiosk.body)
    assert found, kiosk.path
    return found[1]


def code_on_screen(maru: Maru, kiosk: Surfer) -> str:
    """The hand-off code as the kiosk shows it, once the centre knows it: asking too early counts as guessing."""
    found = re.search(r"/v/([0-9A-Z]{8})", kiosk.open("/phone").text)
    assert found, kiosk.body
    until(lambda: _knows(maru, found[1]), "the centre to know the code")
    return found[1]


def _knows(maru: Maru, code: str) -> bool:
    database = Database(maru.layout.centre_database)
    with database.reading() as session:
        known = session.get(HandoffCode, ids.digest(code)) is not None
    database.close()
    return known


def carries_on_by_phone(maru: Maru, kiosk: Surfer, centre: int = 0) -> Surfer:
    """The same visit on a phone, at one of the centre's processes."""
    code = code_on_screen(maru, kiosk)
    phone = Surfer(maru.centre(centre))
    assert claims(phone, code) == "/visit", phone.body
    return phone


def claims(phone: Surfer, code: str) -> str:
    """Open what the QR says; returns where that led: the visit, or the page that explains why not."""
    phone.open(f"/v/{code}")
    phone.submit(f"/v/{code}")
    return phone.path


def signed_in(maru: Maru, login: str, centre: int = 0) -> Surfer:
    """An advisor with the console open, at one of the centre's processes."""
    advisor = Surfer(maru.centre(centre))
    path = maru.sign_in_path(login)
    advisor.open(path)
    advisor.submit(path)
    assert advisor.path == "/advisor", advisor.path
    return advisor


def asks_for_expert(phone: Surfer, topic: str = "tax", *, recording: bool = True) -> str:
    """Topic, consent, device check; the consult then waits. Returns its id."""
    phone.open("/consult")
    phone.submit("/consult", topic=topic)
    consult = phone.path.rpartition("/")[2]
    consent = {"recording": recording, "text_version": phone.page["consent"]["version"]}
    assert phone.call("POST", f"/api/consults/{consult}/consent", consent).ok
    assert phone.call("POST", f"/api/consults/{consult}/ready").ok
    return consult


def kinds_at_centre(maru: Maru, visit: str) -> list[str]:
    """The kinds of everything the centre knows of a visit, in order of time."""
    return _kinds(maru.layout.centre_database, visit)


def kinds_at_hub(maru: Maru, visit: str) -> list[str]:
    """The kinds of everything the hub knows of a visit."""
    return _kinds(maru.layout.hub_database, visit)


def newest_visit(maru: Maru) -> str:
    """The visit that was opened last at the hub."""
    database = Database(maru.layout.hub_database)
    with database.reading() as session:
        newest = select(VisitEvent.visit_id).where(VisitEvent.kind == "visit.opened")
        visit = session.scalars(newest.order_by(VisitEvent.at.desc()).limit(1)).one()
    database.close()
    return visit


def _kinds(url: str, visit: str) -> list[str]:
    database = Database(url)
    with database.reading() as session:
        kinds = list(
            session.scalars(
                select(VisitEvent.kind).where(VisitEvent.visit_id == visit).order_by(VisitEvent.at)
            )
        )
    database.close()
    return kinds
