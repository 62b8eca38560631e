"""What the processes write down of a visit: facts with the ids of visit and consult, and nothing about the person."""

from pathlib import Path

import pytest
from sqlalchemy import select

from branch.database import Database
from branch.people.models import Staff
from tests.running import Maru
from tests.scenarios.people import Surfer
from tests.scenarios.story import (
    asks_for_expert,
    at_the_kiosk,
    claims,
    code_on_screen,
    newest_visit,
    signed_in,
    takes_quiz,
    takes_ticket,
)

pytestmark = pytest.mark.scenario

WRONG_CODE = "WRNG2345"
AGREED = "둘째 따님 결혼 자금을 먼저 떼어 두기로 했어요."
NOTE = "제 번호 010-1234-5678로 꼭 전화해 주세요."


def test_no_log_tells_who_came_or_what_was_said(maru: Maru) -> None:
    kiosk = at_the_kiosk(maru)
    takes_quiz(kiosk)
    number, code = takes_ticket(kiosk), code_on_screen(maru, kiosk)
    phone = Surfer(maru.centre())
    assert claims(phone, code) == "/visit"
    assert claims(Surfer(maru.centre()), WRONG_CODE) == f"/v/{WRONG_CODE}"
    consult = asks_for_expert(phone)
    advisor = signed_in(maru, "tax@maru.example")
    link = maru.sign_in_path("tax@maru.example")
    advisor.open(link)
    desk = advisor.listen("/staff")
    assert desk.says("consult.accept", consult=consult)["ok"]
    assert (
        phone.call("POST", f"/api/consults/{consult}/media", "this is no SDP", "application/sdp").status_code
        == 400
    )
    assert desk.says("consult.end", consult=consult)["ok"]
    assert desk.says("consult.close", consult=consult, agreed=AGREED)["ok"]
    desk.close()
    assert phone.call("POST", f"/api/consults/{consult}/survey", {"score": 2, "note": NOTE}).ok
    written = logs(maru)
    assert consult in written
    assert newest_visit(maru) in written
    secrets = {
        number,
        code,
        WRONG_CODE,
        AGREED,
        NOTE,
        "010-1234-5678",
        link.rpartition("/")[2],
        "127.0.0.1 - -",
    }
    assert {secret for secret in secrets | staff_names(maru) if secret in written} == set()


def logs(maru: Maru) -> str:
    """Everything that all processes have written so far."""
    files = [path for path in Path(maru.layout.state / "logs").rglob("*") if path.is_file()]
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


def staff_names(maru: Maru) -> set[str]:
    database = Database(maru.layout.centre_database)
    with database.reading() as session:
        names = set(session.scalars(select(Staff.name)))
    database.close()
    assert names
    return names
