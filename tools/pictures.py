"""The README's pictures: a visit is played on a Maru of its own, and its real screens are photographed."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

import cv2
import numpy
from PIL import Image
from playwright.sync_api import Browser, Page, Playwright, sync_playwright
from skimage import data

from tests.browser.people import CHROMIUM, FLAGS, Advisor, KioskVisitor, PhoneVisitor
from tests.running import Maru, running
from tests.waiting import until
from tools.errors import say
from tools.places import ROOT

PICTURES = ROOT / "docs" / "pictures"
COLOURS = 256
FILM = (1280, 720)
HEADROOM = 56  # px of the portrait's 512
SHARP = 1280  # px across: the bit rate has settled


def main() -> None:
    """Take all of them anew."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        place = Path(folder)
        office = browser_with(playwright, film(place / "advisor.mjpeg", mirrored=True))
        branch = browser_with(playwright, film(place / "customer.mjpeg", mirrored=False))
        with running("embedded", place / "maru") as maru:
            phone = at_the_kiosk(maru, branch)
            in_the_call(maru, phone, Advisor(office))
        office.close()
        branch.close()
    say(f"the pictures are in {PICTURES.relative_to(ROOT)}")


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
    return phone


def in_the_call(maru: Maru, phone: PhoneVisitor, advisor: Advisor) -> None:
    """From the topic to the middle of the talk, seen from both sides."""
    advisor.signs_in(maru.centre() + maru.sign_in_path("tax@maru.example"))
    advisor.accepts(phone.asks_for_expert("tax"))
    for person in (phone, advisor):
        person.waits_for_live_media()
        until(lambda person=person: person.hears_and_sees()["width"] >= SHARP, "a sharp picture", 60)  # type: ignore[misc]
    take(phone.page, "consult-call", 390)
    take(advisor.page, "advisor-console", 800)


def browser_with(playwright: Playwright, camera: Path) -> Browser:
    """A Chromium whose camera shows this film."""
    flags = [*FLAGS, f"--use-file-for-fake-video-capture={camera}"]
    return playwright.chromium.launch(executable_path=CHROMIUM, args=flags)


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
