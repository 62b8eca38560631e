"""A call under the small accidents of a day: cut lines, reloads, second windows, and an advisor who uses the keyboard."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import func, select

from branch.consults.models import Consent, Consult
from branch.database import Database
from tests.browser.centre import new_code
from tests.browser.people import Advisor, Caller, PhoneVisitor
from tests.running import Maru
from tests.standing import at_work, put_away
from tests.waiting import until

pytestmark = [pytest.mark.browser, pytest.mark.alone]

AGREED = "서류를 준비해 다시 이야기하기로 했어요."
NO_NODE = "영상을 잇는 곳에 연결하지 못했어요."
SAID = ".call-message, .call-waiting, .call-return"
# The microphone itself, in reach of a hand that its page knows nothing of.
KEEP_TRACKS = """() => {
  const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  window.taken = [];
  navigator.mediaDevices.getUserMedia = async (wanted) => {
    const stream = await open(wanted);
    window.taken.push(...stream.getAudioTracks());
    return stream;
  };
}"""


@dataclass
class Meeting:
    """A customer, an advisor, and the consult between them."""

    maru: Maru
    consult: str
    phone: PhoneVisitor
    advisor: Advisor

    @property
    def people(self) -> tuple[Caller, Caller]:
        return self.phone, self.advisor

    def is_live(self) -> None:
        """Both see and hear each other."""
        for person in self.people:
            person.waits_for_live_media()

    def stored(self) -> Consult:
        database = Database(self.maru.layout.centre_database)
        with database.reading() as session:
            consult = session.get_one(Consult, self.consult)
        database.close()
        return consult


@pytest.fixture
def waiting(maru: Maru, browser: Browser, office: Browser) -> Iterator[Meeting]:
    """The customer stands in line, the advisor sees it."""
    phone, advisor = PhoneVisitor(browser), Advisor(office)
    phone.opens(f"{maru.centre()}/v/{new_code(maru)}")
    advisor.signs_in(maru.centre() + maru.sign_in_path("tax@maru.example"))
    consult = phone.asks_for_expert("tax")
    advisor.page.locator(f'.wait[data-consult="{consult}"]').wait_for()
    yield Meeting(maru, consult, phone, advisor)
    for person in (phone, advisor):
        person.leave()
    with at_work(maru.layout.centre_database) as session:
        put_away(session, session.get_one(Consult, consult))


@pytest.fixture
def call(waiting: Meeting) -> Meeting:
    """Both see and hear each other."""
    waiting.advisor.accepts(waiting.consult)
    waiting.is_live()
    return waiting


def test_a_customer_in_line_is_told_of_a_cut_line_and_keeps_the_place(waiting: Meeting) -> None:
    phone = waiting.phone
    phone.context.set_offline(True)
    phone.sees("연결을 다시 잇고 있어요. 화면은 그대로 두셔도 돼요.")
    phone.context.set_offline(False)
    phone.page.locator("[data-line=open]").wait_for()
    phone.page.locator("[role=alert]").wait_for(state="detached")
    assert phone.page.locator("[data-fact=place]").inner_text() == "1번째"
    phone.act("cancel")
    phone.act("cancel-confirm")
    phone.page.locator("[data-screen=cancelled]").wait_for()
    waiting.advisor.page.locator(f'.wait[data-consult="{waiting.consult}"]').wait_for(state="detached")


@pytest.mark.parametrize("cut", ["phone", "advisor"])
def test_who_loses_only_the_line_to_the_centre_is_still_seen_and_heard(call: Meeting, cut: str) -> None:
    away, other = (call.phone, call.advisor) if cut == "phone" else (call.advisor, call.phone)
    streams = [remote_stream(person.page) for person in call.people]
    before = other.hears_and_sees()
    away.context.set_offline(True)
    away.page.locator("[data-line=broken]").wait_for()
    # Longer than the centre waits before it tells the other side.
    until(lambda: other.hears_and_sees()["audio"] > before["audio"] + 300, "six seconds of sound")
    assert other.page.locator(SAID).all_inner_texts() == []
    away.context.set_offline(False)
    away.page.locator("[data-line=open]").wait_for()
    call.is_live()
    assert [remote_stream(person.page) for person in call.people] == streams, "the call was made anew"


def test_hanging_up_without_a_line_says_so_and_the_call_goes_on(call: Meeting) -> None:
    call.phone.context.set_offline(True)
    call.phone.page.locator("[data-line=broken]").wait_for()
    call.phone.ends_call()
    call.phone.sees("인터넷 연결을 확인해 주세요.")
    assert not call.phone.page.locator("dialog").is_visible()
    call.phone.context.set_offline(False)
    call.phone.page.locator(SAID).wait_for(state="detached")
    call.phone.ends_call()
    call.phone.page.locator("[data-screen=ended]").wait_for()


def test_a_dead_media_node_is_told_to_both_and_healed_by_its_return(call: Meeting) -> None:
    call.maru.processes.kill("media")
    for person in call.people:
        person.sees("연결을 다시 잇고 있어요. 잠시만 기다려 주세요.")
    for person in call.people:
        person.sees(NO_NODE)
    for person in call.people:
        person.act("retry")
    for person in call.people:
        person.sees(NO_NODE)
    call.maru.restart("media")
    call.is_live()
    for person in call.people:
        person.page.locator(SAID).wait_for(state="detached")
    assert call.stored().state == "live"


def test_without_a_media_node_an_accepted_customer_gets_a_sentence_and_a_retry(waiting: Meeting) -> None:
    waiting.maru.processes.stop("media")
    waiting.advisor.accepts(waiting.consult)
    for person in waiting.people:
        person.page.locator(".call-waiting [data-action=retry]").wait_for()
        person.sees(NO_NODE)
        assert not person.page.locator("[data-recording]").is_visible(), "nothing is recorded yet"
    waiting.maru.restart("media")
    waiting.is_live()
    for person in waiting.people:
        person.page.locator("[data-recording]").wait_for()


def test_a_reload_in_line_keeps_place_and_consent(waiting: Meeting) -> None:
    since = waiting.stored().waiting_since
    waiting.phone.page.reload()
    waiting.phone.page.locator("[data-screen=waiting]").wait_for()
    assert waiting.phone.page.locator("[data-fact=place]").inner_text() == "1번째"
    assert (waiting.stored().waiting_since, consents(waiting)) == (since, 1)


def test_a_reload_in_the_call_rejoins_without_asking_anything(call: Meeting) -> None:
    began = call.stored().live_at
    call.phone.page.reload()
    call.phone.page.locator("[data-screen=call]").wait_for()
    call.is_live()
    stored = call.stored()
    assert (stored.state, stored.live_at, consents(call)) == ("live", began, 1)


def test_microphone_and_camera_off_and_on_keep_the_call(call: Meeting) -> None:
    streams = [remote_stream(person.page) for person in call.people]
    for person, other in ((call.phone, call.advisor), (call.advisor, call.phone)):
        for control in ("mute", "camera"):
            person.act(control)
            person.page.locator(f"[data-action={control}][data-off]").wait_for()
        person.sees("카메라 꺼짐")
        other.sees("상대방 마이크가 꺼져 있어요.")
        other.waits_for_more({**other.hears_and_sees(), "frames": other.hears_and_sees()["frames"] - 8})
        for control in ("mute", "camera"):
            person.act(control)
            person.page.locator(f"[data-action={control}]:not([data-off])").wait_for()
        other.waits_for_live_media()
        other.page.get_by_text("상대방 마이크가 꺼져 있어요.").wait_for(state="detached")
    assert [remote_stream(person.page) for person in call.people] == streams, "the call was made anew"
    assert call.stored().state == "live"


def test_a_microphone_that_is_off_is_told_anew_after_a_reload_of_either_page(call: Meeting) -> None:
    said = "상대방 마이크가 꺼져 있어요."
    call.phone.act("mute")
    call.advisor.sees(said)
    call.advisor.page.reload()
    call.advisor.sees(said)
    call.phone.page.reload()
    call.advisor.page.get_by_text(said).wait_for(state="detached")


def test_a_microphone_that_a_page_takes_for_on_is_missed_by_the_other(call: Meeting) -> None:
    """A switch on the headset is known to no page."""
    said = "상대방 소리가 들어오지 않아요. 마이크가 꺼져 있을 수 있어요."
    call.phone.page.add_init_script(f"({KEEP_TRACKS})()")
    call.phone.page.reload()
    call.is_live()
    call.phone.page.evaluate("() => taken.forEach((track) => (track.enabled = false))")
    call.advisor.sees(said)
    call.phone.page.evaluate("() => taken.forEach((track) => (track.enabled = true))")
    call.advisor.page.get_by_text(said).wait_for(state="detached")


def test_who_goes_while_the_centre_is_away_is_missed_all_the_same(call: Meeting) -> None:
    call.maru.processes.stop("centre")
    call.phone.page.close()
    call.maru.restart("centre")
    call.advisor.page.locator("[data-line=open]").wait_for()
    call.advisor.sees("상대방 연결을 다시 잇고 있어요.")


def test_another_customer_cannot_enter(call: Meeting, browser: Browser) -> None:
    stranger = PhoneVisitor(browser)
    stranger.opens(f"{call.maru.centre()}/v/{new_code(call.maru)}")
    stranger.page.goto(f"{call.maru.centre()}/consult/{call.consult}")
    stranger.sees("다른 분이 먼저 이 상담에 들어왔어요.")
    assert stranger.page.locator(".error-code").inner_text() == "consult.taken"
    call.is_live()
    stranger.leave()


def test_a_second_window_takes_the_call_and_the_first_says_where_it_went(call: Meeting) -> None:
    first = call.phone.page
    second = call.phone.context.new_page()
    second.goto(first.url)
    first.get_by_text("다른 창에서 이 상담에 참여하고 있어요.").wait_for()
    second.locator("[data-call=live]").first.wait_for()
    second.close()
    call.phone.act("retry")
    call.is_live()


def test_of_two_advisors_at_the_same_moment_the_slower_is_told_why(waiting: Meeting, office: Browser) -> None:
    other = Advisor(office)
    other.signs_in(waiting.maru.centre() + waiting.maru.sign_in_path("products@maru.example"))
    other.page.locator(f'.wait[data-consult="{waiting.consult}"]').wait_for()
    pages = [waiting.advisor.page, other.page]
    moment = pages[0].evaluate("Date.now() + 1500")
    for page in pages:
        page.evaluate(
            """([consult, moment]) => void setTimeout(
                 () => document.querySelector(`.wait[data-consult="${consult}"] [data-action=accept]`).click(),
                 moment - Date.now())""",
            [waiting.consult, moment],
        )
    until(
        lambda: sum(page.locator("[data-problem='consult.taken']").is_visible() for page in pages) == 1,
        "one to lose",
    )
    loser = next(page for page in pages if page.locator("[data-problem]").is_visible())
    assert loser.locator("[data-problem]").inner_text().strip() == "다른 상담사가 먼저 받았어요."
    winner = waiting.advisor if loser is other.page else other
    winner.page.locator("[data-state=accepted], [data-state=live]").first.wait_for()
    other.leave()


def test_the_console_without_a_mouse(waiting: Meeting) -> None:
    page, keys = waiting.advisor.page, waiting.advisor.page.keyboard
    hint = page.locator(".wait .key")
    assert not hint.is_visible()
    keys.down("Alt")
    hint.wait_for()
    assert hint.inner_text() == "1"
    keys.press("1")
    keys.up("Alt")
    page.locator("[data-state=accepted], [data-state=live]").first.wait_for()
    waiting.is_live()
    assert not page.locator(".call-end .key").is_visible()
    keys.press("Alt+m")
    page.locator("[data-action=mute][data-off]").wait_for()
    keys.press("Alt+v")
    page.locator("[data-action=camera][data-off]").wait_for()
    keys.press("Alt+e")
    page.locator("[data-action=end-keep]:focus").wait_for()
    keys.press("Tab")
    keys.press("Enter")
    page.locator("textarea[name=agreed]:focus").wait_for()
    keys.type(AGREED)
    keys.press("Tab")
    keys.press("Enter")
    page.locator("[data-state=idle]").wait_for()
    waiting.phone.sees(AGREED)


def test_what_the_advisor_is_writing_when_the_call_ends_stays_under_the_fingers(call: Meeting) -> None:
    page, keys = call.advisor.page, call.advisor.page.keyboard
    page.locator("textarea[name=agreed]").click()
    keys.type("다음 주 수요")
    call.phone.ends_call()
    page.locator("[data-state=ended]").wait_for()
    keys.type("일에 다시 만나기로 했어요.")
    call.advisor.act("close-consult")
    call.phone.sees("다음 주 수요일에 다시 만나기로 했어요.")


def remote_stream(page: Page) -> str:
    """The id of the stream on the screen; each connection brings another."""
    stream = page.evaluate("document.querySelector('video[data-video=remote]')?.srcObject?.id ?? ''")
    assert re.search(r"\w", stream), "no remote picture"
    return str(stream)


def consents(meeting: Meeting) -> int:
    """How often the customer was asked about the recording."""
    database = Database(meeting.maru.layout.centre_database)
    with database.reading() as session:
        asked = select(func.count(Consent.id)).where(Consent.consult_id == meeting.consult)
        count = session.scalars(asked).one()
    database.close()
    return count
