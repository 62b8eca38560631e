"""One visit through real sockets and real RTP, with its races, restarts and lost connections."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.running import Maru
from tests.scenarios.people import Surfer, Talker
from tests.scenarios.story import (
    asks_for_expert,
    at_the_kiosk,
    carries_on_by_phone,
    claims,
    code_on_screen,
    kinds_at_centre,
    kinds_at_hub,
    newest_visit,
    signed_in,
    takes_quiz,
    takes_ticket,
)
from tests.waiting import until
from tools.layout import plans

pytestmark = pytest.mark.scenario


def last_centre(maru: Maru) -> int:
    """The other web process where there are two."""
    return len(maru.layout.centre_ports) - 1


def test_the_whole_visit(maru: Maru) -> None:
    kiosk = at_the_kiosk(maru)
    takes_quiz(kiosk)
    number = takes_ticket(kiosk)
    phone = carries_on_by_phone(maru, kiosk)
    advisor = signed_in(maru, "tax@maru.example", last_centre(maru))
    desk = advisor.listen("/staff")
    consult = asks_for_expert(phone)
    ear = phone.listen("/customer")
    desk.hears("waiting.changed", lambda waiting: consult in [one["id"] for one in waiting])
    answer = desk.says("consult.accept", consult=consult)
    assert answer["ok"], answer
    assert answer["consult"]["ticket"]["number"] == number
    assert answer["consult"]["type"]["name"]
    ear.hears("consult.changed", lambda view: view["state"] == "accepted")

    with Talker(phone, consult) as customer, Talker(advisor, consult) as expert:
        for talker in (customer, expert):
            talker.waits_for_media()
        for side in (ear, desk):
            assert side.says("media.state", consult=consult, state="connected")["ok"]
        ear.hears("consult.changed", lambda view: view["state"] == "live")
        expert.join()
        for talker in (customer, expert):
            talker.waits_for_media()
        assert ear.says("consult.end", consult=consult)["ok"]
    desk.hears("consult.changed", lambda mine: mine["state"] == "ended")
    assert desk.says("consult.close", consult=consult, agreed="서류를 준비해 다시 만나요.")["ok"]
    view = ear.hears("consult.changed", lambda view: view["state"] == "closed")
    assert view["agreed"] == "서류를 준비해 다시 만나요."
    assert phone.call("POST", f"/api/consults/{consult}/survey", {"score": 10, "note": "고맙습니다"}).ok
    visit = newest_visit(maru)
    assert kinds_at_centre(maru, visit)[-3:] == ["consult.ended", "consult.closed", "survey.answered"]
    tracks = {path.name for path in maru.recordings.glob(f"{consult}/*/*.mkv")}
    assert {f"{who}-{kind}.mkv" for who in ("customer", "advisor") for kind in ("audio", "video")} <= tracks
    ear.close()
    desk.close()


def test_of_two_advisors_one_wins_and_the_other_is_told_why(maru: Maru) -> None:
    phone = carries_on_by_phone(maru, at_the_kiosk(maru))
    desks = [
        signed_in(maru, login, centre).listen("/staff")
        for login, centre in (("tax@maru.example", 0), ("products@maru.example", last_centre(maru)))
    ]
    consult = asks_for_expert(phone)
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda desk: desk.says("consult.accept", consult=consult), desks))
    assert sorted(answer["ok"] for answer in answers) == [False, True]
    loser = next(answer for answer in answers if not answer["ok"])
    assert loser["error"] == {"code": "consult.taken", "message": "다른 분이 먼저 이 상담에 들어왔어요."}
    winner = desks[[answer["ok"] for answer in answers].index(True)]
    assert winner.says("consult.end", consult=consult)["ok"]
    assert winner.says("consult.close", consult=consult, agreed="다시 연락드리기로 했어요.")["ok"]
    for desk in desks:
        desk.close()


def test_the_branch_lives_without_the_centre(maru: Maru) -> None:
    centres = [name for name in ("centre", "centre-1", "centre-2") if name in names(maru)]
    kiosk = at_the_kiosk(maru)
    maru.processes.stop(*centres)
    takes_quiz(kiosk)
    number = takes_ticket(kiosk)
    slip = until(
        lambda: next(iter(sorted(maru.spool.glob("*.escpos"), key=lambda p: p.stat().st_mtime)), None),
        "a slip",
    )
    assert slip.stat().st_size > 1000
    visit = newest_visit(maru)
    for name in centres:
        maru.restart(name)
    told = kinds_at_hub(maru, visit)
    assert "ticket.issued" in told
    until(lambda: kinds_at_centre(maru, visit)[: len(told)] == told, "the centre to learn everything", 40)
    phone = carries_on_by_phone(maru, kiosk)
    assert number in phone.open("/visit").text


def test_a_web_process_restarts_in_the_middle_of_a_call(maru: Maru) -> None:
    first = next(name for name in ("centre", "centre-1") if name in names(maru))
    phone = carries_on_by_phone(maru, at_the_kiosk(maru))
    advisor = signed_in(maru, "realestate@maru.example")
    desk = advisor.listen("/staff")
    consult = asks_for_expert(phone, "realestate", recording=False)
    assert desk.says("consult.accept", consult=consult)["ok"]
    with Talker(phone, consult) as customer, Talker(advisor, consult) as expert:
        customer.waits_for_media()
        maru.processes.kill(first)
        for talker in (customer, expert):
            talker.waits_for_media()
        desk.heard.clear()
        maru.restart(first)
        desk.hears("snapshot", lambda snapshot: snapshot["mine"] and snapshot["mine"]["id"] == consult)
        customer.join()
        for talker in (customer, expert):
            talker.waits_for_media()
        assert desk.says("consult.end", consult=consult)["ok"]
    assert desk.says("consult.close", consult=consult, agreed="매매 계약서를 함께 보기로 했어요.")["ok"]
    assert not any(maru.recordings.glob(f"{consult}/**/*.mkv"))
    desk.close()


def test_what_is_not_theirs_and_not_an_offer_is_refused_by_name(maru: Maru) -> None:
    phone = carries_on_by_phone(maru, at_the_kiosk(maru))
    stranger = carries_on_by_phone(maru, at_the_kiosk(maru), last_centre(maru))
    advisor = signed_in(maru, "tax@maru.example")
    desk = advisor.listen("/staff")
    consult = asks_for_expert(phone)
    assert desk.says("consult.accept", consult=consult)["ok"]
    media = f"/api/consults/{consult}/media"
    for who, body, status, code in (
        (stranger, "v=0", 409, "consult.taken"),
        (phone, "this is no SDP", 400, "media.bad_offer"),
        (phone, "v=0\r\n" + "a=x\r\n" * 60_000, 413, None),
    ):
        answer = who.call("POST", media, body, "application/sdp")
        assert answer.status_code == status, (code, answer.text)
        assert code is None or answer.json()["code"] == code
    score = phone.call("POST", f"/api/consults/{consult}/survey", {"score": 11, "note": ""})
    assert (score.status_code, score.json()["code"]) == (400, "survey.bad_score")
    assert desk.says("consult.end", consult=consult)["ok"]
    assert desk.says("consult.close", consult=consult, agreed="여기까지 이야기했어요.")["ok"]
    desk.close()


def test_a_code_opens_one_phone_only(maru: Maru) -> None:
    kiosk = at_the_kiosk(maru)
    code = code_on_screen(maru, kiosk)
    first, second = Surfer(maru.centre()), Surfer(maru.centre(last_centre(maru)))
    assert claims(first, code) == "/visit"
    assert claims(second, code) == f"/v/{code}"
    assert "code.used" in second.body


def names(maru: Maru) -> set[str]:
    """The names of the running processes."""
    return {plan.name for plan in plans(maru.layout)}
