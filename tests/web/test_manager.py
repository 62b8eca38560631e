"""The manager's page: scores, and each beside the facts of its consult."""

from branch.consults import services as consults
from branch.people.models import Branch
from tests.web.house import House
from tests.web.test_consult import finish


def answered(house: House, score: int, note: str = "") -> None:
    phone = house.customer()
    consult = phone.stand_in_line()
    finish(house, consult)
    phone.call(f"/api/consults/{consult}/survey", {"score": score, "note": note})
    with house.database.transaction() as work:
        consults.close(work, consults.get_consult(work, consult), "정리했어요.")


def test_an_empty_branch_says_so(house: House) -> None:
    assert "아직 상담이 없어요" in house.staff("manager@maru.example").get("/manager").text


def test_scores_and_facts_stand_side_by_side(house: House) -> None:
    for score, note in ((10, ""), (9, "친절했어요"), (7, ""), (3, "<b>오래 기다렸어요</b>")):
        answered(house, score, note)
    page = house.staff("manager@maru.example").get("/manager").text
    assert "<dd>25</dd>" in page  # two promoters, one detractor, of four
    assert "<dd>4명</dd>" in page
    assert "친절했어요" in page
    assert "&lt;b&gt;오래 기다렸어요" in page
    assert "김세연" in page


def test_each_branch_has_its_own_scores(house: House) -> None:
    answered(house, 9, "친절했어요")
    with house.database.transaction() as work:
        work.add(Branch(id="gangnam", name="마루은행 강남지점", timezone="Asia/Seoul"))
    manager = house.staff("manager@maru.example")
    assert "<td>마루은행 성수지점</td>" in manager.get("/manager").text
    assert "친절했어요" in manager.get("/manager?branch=seongsu").text
    elsewhere = manager.get("/manager?branch=gangnam").text
    assert "친절했어요" not in elsewhere
    assert "<dd>0명</dd>" in elsewhere
    assert manager.get("/manager?branch=nowhere").status_code == 404


def test_staff_choose_the_language_they_read(house: House) -> None:
    manager = house.staff("manager@maru.example")
    answer = manager.post("/staff/language", language="en", back="/manager/statistics?branch=all")
    assert (answer.status_code, answer.location) == (303, "/manager/statistics?branch=all")
    assert "<h1>Statistics" in manager.get(answer.location).text
    for elsewhere in ("//evil.example/", "/\\evil.example", "https://evil.example/", ""):
        assert manager.post("/staff/language", language="ko", back=elsewhere).location == "/manager"
    assert manager.post("/staff/language", language="xx").status_code == 400
    advisor = house.staff("tax@maru.example")
    assert advisor.post("/staff/language", language="en").location == "/advisor"
    assert '<html lang="en"' in advisor.get("/advisor").text
