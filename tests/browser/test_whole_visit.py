"""One visit, end to end: kiosk, QR, phone, expert on live video, recording, score and note; and one that was booked."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from sqlalchemy import select, update

from branch import clock
from branch.appointments.expert_models import ExpertAppointment
from branch.consults import consent
from branch.consults import services as consults
from branch.consults.models import Consult
from branch.database import Database
from branch.surveys.models import Survey
from branch.visits.models import Visit
from branch.visits.services import open_visit
from consult.recording.inspect import TrackReport, read_tracks
from tests.browser.people import Advisor, KioskVisitor, PhoneVisitor
from tests.running import Maru
from tests.waiting import until

pytestmark = [pytest.mark.browser, pytest.mark.alone]

AGREED = "다음 주 수요일까지 증여 계약서를 준비해 다시 이야기하기로 했어요."
NOTE = "천천히 설명해 주셔서 좋았어요."


@pytest.fixture
def people(
    maru: Maru, browser: Browser, office: Browser
) -> Iterator[tuple[KioskVisitor, PhoneVisitor, Advisor]]:
    three = (KioskVisitor(browser, maru.layout.hub_url), PhoneVisitor(browser), Advisor(office))
    yield three
    for person in three:
        person.leave()


def test_a_visit_from_the_kiosk_to_the_answer(
    maru: Maru, people: tuple[KioskVisitor, PhoneVisitor, Advisor]
) -> None:
    kiosk, phone, advisor = people
    kiosk.arrives()
    type_name = kiosk.takes_quiz()
    number = kiosk.takes_ticket()
    phone.opens(kiosk.reads_qr())
    phone.sees(number)
    phone.sees(type_name)
    kiosk.sees("휴대폰으로 이어졌어요")

    advisor.signs_in(maru.centre() + maru.sign_in_path("tax@maru.example"))
    consult = phone.asks_for_expert("tax")
    advisor.accepts(consult)
    for person in (phone, advisor):
        person.waits_for_live_media()
    advisor.sees(type_name)
    advisor.sees(number)

    before = phone.hears_and_sees()
    advisor.page.reload()
    advisor.waits_for_live_media()
    phone.waits_for_more(before)

    phone.ends_call()
    advisor.writes(AGREED)
    phone.sees(AGREED)
    phone.answers(9, NOTE)
    assert stored_answer(maru, consult) == (9, NOTE, AGREED)
    length = call_length(maru, consult)
    for name, tracks in recorded_tracks(maru, consult).items():
        assert all(track.error is None and track.decoded for track in tracks), tracks
        reach = max(track.offset + track.duration for track in tracks) - min(track.offset for track in tracks)
        assert reach > length - 2, f"{name} was recorded for {reach:.1f} of {length:.1f} seconds"
    assert [person.complaints for person in people] == [[], [], []]


def test_without_consent_nothing_is_recorded(
    maru: Maru, people: tuple[KioskVisitor, PhoneVisitor, Advisor]
) -> None:
    kiosk, phone, advisor = people
    kiosk.arrives()
    phone.opens(kiosk.reads_qr())
    advisor.signs_in(maru.centre() + maru.sign_in_path("realestate@maru.example"))
    consult = phone.asks_for_expert("realestate", recording=False)
    advisor.accepts(consult)
    for person in (phone, advisor):
        person.waits_for_live_media()
    phone.ends_call()
    advisor.writes("녹화 없이 이야기를 나누었어요.")
    assert not any(maru.recordings.glob(f"{consult}/**/*.mkv"))


def test_a_booked_time_leads_to_the_front_and_into_the_call(
    maru: Maru, people: tuple[KioskVisitor, PhoneVisitor, Advisor]
) -> None:
    _, phone, advisor = people
    phone.page.goto(f"{maru.centre()}/b/seongsu/expert/products")
    phone.tap("button[name=at]:not([disabled])")
    phone.sees("예약되었어요")
    waiting = somebody_waits(maru, "products")
    agree_on(maru, timedelta(minutes=10, seconds=3))
    phone.page.reload()
    phone.page.locator("[data-action=enter]").wait_for()
    agree_on(maru, timedelta())
    advisor.signs_in(maru.centre() + maru.sign_in_path("products@maru.example"))
    advisor.page.locator('.booking[data-state="booked"]').wait_for()
    phone.act("enter")
    phone.page.wait_for_url("**/consult/*")
    consult = phone.page.url.rpartition("/")[2]
    phone.prepares()
    phone.page.locator('[data-booked="first"]').wait_for()
    advisor.page.locator('.booking[data-state="here"]').wait_for()
    until(lambda: line(advisor) == [consult, waiting], "the booked customer to stand before the other")
    assert "예약" in advisor.page.locator(".wait-reason").first.inner_text()
    advisor.accepts(consult)
    for person in (phone, advisor):
        person.waits_for_live_media()
    phone.ends_call()
    advisor.writes("다음 달에 다시 이야기하기로 했어요.")
    assert [person.complaints for person in (phone, advisor)] == [[], []]


def line(advisor: Advisor) -> list[str]:
    """The consults that wait, as the console lists them."""
    listed = "all => all.map((each) => each.dataset.consult)"
    consults: list[str] = advisor.page.locator(".wait").evaluate_all(listed)
    return consults


def somebody_waits(maru: Maru, topic: str) -> str:
    """Who did not book and has waited for a while; the consult's id."""
    database = Database(maru.layout.centre_database)
    with database.transaction() as session:
        visit = open_visit(session, "seongsu", "phone", "ko").id
        waiting = consults.request(session, visit, topic, "phone")
        consent.answer(session, waiting, "1", "ko", recording=False)
        consults.ready(session, waiting)
    database.close()
    return waiting.id


def agree_on(maru: Maru, ahead: timedelta) -> None:
    """Bring the one appointment that is to come to a moment from now."""
    database = Database(maru.layout.centre_database)
    with database.transaction() as session:
        session.execute(update(ExpertAppointment).values(starts_at=clock.now() + ahead))
    database.close()


def stored_answer(maru: Maru, consult: str) -> tuple[int, str, str | None]:
    """Score and note as they are in the centre's database, and what was agreed."""
    database = Database(maru.layout.centre_database)
    with database.reading() as session:
        survey = session.scalars(select(Survey).where(Survey.consult_id == consult)).one()
        agreed = session.get_one(Consult, consult).agreed
        assert session.get_one(Visit, survey.visit_id).origin == "kiosk"
    database.close()
    return survey.score, survey.note, agreed


def call_length(maru: Maru, consult: str) -> float:
    """Seconds between both people being live and the end of the call."""
    database = Database(maru.layout.centre_database)
    with database.reading() as session:
        row = session.get_one(Consult, consult)
    database.close()
    assert row.live_at is not None
    assert row.ended_at is not None
    return (row.ended_at - row.live_at).total_seconds()


def recorded_tracks(maru: Maru, consult: str) -> dict[str, list[TrackReport]]:
    """Every recorded file of the consult, decoded, by person and kind; a reload continues in a file of its own."""
    folder = maru.recordings / consult
    part = until(lambda: next(iter(sorted(folder.glob("*"))), None), f"a recording in {folder}")
    until(lambda: '"closed"' in manifest(part), "the recording to be finished")
    found = read_tracks(part, decode=True)
    names = [f"{who}-{kind}" for who in ("customer", "advisor") for kind in ("audio", "video")]
    by_name = {name: [track for track in found if track.file.startswith(name)] for name in names}
    assert all(by_name.values()), by_name
    return by_name


def manifest(part: Path) -> str:
    return (part / "manifest.json").read_text(encoding="utf-8")
