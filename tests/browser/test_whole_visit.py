"""One visit, end to end: kiosk, QR, phone, expert on live video, recording, score and note."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from sqlalchemy import select

from branch.consults.models import Consult
from branch.database import Database
from branch.surveys.models import Survey
from branch.visits.models import Visit
from consult.recording.inspect import TrackReport, read_tracks
from tests.browser.people import Advisor, KioskVisitor, PhoneVisitor
from tests.running import Maru
from tests.waiting import until

pytestmark = pytest.mark.browser

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
