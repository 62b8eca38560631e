"""The self-test: its page for customers and staff, and its way to a media node."""

from __future__ import annotations

import pytest

from tests.web.house import Browser, House, code_of, page_data

OFFER = "v=0\r\n"


def test_each_is_led_back_to_their_own_page(house: House) -> None:
    backs = {
        page_data(browser.get("/selftest"))["backUrl"]
        for browser in (
            house.customer(),
            house.staff("tax@maru.example"),
            house.staff("manager@maru.example"),
        )
    }
    assert backs == {"/visit", "/advisor", "/manager"}


def test_who_checks_before_a_consult_is_led_back_into_it(house: House) -> None:
    phone = house.customer()
    consult = phone.request_consult()
    assert page_data(phone.get("/selftest"))["backUrl"] == f"/consult/{consult}"


@pytest.mark.parametrize("path", ["/selftest", "/api/selftest/media"])
def test_a_stranger_is_let_in_nowhere(house: House, path: str) -> None:
    stranger = house.browser()
    answer = stranger.get(path) if path == "/selftest" else stranger.send(path, OFFER, "application/sdp")
    assert answer.status_code == 403


def test_a_media_node_that_is_away_is_told_by_its_code(house: House) -> None:
    answer = house.customer().send("/api/selftest/media", OFFER, "application/sdp")
    assert (answer.status_code, code_of(answer)) == (503, "media.unreachable")


def test_what_is_no_offer_is_refused(house: House) -> None:
    phone: Browser = house.customer()
    assert code_of(phone.call("/api/selftest/media", {})) == "input.bad"


def test_a_kiosks_self_test_asks_whether_somebody_is_there_and_leads_back(house: House) -> None:
    kiosk = house.browser()
    kiosk.claim(house.code(), at="kiosk")
    consult = kiosk.request_consult()
    page = kiosk.get("/selftest")
    told = page_data(page)
    assert (told["at"], told["backUrl"], told["helpUrl"]) == ("kiosk", f"/consult/{consult}", "/visit/help")
    assert told["idle"]["seconds"] > 0
    assert "/static/kiosk.js" in page.text
    assert 'id="idle"' in page.text
    phone = house.customer().get("/selftest")
    assert 'id="app"' in phone.text
    assert "/static/kiosk.js" not in phone.text
