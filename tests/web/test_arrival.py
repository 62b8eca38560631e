"""Arriving by code or link, and leaving a kiosk."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from branch import clock, ids
from branch.handoff.models import HandoffCode
from branch.link import commands
from branch.visits.models import Visit
from tests.web.house import House, code_of, page_data


def test_a_code_opens_its_visit_in_its_language(house: House) -> None:
    browser = house.browser()
    code = house.code("en")
    answer = browser.claim(code)
    assert (answer.status_code, answer.location) == (303, "/visit")
    assert 'lang="en"' in browser.get("/visit").text
    with house.database.reading() as work:
        assert work.get_one(Visit, browser.held("visit")).origin == "kiosk"


def test_looking_at_a_code_uses_nothing_up(house: House) -> None:
    code = house.code()
    assert "data-submit-now" in house.browser().get(f"/v/{code}").text
    assert house.browser().claim(code).status_code == 303


def test_the_branch_hears_that_its_code_was_claimed(house: House) -> None:
    code = house.code()
    house.browser().claim(code)
    with house.database.reading() as work:
        (command,) = commands.outstanding(work, "seongsu")
    assert command.kind == "code.claimed"
    assert command.payload["digest"] == ids.digest(code)


def test_a_typed_code_forgives_case_dashes_and_look_alikes(house: House) -> None:
    code = house.code()
    assert house.browser().claim(f"{code[:4].lower()}-{code[4:].replace('0', 'o')}").status_code == 303


def test_an_unknown_code_is_not_found(house: House) -> None:
    answer = house.browser().claim("00000000")
    assert (answer.status_code, code_of(answer)) == (404, "code.unknown")
    assert "키오스크에서 새 QR" in answer.text


def test_a_used_code_is_gone_for_others(house: House) -> None:
    code = house.code()
    house.browser().claim(code)
    answer = house.browser().claim(code)
    assert (answer.status_code, code_of(answer)) == (410, "code.used")


def test_the_phone_that_used_a_code_may_scan_it_again(house: House) -> None:
    code = house.code()
    browser = house.browser()
    browser.claim(code)
    visit = browser.held("visit")
    assert browser.get(f"/v/{code}").location == "/visit"
    assert browser.claim(code).location == "/visit"
    assert browser.held("visit") == visit


def test_an_expired_code_is_gone(house: House) -> None:
    code = house.code()
    with house.database.transaction() as work:
        work.execute(update(HandoffCode).values(expires_at=clock.now() - timedelta(seconds=1)))
    answer = house.browser().claim(code)
    assert (answer.status_code, code_of(answer)) == (410, "code.expired")


def test_a_code_guessed_a_thousand_times_is_not_found(house: House) -> None:
    house.code()
    browsers = [house.browser(f"10.1.0.{number}") for number in range(40)]
    answers = [browsers[guess % 40].claim(ids.new_code()) for guess in range(1000)]
    assert {answer.status_code for answer in answers} == {404, 429}
    assert sum(answer.status_code == 404 for answer in answers) <= 300
    assert code_of(answers[-1]) == "input.too_often"


def test_one_address_may_not_guess_on(house: House) -> None:
    browser = house.browser()
    statuses = [browser.claim(ids.new_code()).status_code for _ in range(11)]
    assert statuses == [404] * 10 + [429]
    assert house.browser("10.0.0.2").claim(house.code()).status_code == 303


def test_at_the_kiosk_a_code_leads_to_the_topics_on_the_kiosk_surface(house: House) -> None:
    browser = house.browser()
    code = house.code()
    arriving = browser.get(f"/v/{code}?at=kiosk")
    assert 'class="surface-kiosk"' in arriving.text
    assert "/static/kiosk.js" in arriving.text
    assert browser.claim(code, at="kiosk").location == "/consult"
    page = browser.get("/consult")
    assert 'class="surface-kiosk"' in page.text
    assert page_data(page)["idle"]["warning"] >= 20
    consult = browser.request_consult()
    told = page_data(browser.get(f"/consult/{consult}"))
    assert (told["at"], told["leaveUrl"]) == ("kiosk", "/done")


def test_a_topic_tapped_at_the_kiosk_is_not_asked_again(house: House) -> None:
    browser = house.browser()
    code = house.code()
    arriving = browser.get(f"/v/{code}?at=kiosk&topic=tax&contrast=high&zoom=150&other=x")
    assert f'action="/v/{code}?at=kiosk&amp;topic=tax&amp;contrast=high&amp;zoom=150"' in arriving.text
    claimed = browser.claim(code, at="kiosk", topic="tax", contrast="high", zoom="150")
    assert claimed.location.startswith("/consult/")
    page = browser.get(claimed.location)
    assert 'data-contrast="high" data-zoom="150"' in page.text
    browser.get("/done")
    assert browser.held("contrast") is None


def test_a_look_nobody_offers_uses_no_code_up(house: House) -> None:
    browser = house.browser()
    code = house.code()
    assert code_of(browser.claim(code, at="kiosk", zoom="900")) == "input.bad"
    assert browser.claim(code, at="kiosk", topic="gold").location == "/consult"


def test_done_leaves_nothing_in_the_kiosks_browser(house: House) -> None:
    browser = house.browser()
    browser.claim(house.code(), at="kiosk")
    answer = browser.get("/done")
    assert answer.location == "http://kiosk.example:8100/leave"
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert browser.client.get_cookie("maru_web") is None
    assert browser.held("visit") is None
    assert code_of(browser.get("/visit")) == "access.denied"


def test_a_kiosks_script_is_told_where_to_go_instead_of_being_sent(house: House) -> None:
    browser = house.browser()
    browser.claim(house.code(), at="kiosk")
    answer = browser.call("/done")
    assert answer.json == {"to": "http://kiosk.example:8100/leave"}
    assert "Clear-Site-Data" in answer.headers


def test_done_does_not_sign_staff_out(house: House) -> None:
    browser = house.staff("tax@maru.example")
    browser.claim(house.code(), at="kiosk")
    assert "Clear-Site-Data" not in browser.get("/done").headers
    assert browser.get("/advisor").status_code == 200


def test_a_link_without_a_code_opens_a_visit_of_its_own(house: House) -> None:
    browser = house.browser()
    assert "data-submit-now" in browser.get("/").text
    assert browser.post("/").location == "/visit"
    browser.post("/")
    assert browser.get("/").location == "/visit"
    with house.database.reading() as work:
        assert work.scalars(select(Visit.origin)).all() == ["phone"]


def test_links_cannot_fill_the_database(house: House) -> None:
    statuses = [house.browser().post("/").status_code for _ in range(12)]
    assert statuses.count(303) == 10
    assert statuses[-1] == 429
    with house.database.reading() as work:
        assert work.scalar(select(func.count()).select_from(Visit)) == 10


@pytest.mark.parametrize("token", ["", "nonsense"])
def test_a_form_without_its_token_claims_nothing(house: House, token: str) -> None:
    code = house.code()
    answer = house.browser().client.post(f"/v/{code}", data={"csrf_token": token})
    assert (answer.status_code, code_of(answer)) == (400, "csrf.failed")
    assert house.browser().claim(code).status_code == 303


def test_contrast_and_zoom_of_a_kiosk_are_kept_and_go_with_the_visit(house: House) -> None:
    browser = house.browser()
    browser.claim(house.code(), at="kiosk")
    assert browser.post("/tools", contrast="high", zoom="150").status_code == 204
    page = browser.get("/consult").text
    assert 'data-contrast="high"' in page
    assert 'data-zoom="150"' in page
    assert browser.post("/tools", zoom="900").status_code == 400
    browser.post("/done")
    assert browser.held("contrast") is None
    assert browser.held("zoom") is None


def test_a_code_opened_at_a_kiosk_has_the_branchs_bell(house: House) -> None:
    assert "/help" in house.browser().get(f"/v/{house.code()}?at=kiosk").text
    assert "/help" not in house.browser().get(f"/v/{house.code()}").text
