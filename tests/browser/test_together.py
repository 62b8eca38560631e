"""Three people in one call, each with a Chromium of their own: invited by link, seen and heard by both others."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Playwright

from tests.browser.centre import new_code
from tests.browser.people import CONSOLE, PHONE, Advisor, Caller, PhoneVisitor, launch
from tests.running import Maru
from tests.waiting import until

pytestmark = pytest.mark.browser

NAME = "박서연"
Three = tuple[PhoneVisitor, Advisor, Caller]


@pytest.fixture(scope="module")
def home(playwright: Playwright) -> Iterator[Browser]:
    """The companion's Chromium."""
    chromium = launch(playwright)
    yield chromium
    chromium.close()


@pytest.fixture
def three(browser: Browser, office: Browser, home: Browser) -> Iterator[Three]:
    people = PhoneVisitor(browser), Advisor(office), Caller(home, PHONE)
    yield people
    for person in people:
        person.leave()


def received(person: Caller, place: int) -> tuple[int, int]:
    """Frames and audio packets of whoever is at this place among the others."""
    sample = person.page.evaluate("(place) => window.maruCall?.stats(place)", place)
    return (
        (sample["received"]["video"]["framesDecoded"], sample["received"]["audio"]["packets"])
        if sample
        else (0, 0)
    )


def waits_for_both(people: Three) -> None:
    """Return once everybody sees and hears both others, and goes on doing so."""
    before = {(person, place): received(person, place) for person in people for place in (0, 1)}

    def more() -> bool:
        now = {key: received(*key) for key in before}
        return all(now[key][0] > was[0] + 3 and now[key][1] > was[1] + 20 for key, was in before.items())

    until(more, "each of the three to see and hear both others", 40)


def talking(maru: Maru, phone: PhoneVisitor, advisor: Advisor) -> str:
    """A call of two; returns the consult."""
    phone.opens(f"{maru.centre()}/v/{new_code(maru)}")
    advisor.signs_in(maru.centre() + maru.sign_in_path("tax@maru.example"))
    consult = phone.asks_for_expert("tax")
    advisor.accepts(consult)
    for person in (phone, advisor):
        person.waits_for_live_media()
    return consult


def invites(advisor: Advisor, role: str) -> str:
    """The advisor makes a link; returns it."""
    advisor.act("invite")
    advisor.page.locator(f"input[name=guest-role][value={role}]").check()
    advisor.page.locator("input[name=guest-name]").fill(NAME)
    advisor.act("send-invitation")
    return advisor.page.locator("[data-invitation]").input_value()


def test_a_companion_joins_by_a_link_and_all_three_see_and_hear_each_other(
    maru: Maru, three: Three, home: Browser
) -> None:
    phone, advisor, companion = three
    talking(maru, phone, advisor)
    link = invites(advisor, "interpreter")
    phone.sees(NAME)
    companion.page.goto(link)
    companion.act("agree")
    companion.page.locator("[data-action=ready]:not([disabled])").wait_for()
    companion.act("ready")
    waits_for_both(three)
    phone.page.locator("[data-recording]").wait_for()
    tile = phone.page.locator(".call-tile[data-pinned] video")
    assert tile.evaluate("(video) => getComputedStyle(video).objectFit") == "contain"

    stranger = Caller(home, CONSOLE)
    stranger.page.goto(link)
    stranger.sees("이미 다른 기기에서 들어와 있어요")
    stranger.leave()
    companion.page.reload()
    waits_for_both(three)

    companion.act("end")
    companion.act("end-confirm")
    companion.sees("상담에서 나오셨어요")
    phone.sees("잠시 나갔어요")
    advisor.act("remove-guest")
    companion.sees("초대가 끝났어요")
    phone.waits_for_more(phone.hears_and_sees())
    phone.ends_call()
    advisor.writes("함께 이야기를 나누었어요.")
    assert [person.complaints for person in three] == [[], [], []]
