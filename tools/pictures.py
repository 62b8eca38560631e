"""The README's pictures: a visit is played on a Maru of its own, and its real screens are photographed."""

from __future__ import annotations

import io
import os
import tempfile
from datetime import date, timedelta
from pathlib import Path

import cv2
import numpy
from PIL import Image
from playwright.sync_api import Browser, Page, Playwright, sync_playwright
from skimage import data

from branch.database import Database
from branch.tickets.services import issue_ticket
from branch.visits.services import open_visit
from tests.browser.kiosk import STAY
from tests.browser.people import (
    CHROMIUM,
    CONSOLE,
    FLAGS,
    WIDE_KIOSK,
    Advisor,
    KioskVisitor,
    Person,
    PhoneVisitor,
)
from tests.running import Maru, running
from tests.waiting import until
from tools import bygone
from tools.errors import say
from tools.places import ROOT

PICTURES = ROOT / "docs" / "pictures"
COLOURS = 256
FILM = (1280, 720)
HEADROOM = 56  # px of the portrait's 512
SHARP = 1280  # px across: the bit rate has settled
WIDE = 800  # px of a picture of a wide screen
SCENES_MS = 240_000  # until each scene of the display has had its turn
FRAMES = 60
BEFORE = ("deposits", "savings", "deposits", "exchange", "deposits")  # who came before our visitor


def main() -> None:
    """Take all of them anew."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        place = Path(folder)
        office = browser_with(playwright, film(place / "advisor.mjpeg", mirrored=True))
        branch = browser_with(playwright, film(place / "customer.mjpeg", mirrored=False))
        with running("embedded", place / "maru") as maru:
            people_before(maru)
            phone = at_the_kiosk(maru, branch)
            display = in_the_branch(maru, branch)
            consult = in_the_call(maru, phone, Advisor(office))
            at_the_manager(maru, office, consult)
            between_calls(display)
        office.close()
        branch.close()
    say(f"the pictures are in {PICTURES.relative_to(ROOT)}")


def people_before(maru: Maru) -> None:
    """A fortnight of days before this one, leaves on the tree, and a line at the door."""
    centre, hub = Database(maru.layout.centre_database), Database(maru.layout.hub_database, outbox=True)
    bygone.fill(centre, hub)
    for service in BEFORE:
        with hub.transaction() as session:
            issue_ticket(session, open_visit(session, "seongsu", "kiosk", "ko").id, service)
    centre.close()
    hub.close()


def at_the_kiosk(maru: Maru, browser: Browser) -> PhoneVisitor:
    """From the first touch to the visitor's own phone."""
    kiosk = KioskVisitor(browser, maru.layout.hub_url)
    kiosk.page.goto(f"{kiosk.hub}/")
    take(kiosk.page, "kiosk-attract", 540)
    kiosk.arrives()
    kiosk.takes_quiz()
    kiosk.tap("#mirror-open")
    kiosk.tap("#mirror-start")
    kiosk.page.locator("#mirror[data-state=live] .mirror-crown").wait_for()
    take(kiosk.page, "kiosk-result", 540)
    kiosk.takes_ticket()
    kiosk.page.locator("#paper .notice").wait_for()
    take(kiosk.page, "kiosk-ticket", 540)
    phone = PhoneVisitor(browser)
    phone.opens(kiosk.reads_qr())
    take(phone.page, "phone-visit", 390)
    phone.page.goto(f"{maru.centre()}/b/seongsu/expert/tax")
    take(phone.page, "phone-booking", 390)
    kiosk.page.add_init_script(STAY)
    kiosk.page.goto(f"{kiosk.hub}/done")
    take(kiosk.page, "kiosk-goodbye", 540)
    phone.page.goto(f"{maru.centre()}/visit")
    return phone


def in_the_branch(maru: Maru, browser: Browser) -> Page:
    """A teller calls the next two; returns the display."""
    teller, room = Person(browser, CONSOLE), Person(browser, WIDE_KIOSK)
    signs_in(teller, maru.layout.hub_url + maru.desk_sign_in_path("teller@maru.example"), "desk")
    teller.tap("[popovertarget=choose-desk]")
    teller.tap("#choose-desk button")
    room.page.goto(f"{maru.layout.hub_url}/display")
    for _ in range(2):
        room.page.locator("#display:not([data-calling])").wait_for()
        teller.page.locator("[data-key=n]:not([disabled])").first.click()
        room.page.locator("#display[data-calling]").wait_for()
    take(room.page, "display-call", WIDE)
    teller.page.reload()
    take(teller.page, "desk", WIDE)
    teller.leave()
    return room.page


def between_calls(display: Page) -> None:
    """The display shows the tree when nobody is called for a while."""
    display.locator("[data-scene=tree]").wait_for(timeout=SCENES_MS)
    take(display, "display-tree", WIDE)


def at_the_manager(maru: Maru, browser: Browser, consult: str) -> None:
    """A fortnight in figures, and the recording of the talk."""
    manager = Person(browser, CONSOLE)
    signs_in(manager, maru.centre() + maru.sign_in_path("manager@maru.example"), "manager")
    days = f"from={date.today() - timedelta(bygone.DAYS)}&to={date.today() - timedelta(1)}"
    manager.page.goto(f"{maru.centre()}/manager/statistics?{days}")
    take(manager.page, "manager-statistics", WIDE)
    listing = f"{maru.centre()}/manager/recordings"
    until(lambda: is_verified(manager.page, listing, consult), "the recording to be verified", 60)
    manager.tap(f'tr[data-consult="{consult}"] a')
    manager.act("open-recording")
    manager.act("play")
    until(lambda: frames(manager.page) > FRAMES, "the recording to play", 60)
    take(manager.page, "manager-recording", WIDE)
    manager.leave()


def is_verified(page: Page, listing: str, consult: str) -> bool:
    """Whether the list says that the recording is as it was written."""
    page.goto(listing)
    return bool(page.locator(f'tr[data-consult="{consult}"] [data-holds=yes]').count())


def frames(page: Page) -> int:
    """How many pictures of the customer were played."""
    video = page.locator("[data-participant=customer] video")
    return int(video.evaluate("video => video.getVideoPlaybackQuality().totalVideoFrames"))


def signs_in(person: Person, link: str, page: str) -> None:
    """Use a one-time link, which leads to that page."""
    person.page.goto(link)
    person.tap("form .button-main")
    person.page.wait_for_url(f"**/{page}")


def in_the_call(maru: Maru, phone: PhoneVisitor, advisor: Advisor) -> str:
    """From the topic to the end of the talk, seen from both sides; returns the consult."""
    advisor.signs_in(maru.centre() + maru.sign_in_path("tax@maru.example"))
    consult = phone.asks_for_expert("tax")
    advisor.accepts(consult)
    for person in (phone, advisor):
        person.waits_for_live_media()
        until(lambda person=person: person.hears_and_sees()["width"] >= SHARP, "a sharp picture", 60)  # type: ignore[misc]
    take(phone.page, "consult-call", 390)
    take(advisor.page, "advisor-console", WIDE)
    advisor.ends_call()
    advisor.writes("증여세 신고에 필요한 서류를 문자로 보내 드리기로 했어요.")
    advisor.leave()
    phone.leave()
    return consult


def browser_with(playwright: Playwright, camera: Path) -> Browser:
    """A Chromium whose camera shows this film."""
    flags = [*FLAGS, f"--use-file-for-fake-video-capture={camera}"]
    seoul: dict[str, str | float | bool] = {**os.environ, "TZ": "Asia/Seoul"}  # where the branch is
    return playwright.chromium.launch(executable_path=CHROMIUM, args=flags, env=seoul)


def film(path: Path, *, mirrored: bool) -> Path:
    """A motion JPEG of somebody before a soft background (NASA's portrait of Eileen Collins, in scikit-image)."""
    width, height = FILM
    portrait = cv2.cvtColor(data.astronaut(), cv2.COLOR_RGB2BGR)  # type: ignore[no-untyped-call]
    # A crown needs room above the head.
    portrait = cv2.copyMakeBorder(portrait, HEADROOM, 0, 0, 0, cv2.BORDER_REPLICATE)[: portrait.shape[0]]
    portrait[:HEADROOM] = cv2.GaussianBlur(portrait[:HEADROOM], (0, 0), 14)
    picture = cv2.GaussianBlur(cv2.resize(portrait, FILM), (0, 0), 40)
    # Her face is left of the portrait's middle, and should be in the middle of the film.
    left = (width - height) // 2 + height // 16
    picture[:, left : left + height] = cv2.resize(portrait, (height, height), interpolation=cv2.INTER_CUBIC)
    if mirrored:
        picture = cv2.flip(picture, 1)
    written, jpeg = cv2.imencode(".jpg", numpy.ascontiguousarray(picture), [cv2.IMWRITE_JPEG_QUALITY, 92])
    assert written
    path.write_bytes(jpeg.tobytes() * 10)
    return path


def take(page: Page, name: str, width: int) -> None:
    """Photograph the screen, `width` pixels wide, in as few bytes as look good."""
    page.wait_for_load_state("networkidle")
    page.evaluate("document.fonts.ready")
    shot = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    small = shot.resize((width, round(shot.height * width / shot.width)), Image.Resampling.LANCZOS)
    few = small.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.FLOYDSTEINBERG)
    few.save(PICTURES / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
