"""Whole consults over lines of every kind, and with Firefox: the pages say how it stands, and come back by themselves."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

import pytest
from playwright.sync_api import Browser

from tests.browser.centre import new_code
from tests.browser.people import PHONE, Advisor, Caller, PhoneVisitor
from tests.network.firefox import Firefox, running_firefox
from tests.network.front import Network
from tests.network.link import CUT, GOOD, Conditions
from tests.running import Maru
from tests.standing import as_in_the_morning, otherwise
from tests.waiting import until

pytestmark = [pytest.mark.browser, pytest.mark.alone]

THREAD = Conditions(rate=80_000, delay=0.03)
"""Room for a voice and for no picture."""
TWO_VOICES = Conditions(rate=170_000, delay=0.03)
"""Room for two voices and not for two pictures."""
PICTURE_OFF = "연결이 느려 내 영상을 잠시 껐어요. 목소리는 그대로 들려요. 나아지면 저절로 켜져요."
RECEIVED = (
    "maruCall.stats().then((sample) => [sample.received.video.framesDecoded, sample.received.audio.packets])"
)
OF_PLACE = """(place) => maruCall.stats(place).then(({ received }) =>
  [received.video.framesDecoded, received.audio.packets, received.audio.lost])"""
VOICE = "maruCall.stats().then((sample) => sample.received.audio)"


@dataclass
class Call:
    """A customer on a phone and an advisor, and the lines between them and the node."""

    maru: Maru
    lines: Network
    phone: PhoneVisitor
    advisor: Advisor

    def is_live(self) -> None:
        """Both see and hear each other."""
        for person in (self.phone, self.advisor):
            person.waits_for_live_media()


@pytest.fixture(scope="module")
def call(small: Maru, browser: Browser, office: Browser) -> Iterator[Call]:
    with (
        Network(small.layout.media_urls[0]) as lines,
        otherwise(as_in_the_morning(small), "centre", MARU_CENTRE_MEDIA_NODES=json.dumps([lines.url])),
    ):
        made = meeting(small, lines, browser, office)
        yield made
        for person in (made.phone, made.advisor):
            person.leave()


def meeting(maru: Maru, lines: Network, browser: Browser, office: Browser) -> Call:
    """Bring both into one consult."""
    phone, advisor = PhoneVisitor(browser), Advisor(office)
    phone.opens(f"{maru.centre()}/v/{new_code(maru)}")
    advisor.signs_in(maru.centre() + maru.sign_in_path("tax@maru.example"))
    advisor.accepts(phone.asks_for_expert("tax"))
    call = Call(maru, lines, phone, advisor)
    call.is_live()
    return call


def test_an_outage_is_told_to_both_and_heals_by_itself(call: Call) -> None:
    call.lines.link("customer").becomes(CUT)
    call.phone.sees("연결을 다시 잇고 있어요. 잠시만 기다려 주세요.")
    call.advisor.sees("상대방 연결을 다시 잇고 있어요.")
    call.lines.link("customer").becomes(GOOD)
    call.is_live()
    for person in (call.phone, call.advisor):
        person.page.locator(".call-message").wait_for(state="detached")
    assert call.lines.joins["advisor"] == 1, "the other side had to join anew"


def test_on_a_thread_of_a_line_the_picture_gives_way_to_the_voice_and_comes_back(call: Call) -> None:
    line = call.lines.link("customer")
    line.becomes(THREAD, GOOD)
    # The browser's own estimate of the line falls in steps of seconds.
    call.phone.page.get_by_text(PICTURE_OFF).first.wait_for(timeout=60_000)
    call.advisor.sees("지금은 상대방 목소리만 이어지고 있어요.")
    before = call.advisor.page.evaluate(VOICE)
    until(
        lambda: call.advisor.page.evaluate(VOICE)["packets"] > before["packets"] + 100, "two seconds of voice"
    )
    after = call.advisor.page.evaluate(VOICE)
    lost, heard = (after[kind] - before[kind] for kind in ("lost", "packets"))
    assert lost <= heard / 20, "the voice is torn"
    line.becomes(GOOD)
    call.is_live()
    call.phone.page.get_by_text(PICTURE_OFF).wait_for(state="detached")


def test_of_three_the_one_on_a_thin_line_hears_both_and_sees_whom_it_carries(
    call: Call, browser: Browser
) -> None:
    companion = comes_along(call, browser)
    phone, line = call.phone.page, call.lines.link("customer")
    until(lambda: everyone(call)[1][0] > 10, "the companion's picture")
    line.becomes(GOOD, TWO_VOICES)
    tile = phone.locator(".call-tile[data-seat='2']")
    tile.get_by_text("지금은 목소리만").wait_for()
    phone.get_by_text("지금은 상대방 목소리만 이어지고 있어요.").first.wait_for()
    before = everyone(call)
    until(
        lambda: all(now[1] > then[1] + 150 for now, then in zip(everyone(call), before, strict=True)),
        "both voices",
    )
    for (_, heard, lost), (_, heard_before, lost_before) in zip(everyone(call), before, strict=True):
        assert lost - lost_before <= (heard - heard_before) / 20, "a voice is torn"
    call.advisor.waits_for_live_media()
    line.becomes(GOOD)
    before = everyone(call)
    until(
        lambda: all(now[0] > then[0] + 10 for now, then in zip(everyone(call), before, strict=True)),
        "both pictures",
    )
    tile.get_by_text("지금은 목소리만").wait_for(state="detached")
    companion.leave()


def comes_along(call: Call, browser: Browser) -> Caller:
    """Somebody whom the advisor invites as the customer's companion."""
    call.advisor.act("invite")
    call.advisor.page.locator("input[name=guest-name]").fill("박서연")
    call.advisor.act("send-invitation")
    companion = Caller(browser, PHONE)
    companion.page.goto(call.advisor.page.locator("[data-invitation]").input_value(), wait_until="commit")
    for action in ("agree", "ready"):
        companion.tap(f"[data-action={action}]:not([disabled])")
    return companion


def everyone(call: Call) -> list[tuple[int, int, int]]:
    """Of advisor and companion, what the customer's browser has got: pictures shown, packets of voice, those lost."""
    return [tuple(call.phone.page.evaluate(OF_PLACE, place)) for place in (0, 1)]


def test_the_self_test_names_what_is_in_the_way(call: Call) -> None:
    lines, page = call.lines, call.phone.context.new_page()
    page.goto(urljoin(call.phone.page.url, "/selftest"))
    page.locator("[data-verdict=pass]").wait_for()
    lines.link("visitor").becomes(CUT)
    page.locator("[data-action=again]").click()
    page.locator("[data-verdict=fail] [data-check=direct][data-result=fail]").wait_for()
    assert page.locator("[data-check=node]").get_attribute("data-result") == "pass"
    lines.link("visitor").becomes(GOOD)
    node, lines.target = lines.target, ""
    page.locator("[data-action=again]").click()
    page.locator("[data-verdict=fail] [data-check=node][data-result=fail]").wait_for()
    lines.target = node
    page.close()


def test_a_customer_with_chromium_and_an_advisor_with_firefox_meet(
    call: Call, browser: Browser, tmp_path: Path
) -> None:
    call.phone.ends_call()
    call.lines.direct.add("advisor")
    with running_firefox(tmp_path) as firefox:
        phone = PhoneVisitor(browser)
        phone.opens(f"{call.maru.centre()}/v/{new_code(call.maru)}")
        sign_in(firefox, call.maru)
        consult = phone.asks_for_expert("realestate")
        firefox.tap(f'.wait[data-consult="{consult}"] [data-action=accept]')
        phone.waits_for_live_media()
        until(lambda: firefox.evaluate("window.maruCall?.state") == "live", "the call is live in Firefox")
        until(lambda: all(count > 25 for count in firefox.evaluate(RECEIVED)), "Firefox sees and hears")
        phone.leave()


def sign_in(firefox: Firefox, maru: Maru) -> None:
    """The advisor for real estate comes to the console."""
    firefox.goto(maru.centre() + maru.sign_in_path("realestate@maru.example"))
    firefox.tap("form .button-main")
    until(lambda: firefox.evaluate("document.querySelector('.console') !== null"), "the console in Firefox")
