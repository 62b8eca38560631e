"""The code for the phone: one at a time, ten minutes, and said when it was used; the way to an expert."""

import re
from datetime import timedelta

from sqlalchemy import func, select, update

from branch import clock, ids
from branch.handoff.models import HandoffCode
from branch.handoff.services import claim_code
from kiosk.app import Process
from tests.kiosk.people import Visitor


def codes(process: Process) -> int:
    with process.hub.database.reading() as session:
        return session.scalar(select(func.count()).select_from(HandoffCode)) or 0


def test_every_screen_shows_the_same_code_while_it_is_good(process: Process, visitor: Visitor) -> None:
    page = visitor.reads("/phone")
    code = str(visitor.cookie["code"])
    assert f"{code[:4]} {code[4:]}" in page
    assert f"/v/{code}" in page
    assert "이어지면 쓸 수 있어요" in page  # no centre runs here
    visitor.takes_quiz()
    visitor.reads("/quiz/result")
    assert visitor.cookie["code"] == code
    assert codes(process) == 1


def test_the_picture_is_drawn_only_while_there_is_a_code(visitor: Visitor) -> None:
    assert visitor.client.get("/qr.svg").status_code == 410
    visitor.reads("/phone")
    picture = visitor.client.get("/qr.svg")
    assert picture.mimetype == "image/svg+xml"
    assert picture.headers["Cache-Control"] == "no-store"
    assert b"<path" in picture.data
    assert "Set-Cookie" not in picture.headers


def test_a_claimed_code_says_that_the_phone_has_it(process: Process, visitor: Visitor) -> None:
    visitor.reads("/phone")
    with process.hub.database.transaction() as session:
        claim_code(session, str(visitor.cookie["code"]))
    page = visitor.reads("/phone")
    assert "휴대폰으로 이어졌어요" in page
    assert "<img" not in re.sub(r"<script.*", "", page, flags=re.DOTALL)
    first = visitor.cookie["code"]
    assert visitor.goes("/phone") == "/phone"
    assert visitor.cookie["code"] != first


def test_an_old_code_is_replaced_by_a_new_one(process: Process, visitor: Visitor) -> None:
    visitor.reads("/phone")
    old = str(visitor.cookie["code"])
    with process.hub.database.transaction() as session:
        session.execute(
            update(HandoffCode)
            .where(HandoffCode.digest == ids.digest(old))
            .values(expires_at=clock.now() - timedelta(seconds=1))
        )
    assert visitor.client.get("/qr.svg").status_code == 410
    assert old not in visitor.reads("/phone")
    assert visitor.cookie["code"] != old


def test_codes_are_not_given_out_without_end(visitor: Visitor) -> None:
    answers = [visitor.sends("/phone") for _ in range(12)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused, "twelve new codes a minute were given out"
    assert refused[0].get_json()["code"] == "input.too_often"


def test_an_expert_out_of_reach_is_said_and_the_visit_stays(visitor: Visitor) -> None:
    assert visitor.goes("/expert", topic="tax") == "/expert/unreachable"
    page = visitor.reads("/expert/unreachable")
    assert "지금은 전문가와 이어지지 않아요" in page
    assert 'href="/ticket"' in page
    visitor.reads("/menu")
