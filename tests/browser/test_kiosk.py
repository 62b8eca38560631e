"""The kiosk between two visitors: nothing of the last one is left, nobody is rushed, and a person can be called."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route
from sqlalchemy import select, update

from branch.database import Database
from branch.slips.models import PaperSlip
from branch.tickets.calling import waiting_tickets
from branch.tickets.models import Service, Ticket
from tests.browser import kiosk as on_kiosk
from tests.browser.people import CONSOLE, KioskVisitor, Person, decode
from tests.hardware.helpers import print_on_paper
from tests.running import Maru
from tests.standing import at_work
from tests.waiting import until

pytestmark = pytest.mark.browser

IDLE_MS = 61_000
WARNING_MS = 21_000
LATER_PAGES = ("/menu", "/quiz", "/quiz/1", "/quiz/result", "/ticket", "/ticket/issued", "/phone", "/help")
FORGOTTEN = {"language", "csrf_token"}


@pytest.fixture
def kiosk(maru: Maru, browser: Browser) -> Iterator[KioskVisitor]:
    visitor = KioskVisitor(browser, maru.layout.hub_url)
    visitor.page.clock.install()
    yield visitor
    visitor.leave()


def visits(kiosk: KioskVisitor) -> tuple[str, ...]:
    """Quiz, ticket and a code for the phone; returns what nobody else may ever read there."""
    kiosk.arrives()
    traces = (kiosk.takes_quiz(), kiosk.takes_ticket())
    kiosk.page.goto(f"{kiosk.hub}/phone")
    return (*traces, kiosk.page.locator(".code-letters").inner_text())


def nothing_is_left(kiosk: KioskVisitor, traces: tuple[str, ...]) -> None:
    page = kiosk.page
    page.locator(".attract").wait_for()
    assert not [trace for trace in traces if trace in page.content()]
    assert on_kiosk.stores(page) == on_kiosk.EMPTY
    assert set().union(*on_kiosk.cookies(page).values()) <= FORGOTTEN
    for path in LATER_PAGES:
        page.goto(kiosk.hub + path)
        assert page.url == f"{kiosk.hub}/", f"{path} is still there"


def back_shows_nobody(page: Page, traces: tuple[str, ...]) -> None:
    """As far back as the browser goes."""
    for _ in range(page.evaluate("history.length")):
        page.go_back()
        assert not [trace for trace in traces if trace in page.content()], page.url


def test_after_the_goodbye_nothing_of_the_visit_is_left(kiosk: KioskVisitor) -> None:
    kiosk.page.goto(f"{kiosk.hub}/")
    traces = visits(kiosk)
    kiosk.tap("form[action='/done'] button")
    kiosk.page.locator("[data-goodbye]").wait_for()
    kiosk.page.clock.fast_forward(21_000)
    nothing_is_left(kiosk, traces)
    back_shows_nobody(kiosk.page, traces)


def test_a_whole_visit_by_finger_is_one_entry_of_the_history(kiosk: KioskVisitor) -> None:
    page = kiosk.page
    page.goto(f"{kiosk.hub}/")
    entries = page.evaluate("history.length")
    kiosk.tap(".attract")
    page.wait_for_url("**/language")
    kiosk.tap("button[value=ko]")
    for tapped, leads_to in (
        ("a.door[href='/quiz']", "quiz"),
        ("a.tool >> nth=0", "menu"),
        ("a.door[href='/ticket']", "ticket"),
    ):
        kiosk.tap(tapped)
        page.wait_for_url(f"**/{leads_to}")
    kiosk.tap(".choice:not([disabled])")
    page.wait_for_url("**/ticket/issued")
    # The goodbye ends by itself, and on a busy machine while the leaf is being hung.
    page.add_init_script(on_kiosk.STAY)
    kiosk.tap(".thumb-zone form[action='/done'] button")
    page.locator("[data-goodbye]").wait_for()
    hangs_a_leaf_and_takes_it_back(kiosk)
    kiosk.tap("[data-goodbye] a[href='/']")
    page.locator(".attract").wait_for()
    assert page.evaluate("history.length") == entries


class Held:
    """Requests that wait for their answer."""

    def __init__(self) -> None:
        self.routes: list[Route] = []

    def take(self, route: Route) -> None:
        self.routes.append(route)


def test_nothing_is_shown_that_cannot_be_tapped_yet(maru: Maru, browser: Browser) -> None:
    """Before its script a form would go without its token, and the history would grow."""
    kiosk, held = KioskVisitor(browser, maru.layout.hub_url), Held()
    page, painted = kiosk.page, "performance.getEntriesByType('paint').length"
    page.route("**/static/kiosk.js", held.take)
    page.goto(f"{kiosk.hub}/language", wait_until="commit")
    page.locator("button[value=ko]").wait_for(state="attached")
    page.wait_for_timeout(500)
    assert (len(held.routes), page.evaluate(painted)) == (1, 0)
    held.routes[0].continue_()
    until(lambda: page.evaluate(painted), "the page to be shown")
    kiosk.leave()


def hangs_a_leaf_and_takes_it_back(kiosk: KioskVisitor) -> None:
    before = leaves(kiosk)
    kiosk.tap(".leaf-choice")
    kiosk.sees("잎을 달았어요")
    assert leaves(kiosk) == [count + 1 for count in before]
    kiosk.tap("form[action='/leaf/back'] button")
    kiosk.page.locator(".leaf-choice").first.wait_for()
    assert leaves(kiosk) == before


def leaves(kiosk: KioskVisitor) -> list[int]:
    """What the waiting room's display says of the tree: leaves of today, leaves of the season."""
    shown = kiosk.page.request.get(f"{kiosk.hub}/display").text()
    return [int(count) for count in re.findall(r"<dd>(\d+)</dd>", shown)]


def test_whoever_taps_stays_twelve_times_and_whoever_left_is_forgotten(kiosk: KioskVisitor) -> None:
    traces = visits(kiosk)
    warning = kiosk.page.locator("#idle[open]")
    kiosk.tap("[data-tool=zoom]")
    for _ in range(12):
        kiosk.page.clock.fast_forward(IDLE_MS)
        warning.wait_for()
        assert 19 <= int(warning.locator(".number").inner_text()) <= 20
        kiosk.tap("#idle-stay")
        warning.wait_for(state="hidden")
    assert kiosk.page.url.endswith("/phone")
    kiosk.page.clock.fast_forward(IDLE_MS)
    warning.wait_for()
    kiosk.page.clock.fast_forward(WARNING_MS)
    kiosk.page.locator("[data-goodbye]").wait_for()
    kiosk.page.clock.fast_forward(6_000)
    nothing_is_left(kiosk, traces)
    assert kiosk.page.evaluate("document.documentElement.dataset.zoom") is None
    back_shows_nobody(kiosk.page, traces)


@pytest.fixture
def teller(maru: Maru, office: Browser) -> Iterator[Person]:
    """Somebody at the desk's page."""
    somebody = Person(office, CONSOLE)
    somebody.page.goto(maru.layout.hub_url + maru.desk_sign_in_path("teller@maru.example"))
    somebody.tap("form .button-main")
    somebody.page.wait_for_url("**/desk")
    yield somebody
    somebody.leave()


def test_the_screen_says_when_the_number_is_called(kiosk: KioskVisitor, teller: Person) -> None:
    kiosk.arrives()
    number = kiosk.takes_ticket()
    until(lambda: called(teller, number), f"{number} to be called")
    kiosk.page.locator(".card-ticket[data-state=called]").wait_for()


def called(teller: Person, number: str) -> bool:
    """Call whoever is next; whether this number is at the desk now."""
    shown = teller.page.locator("#desk-now .ticket-number")
    before = shown.all_inner_texts()
    teller.tap("[data-key=n]:not([disabled])")
    # Tapped again before the page shows who came, the same button would send them away as served.
    until(lambda: shown.all_inner_texts() not in ([], before), f"somebody else than {before} at the desk")
    return number in shown.all_inner_texts()


def test_the_bell_is_heard_at_the_desk_and_answered_at_the_kiosk(kiosk: KioskVisitor, teller: Person) -> None:
    kiosk.arrives()
    kiosk.tap(".call-person")
    kiosk.sees("직원이 곧 갑니다")
    teller.sees("입구 키오스크")
    teller.tap("form[action*='/help/'] button")
    kiosk.sees("직원이 가고 있어요")
    kiosk.tap(".thumb-zone .button-main")
    kiosk.page.wait_for_url("**/menu")


@pytest.fixture
def hub_database(maru: Maru) -> Iterator[Database]:
    database = Database(maru.layout.hub_database)
    yield database
    database.close()


def pause(database: Database, slug: str, *, paused: bool) -> None:
    with database.transaction() as session:
        session.execute(update(Service).where(Service.slug == slug).values(paused=paused))


def not_looked_at_again(route: Route) -> None:
    """The page stays as it was drawn, as for somebody whose finger is quicker than the news."""
    if route.request.method == "GET" and route.request.resource_type == "fetch":
        route.abort()
    else:
        route.continue_()


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("한국어", "이 업무는 지금 번호표를 받지 않아요."),
        ("English", "This service gives out no tickets right now."),
    ],
)
def test_a_service_that_closes_under_the_finger_says_so_and_the_others_stay(
    kiosk: KioskVisitor, hub_database: Database, language: str, said: str
) -> None:
    kiosk.arrives(language)
    kiosk.page.goto(f"{kiosk.hub}/ticket")
    kiosk.page.locator("[value=loans]").wait_for()
    kiosk.page.route("**/ticket", not_looked_at_again)
    pause(hub_database, "loans", paused=True)
    try:
        kiosk.tap("[value=loans]")
        assert said in kiosk.page.locator("#trouble[open] h2").inner_text()
        kiosk.page.unroute("**/ticket")
        kiosk.tap("#trouble button")
        kiosk.page.locator("[value=loans][disabled]").wait_for()
        kiosk.tap("[value=deposits]")
        kiosk.page.wait_for_url("**/ticket/issued")
    finally:
        pause(hub_database, "loans", paused=False)


def test_an_answer_out_of_range_is_named_in_the_visitors_language(kiosk: KioskVisitor) -> None:
    kiosk.arrives("English")
    kiosk.page.goto(f"{kiosk.hub}/quiz")
    kiosk.tap(".thumb-zone .button-main")
    kiosk.page.wait_for_url("**/quiz/1")
    kiosk.page.evaluate("document.querySelector('.choice').value = '9'")
    kiosk.tap(".choice")
    words = kiosk.page.locator("#trouble[open] h2").inner_text()
    assert words.isascii(), words
    kiosk.tap("#trouble button")
    kiosk.tap(".choice >> nth=1")
    kiosk.page.wait_for_url("**/quiz/2")


def test_tapping_twice_takes_one_ticket(kiosk: KioskVisitor, hub_database: Database) -> None:
    with hub_database.reading() as session:
        before = len(waiting_tickets(session, "seongsu"))
    kiosk.arrives()
    kiosk.page.goto(f"{kiosk.hub}/ticket")
    kiosk.page.locator(".choice").first.dblclick()
    kiosk.page.wait_for_url("**/ticket/issued")
    with hub_database.reading() as session:
        assert len(waiting_tickets(session, "seongsu")) == before + 1


def slip_of(maru: Maru, number: str) -> Path:
    """What came out of the simulated printer for the newest ticket of this number."""
    with at_work(maru.layout.hub_database) as session:
        slips = select(Ticket, PaperSlip.id).join(PaperSlip).order_by(Ticket.issued_at.desc())
        job = next(slip for ticket, slip in session.execute(slips) if ticket.number == number)
    return maru.spool / f"{job}.escpos"


def test_the_slip_leads_to_the_visit_and_without_a_printer_the_screen_keeps_the_number(
    maru: Maru, kiosk: KioskVisitor
) -> None:
    kiosk.arrives()
    number = kiosk.takes_ticket()
    kiosk.sees("연습용 프린터로 인쇄했어요")
    paper = print_on_paper(slip_of(maru, number).read_bytes())
    assert paper.cut
    assert decode(paper.picture).startswith(f"{maru.centre()}/v/")
    maru.processes.stop("agent")
    other = KioskVisitor(kiosk.context.browser, kiosk.hub)  # type: ignore[arg-type]
    try:
        other.arrives()
        number = other.takes_ticket()
        other.sees("번호표가 안 나오면 직원을 불러 주세요. 번호는 화면 그대로이고, 종이는 준비되면 나와요.")
        assert other.page.locator(".ticket-number").inner_text() == number
    finally:
        maru.restart("agent")
    other.sees("연습용 프린터로 인쇄했어요")
    other.leave()
