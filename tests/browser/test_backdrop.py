"""Hiding the room behind a person: what leaves the advisor's browser is the bank's own picture."""

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.people import Advisor, PhoneVisitor
from tests.running import Maru
from tests.standing import otherwise
from tests.waiting import until

pytestmark = [pytest.mark.browser, pytest.mark.alone]

# The colour at a place of the remote picture, as red, green and blue; Chromium's own fake camera is green all over.
COLOUR = """() => {
  const video = document.querySelector("video[data-video=remote]");
  if (!video || video.videoWidth < 3) return null;
  const canvas = Object.assign(document.createElement("canvas"), { width: 16, height: 9 });
  const context = canvas.getContext("2d");
  context.drawImage(video, 0, 0, 16, 9);
  return Array.from(context.getImageData(5, 2, 1, 1).data.slice(0, 3));
}"""


def is_paper(page: Page) -> bool:
    """Whether the picture is light, as the bank's wall is, and not the camera's green."""
    colour: list[int] | None = page.evaluate(COLOUR)
    return colour is not None and min(colour) > 150


def test_the_customer_sees_the_banks_room_and_then_the_real_one(
    maru: Maru, browser: Browser, office: Browser
) -> None:
    # Two shared cores are no advisor's machine: a frame may take as long as it does.
    with otherwise(maru, "centre", MARU_CENTRE_BACKDROP_FRAME_MS="60000"):
        sees_one_room_and_then_the_other(maru, PhoneVisitor(browser), Advisor(office))


def sees_one_room_and_then_the_other(maru: Maru, phone: PhoneVisitor, advisor: Advisor) -> None:
    advisor.signs_in(maru.centre() + maru.sign_in_path("tax@maru.example"))
    choice = advisor.page.locator("[data-field=backdrop]")
    choice.select_option("bank")
    advisor.page.locator("[data-field=backdrop][data-shown=bank]").wait_for()
    phone.page.goto(f"{maru.centre()}/")
    phone.page.wait_for_url("**/visit")
    advisor.accepts(phone.asks_for_expert("tax"))
    for person in (phone, advisor):
        person.waits_for_live_media()
    until(lambda: is_paper(phone.page), "the bank's room on the customer's screen")
    advisor.act("devices")
    choice.select_option("none")
    until(lambda: not is_paper(phone.page), "the advisor's own room on the customer's screen")
    for person in (phone, advisor):
        person.leave()


def test_a_machine_that_is_too_slow_says_so(maru: Maru, office: Browser) -> None:
    with otherwise(maru, "centre", MARU_CENTRE_BACKDROP_FRAME_MS="1"):
        advisor = Advisor(office)
        advisor.signs_in(maru.centre() + maru.sign_in_path("tax@maru.example"))
        advisor.page.locator("[data-field=backdrop]").select_option("blur")
        advisor.sees("이 기기에서는 화면이 끊길 수 있어 배경을 바꾸지 않았어요.")
        assert advisor.page.locator("[data-field=backdrop]").input_value() == "none"
        advisor.leave()
