"""The centre's pages as people meet them: every screen of a visit in both languages, and the pages that say no."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser

from tests.browser.centre import barriers, korean_words, new_code
from tests.browser.people import CONSOLE, PHONE, Advisor, Person, PhoneVisitor
from tests.running import Maru

pytestmark = pytest.mark.browser

LOCALES = {"ko": "ko-KR", "en": "en-US"}


@dataclass
class Critic:
    """Looks at each screen and remembers what is wrong with it."""

    language: str
    faults: list[str] = field(default_factory=list)

    def looks_at(self, person: Person, screen: str) -> None:
        """Hangul on an English screen, and what keeps people with disabilities out of it."""
        if self.language == "en" and (words := korean_words(person.page)):
            self.faults.append(f"{screen}: Korean words {sorted(words)}")
        self.faults.extend(f"{screen}: {barrier}" for barrier in barriers(person.page))
        if left := person.page.locator("#app > .quiet-wait").count():
            self.faults.append(f"{screen}: {left} sentence(s) from before the page was drawn")


@pytest.fixture
def advisor(maru: Maru, office: Browser) -> Iterator[Advisor]:
    somebody = Advisor(office)
    somebody.signs_in(maru.centre() + maru.sign_in_path("tax@maru.example"))
    yield somebody
    somebody.leave()


@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_screen_of_a_visit_speaks_its_language_and_shuts_nobody_out(
    maru: Maru, browser: Browser, advisor: Advisor, language: str
) -> None:
    critic, console = Critic(language), Critic("ko")
    phone = PhoneVisitor(browser)
    phone.opens(f"{maru.centre()}/v/{new_code(maru, language)}")
    critic.looks_at(phone, "visit")
    consult = walks_to_the_line(phone, critic)
    console.looks_at(advisor, "console with somebody waiting")
    advisor.accepts(consult)
    for person in (phone, advisor):
        person.waits_for_live_media()
    critic.looks_at(phone, "call")
    console.looks_at(advisor, "console in a call")
    phone.act("end")
    critic.looks_at(phone, "asked whether to end")
    phone.act("end-confirm")
    phone.page.locator("[data-screen=ended]").wait_for()
    critic.looks_at(phone, "ended")
    advisor.page.locator("textarea[name=agreed]").wait_for()
    console.looks_at(advisor, "console, writing")
    advisor.writes("Bring the papers next week.")
    walks_out(phone, critic)
    phone.leave()
    assert critic.faults + console.faults == []


def walks_to_the_line(phone: PhoneVisitor, critic: Critic) -> str:
    """Topics, consent, device check, devices, waiting room; returns the consult."""
    phone.page.goto(phone.page.url.replace("/visit", "/consult"))
    critic.looks_at(phone, "topics")
    phone.tap('.choice[value="tax"]')
    phone.page.wait_for_url("**/consult/*")
    phone.page.locator("[data-action=agree]").wait_for()
    critic.looks_at(phone, "consent")
    phone.act("agree")
    phone.page.locator("[data-action=ready]:not([disabled])").wait_for()
    critic.looks_at(phone, "device check")
    phone.act("devices")
    critic.looks_at(phone, "devices")
    phone.page.keyboard.press("Escape")
    phone.act("ready")
    phone.page.locator("[data-screen=waiting]").wait_for()
    critic.looks_at(phone, "waiting room")
    return phone.page.url.rpartition("/")[2]


def walks_out(phone: PhoneVisitor, critic: Critic) -> None:
    """What was agreed, the question, thanks, and the visit page afterwards."""
    phone.page.locator("[data-screen=agreed]").wait_for()
    critic.looks_at(phone, "agreed")
    phone.act("to-survey")
    critic.looks_at(phone, "question")
    phone.tap('.score[data-score="9"]')
    phone.act("send-survey")
    phone.page.locator("[data-screen=thanks]").wait_for()
    critic.looks_at(phone, "thanks")
    phone.act("leave")
    phone.page.wait_for_url("**/visit")
    critic.looks_at(phone, "visit afterwards")


@pytest.mark.parametrize(
    ("language", "said", "next_step"),
    [
        (
            "ko",
            {
                "unknown": "이 코드를 찾을 수 없어요",
                "used": "이미 쓴 QR이에요",
                "expired": "10분이 지나 QR이 닫혔어요",
            },
            "키오스크에서 새 QR을 받아 주세요.",
        ),
        (
            "en",
            {
                "unknown": "We do not know this code",
                "used": "already used",
                "expired": "Ten minutes have passed",
            },
            "Please get a new",
        ),
    ],
)
def test_a_code_that_opens_nothing_says_why_and_what_to_do(
    maru: Maru, browser: Browser, language: str, said: dict[str, str], next_step: str
) -> None:
    first, late = PhoneVisitor(browser), Person(browser, PHONE, LOCALES[language])
    codes = {"unknown": "ZZZZ2222", "used": new_code(maru), "expired": new_code(maru, expired=True)}
    first.opens(f"{maru.centre()}/v/{codes['used']}")
    critic = Critic(language)
    for why, code in codes.items():
        late.page.goto(f"{maru.centre()}/v/{code}")
        late.page.locator(".error").wait_for()
        assert late.page.locator(".error-code").inner_text() == f"code.{why}"
        assert said[why] in late.page.locator("h1").inner_text()
        assert next_step in late.page.locator(".error").inner_text()
        critic.looks_at(late, why)
    late.tap(".thumb-zone .button-main")
    late.page.wait_for_url("**/visit")
    assert critic.faults == []
    for person in (first, late):
        person.leave()


@pytest.mark.parametrize("language", ["ko", "en"])
def test_pages_for_others_and_pages_that_are_not_there(maru: Maru, browser: Browser, language: str) -> None:
    person, critic = Person(browser, PHONE, LOCALES[language]), Critic(language)
    for path, code in {
        "/advisor": "access.denied",
        "/manager": "access.denied",
        "/visit": "access.denied",
        "/nowhere": "page.not_found",
        "/sign-in/guess": None,
    }.items():
        person.page.goto(maru.centre() + path)
        if code is not None:
            assert person.page.locator(".error-code").inner_text() == code
        critic.looks_at(person, path)
    assert critic.faults == []
    person.leave()


def test_staff_come_and_go(maru: Maru, office: Browser) -> None:
    critic, manager = Critic("ko"), Person(office, CONSOLE)
    manager.page.goto(maru.centre() + maru.sign_in_path("manager@maru.example"))
    critic.looks_at(manager, "sign-in")
    manager.tap("form .button-main")
    manager.page.wait_for_url("**/manager")
    critic.looks_at(manager, "manager")
    manager.leave()
    advisor = Advisor(office)
    advisor.signs_in(maru.centre() + maru.sign_in_path("products@maru.example"))
    critic.looks_at(advisor, "console, nobody there")
    advisor.act("sign-out")
    advisor.page.wait_for_url(re.compile(r"/sign-out$"))
    critic.looks_at(advisor, "signed out")
    advisor.page.goto(f"{maru.centre()}/advisor")
    assert advisor.page.locator(".error-code").inner_text() == "access.denied"
    assert critic.faults == []
    advisor.leave()
