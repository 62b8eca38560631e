"""The three people of a visit, each with a browser: they tap what a person would tap and wait for what he would see."""

import io
import itertools
from urllib.parse import urlsplit

import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright

from tests.waiting import until

CHROMIUM = "/usr/bin/chromium"
FLAGS = (
    "--no-sandbox",
    "--disable-background-networking",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--allow-loopback-in-peer-connection",
    "--autoplay-policy=no-user-gesture-required",
)
# Enough to see that a picture moves, at half the work of encoding it: three browsers share the cores of one machine.
FEWER_FRAMES = "--use-fake-device-for-media-stream=fps=10"
KIOSK = {"width": 1080, "height": 1920}
WIDE_KIOSK = {"width": 1920, "height": 1080}
PHONE = {"width": 390, "height": 844}
CONSOLE = {"width": 1440, "height": 900}
# A busy machine is slow, not wrong; only a test that fails waits as long.
PATIENCE_MS = 60_000


def launch(playwright: Playwright, *more: str) -> Browser:
    """A Chromium with a fake camera and microphone; of two words for one flag, in `more`, the last one counts."""
    return playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, *more])


class Person:
    """Somebody with a browser of their own; `complaints` collects what their pages logged as errors."""

    def __init__(self, browser: Browser, size: dict[str, int], language: str = "ko-KR") -> None:
        self.context: BrowserContext = browser.new_context(
            viewport={"width": size["width"], "height": size["height"]},
            locale=language,
            reduced_motion="reduce",  # a tap during the 260 ms of the sliding door reaches nothing, and tests tap faster
            permissions=["camera", "microphone"],
            ignore_https_errors=True,
        )
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE_MS)
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._listen)

    def _listen(self, said: ConsoleMessage) -> None:
        if said.type == "error":
            self.complaints.append(said.text)

    def tap(self, selector: str) -> None:
        """Tap what `selector` finds once it can be tapped."""
        self.page.locator(selector).first.click()

    def act(self, action: str) -> None:
        """Tap the control with this `data-action`."""
        self.tap(f"[data-action={action}]:visible")

    def sees(self, text: str) -> None:
        """Wait until `text` is on the screen."""
        self.page.get_by_text(text).first.wait_for()

    def leave(self) -> None:
        """Close the browser window."""
        self.context.close()


class Caller(Person):
    """A person in a call: what the browser itself counted of the other's picture and voice."""

    def hears_and_sees(self) -> dict[str, float]:
        """Counters of the remote media, from getStats (W3C webrtc-stats)."""
        found: dict[str, float] = self.page.evaluate(
            """async () => {
              const sample = window.maruCall ? await window.maruCall.stats() : null;
              const received = sample && sample.received;
              return received
                ? { frames: received.video.framesDecoded, width: received.video.width, audio: received.audio.packets }
                : { frames: 0, width: 0, audio: 0 };
            }"""
        )
        return found

    def waits_for_live_media(self) -> None:
        """Return once remote frames and remote audio both keep arriving."""
        self.waits_for_more({"frames": 0, "width": 0, "audio": 0})

    def waits_for_more(self, before: dict[str, float]) -> None:
        """Return once clearly more frames and audio packets have arrived than `before`."""
        until(
            lambda: (
                (now := self.hears_and_sees())["frames"] > before["frames"] + 10
                and now["audio"] > before["audio"] + 25
            ),
            f"more remote frames and audio than {before}; now {self.hears_and_sees()}",
            40,
        )

    def ends_call(self) -> None:
        """Hang up, and mean it."""
        self.act("end")
        self.act("end-confirm")


class Customer(Caller):
    """Somebody who talks with an expert, on a phone or at the kiosk: the same page."""

    def prepares(self, *, recording: bool = True) -> None:
        """Consent and device check."""
        self.act("agree" if recording else "agree-without")
        self.page.locator("[data-action=ready]:not([disabled])").wait_for()
        self.act("ready")
        self.page.locator("[data-screen=waiting], [data-screen=call]").wait_for()

    def answers(self, score: int, note: str) -> None:
        """Read what was agreed and answer the one question."""
        self.act("to-survey")
        self.tap(f'.score[data-score="{score}"]')
        self.page.locator("textarea[name=note]").fill(note)
        self.act("send-survey")
        self.page.locator("[data-screen=thanks]").wait_for()


class KioskVisitor(Customer):
    """Somebody at the kiosk in the branch."""

    def __init__(self, browser: Browser, hub: str, size: dict[str, int] = KIOSK) -> None:
        super().__init__(browser, size)
        self.hub = hub

    def arrives(self, language: str = "한국어") -> None:
        """Touch the attract screen and choose a language."""
        self.page.goto(f"{self.hub}/")
        self.tap(".attract")
        self.page.wait_for_url("**/language")
        self.page.get_by_text(language, exact=True).first.click()
        self.page.wait_for_url("**/menu")

    def takes_quiz(self) -> str:
        """Answer every question with the first choice; returns the name of the type."""
        self.page.goto(f"{self.hub}/menu")
        self.tap('a.door[href*="quiz"]')
        self.page.wait_for_url("**/quiz")
        self.tap(".thumb-zone .button-main")
        while True:
            self.page.wait_for_url("**/quiz/*")
            if self.page.url.endswith("/result"):
                break
            before = self.page.url
            self.tap(".choice")
            self.page.wait_for_url(lambda url, before=before: url != before)  # type: ignore[misc]
        return self.page.locator("h1").first.inner_text()

    def takes_ticket(self) -> str:
        """Take a number for the first service; returns it."""
        self.page.goto(f"{self.hub}/ticket")
        self.tap(".choice:not([disabled])")
        self.page.wait_for_url("**/ticket/issued")
        return self.page.locator(".ticket-number").first.inner_text()

    def reads_qr(self) -> str:
        """The address in the QR on the screen, decoded from a screenshot as a phone's camera would."""
        self.page.goto(f"{self.hub}/phone")
        self.page.locator(".qr img").first.wait_for()
        self.page.wait_for_function("document.querySelector('.qr img').naturalWidth > 0")
        return decode_screen(self.page)


def decode_screen(page: Page) -> str:
    """The text of the one QR code on the page."""
    return decode(Image.open(io.BytesIO(page.screenshot())))


def decode(picture: Image.Image) -> str:
    """The text of the one QR code in the picture."""
    codes = zxingcpp.read_barcodes(picture)
    assert len(codes) == 1, f"{len(codes)} codes"
    text: str = codes[0].text
    return text


class PhoneVisitor(Customer):
    """Somebody with their own phone."""

    def __init__(self, browser: Browser) -> None:
        super().__init__(browser, PHONE)

    def opens(self, address: str) -> None:
        """Open what the QR says and land in the visit."""
        self.page.goto(address)
        self.page.wait_for_url("**/visit")

    def asks_for_expert(self, topic: str, *, recording: bool = True) -> str:
        """Choose a topic, answer the consent, pass the device check, stand in line; returns the consult's id."""
        self.page.goto(urlsplit(self.page.url)._replace(path="/consult", query="").geturl())
        self.tap(f'.choice[value="{topic}"], [data-topic="{topic}"]')
        self.page.wait_for_url("**/consult/*")
        consult = self.page.url.rpartition("/")[2]
        self.prepares(recording=recording)
        return consult


class Advisor(Caller):
    """An expert at a desk."""

    _desks = itertools.count(1)

    def __init__(self, browser: Browser) -> None:
        super().__init__(browser, CONSOLE)
        # Believed where a Maru was told of a proxy: sign-ins are counted by address.
        self.context.set_extra_http_headers({"X-Forwarded-For": f"10.0.0.{next(self._desks)}"})

    def signs_in(self, address: str) -> None:
        """Use the one-time link and come to the console."""
        self.page.goto(address)
        self.tap("form .button-main")
        self.page.wait_for_url("**/advisor")
        self.page.locator(".console").wait_for()

    def accepts(self, consult: str) -> None:
        """Take the call of this consult from the list."""
        self.tap(f'.wait[data-consult="{consult}"] [data-action=accept]')
        self.page.locator("[data-state=accepted], [data-state=live]").first.wait_for()

    def writes(self, agreed: str) -> None:
        """Write down what was agreed and close."""
        self.page.locator("textarea[name=agreed]").fill(agreed)
        self.act("close-consult")
        self.page.locator("[data-state=idle]").wait_for()
