"""Forgetting a visit that was recorded: what may go is deleted, what must be kept is cut off; the customer reads which."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from branch import clock
from branch.consults import services as consults
from branch.consults.models import Consent, Consult
from branch.recordings import archive
from branch.visits.models import Visit
from tests.web.house import Browser, House, code_of
from tests.web.test_consult import accept, consult_of
from tests.web.test_recorders import house_on, prepare
from tools.ports import free_port

DAYS = 90


@pytest.fixture
def strict(database_file: Path, tmp_path: Path) -> Iterator[House]:
    """A centre where tax may only be talked about on record, and no media node is needed."""
    yield from house_on(database_file, (f"http://127.0.0.1:{free_port()}",), tmp_path)


def talked(house: House, topic: str) -> tuple[str, Browser, str]:
    """A recorded consult that is over and not written down yet; returns it, its customer and the visit."""
    consult, phone = prepare(house, topic)
    accept(house, consult, f"{topic}@maru.example")
    with house.database.transaction() as work:
        found = consults.get_consult(work, consult)
        consults.begin(work, found)
        consults.end(work, found)
    return consult, phone, consult_of(house, consult).visit_id


def due(house: House) -> list[str]:
    with house.database.reading() as work:
        return archive.due(work, DAYS)


def test_a_recording_that_may_go_is_deleted_and_nobody_looks_at_it_meanwhile(strict: House) -> None:
    consult, phone, _visit = talked(strict, "products")
    manager = strict.staff("manager@maru.example")
    assert "녹화도 함께 지워요" in phone.get("/visit").text
    assert manager.get(f"/manager/recordings/{consult}").status_code == 200
    assert due(strict) == []
    phone.post("/visit/forget")
    assert "녹화도 지금 지우고 있어요" in phone.get("/visit/forgotten").text
    assert due(strict) == [consult]
    gone = manager.get(f"/manager/recordings/{consult}")
    assert (gone.status_code, code_of(gone)) == (404, "page.not_found")
    assert consult not in manager.get("/manager/recordings").text
    with strict.database.transaction() as work:
        archive.proved(
            work, consult, {"room": consult, "parts": [], "files": 0, "bytes": 0, "deleted_at": ""}
        )
        archive.deleted(work, consult)
    with strict.database.reading() as work:
        _, recording = archive.finished(work, consult)
        assert recording.deletion, "the proof stays to be shown"
    assert due(strict) == []


def test_a_recording_that_must_be_kept_leads_to_nobody_any_more(strict: House) -> None:
    consult, phone, visit = talked(strict, "tax")
    page = phone.get("/visit").text
    assert "꼭 남겨야 하는 상담 녹화는" in page
    phone.post("/visit/forget")
    told = phone.get("/visit/forgotten").text
    last = (clock.now() + timedelta(days=DAYS)).astimezone(ZoneInfo("Asia/Seoul"))
    assert f"{last.year}년 {last.month}월 {last.day}일까지 은행 안에 두고" in told
    assert "모두 지웠어요" not in told, "that would not be true"
    kept = consult_of(strict, consult)
    assert kept.visit_id != visit
    assert due(strict) == []
    with strict.database.reading() as work:
        assert list(work.scalars(select(Consult.id).where(Consult.visit_id == visit))) == []
        consents = list(work.scalars(select(Consent).where(Consent.consult_id == consult)))
        assert {consent.visit_id for consent in consents} == {kept.visit_id}, "what it rests on goes along"
        alone = work.get_one(Visit, kept.visit_id)
        assert alone.forgotten_at is not None
        archive.finished(work, consult)


def test_what_is_written_down_after_the_forgetting_is_not_kept(strict: House) -> None:
    consult, phone, _visit = talked(strict, "tax")
    phone.post("/visit/forget")
    with strict.database.transaction() as work:
        consults.close(work, consults.get_consult(work, consult), "증여 신고를 함께 준비하기로 했어요.")
    assert (consult_of(strict, consult).state, consult_of(strict, consult).agreed) == ("closed", None)
