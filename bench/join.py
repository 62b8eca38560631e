"""join.first_frame: from the advisor's tap on "accept" to the first remote picture, against a bare page.

The bare page connects the same two browsers directly, with the same cameras already open and a socket that only relays
offer, answer and candidates: the least a video call can be. Both are measured in turns in one run. Each person has a
browser of their own: two pages of one Chromium share its fake camera, which stops for seconds when the second opens it.
"""

import tempfile
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, Page, sync_playwright

from bench.direct import DirectPage
from bench.frames import EACH_FRAME
from bench.line import Line
from tests.browser.people import Advisor, PhoneVisitor, launch
from tests.running import Maru, running
from tests.waiting import until

ROUNDS = 7
# The clock starts at the tap itself and stops at the first remote frame.
WATCH = f"""(selector) => {{
  {EACH_FRAME}
  window.firstFrame = null;
  document.addEventListener("pointerdown", (event) => {{
    if (event.target.closest(selector)) window.tapped = performance.now();
  }}, true);
  eachFrame(() => {{
    if (!window.tapped) return false;
    window.firstFrame = performance.now() - window.tapped;
    return true;
  }});
}}"""


def first_frame() -> Line:
    """Medians of seven rounds each."""
    with (
        tempfile.TemporaryDirectory() as folder,
        running("embedded", Path(folder)) as maru,
        sync_playwright() as playwright,
    ):
        both = (launch(playwright), launch(playwright))
        pairs = [(_through_maru(both, maru), _direct(both)) for _ in range(ROUNDS)]
        for browser in both:
            browser.close()
    ours, direct = (median(column) for column in zip(*pairs, strict=True))
    return Line(
        "join.first_frame", ours, "ms", "a bare page that connects the two browsers directly", ours / direct
    )


def _through_maru(both: tuple[Browser, Browser], maru: Maru) -> float:
    phone, advisor = PhoneVisitor(both[0]), Advisor(both[1])
    try:
        phone.opens(f"{maru.centre()}/")
        advisor.signs_in(maru.centre() + maru.sign_in_path("tax@maru.example"))
        consult = phone.asks_for_expert("tax")
        advisor.page.evaluate(WATCH, "[data-action=accept]")
        advisor.accepts(consult)
        measured = _first_frame(advisor.page)
        phone.ends_call()
        advisor.writes("측정")
        return measured
    finally:
        phone.leave()
        advisor.leave()


def _direct(both: tuple[Browser, Browser]) -> float:
    with DirectPage() as served:
        contexts = [browser.new_context(permissions=["camera", "microphone"]) for browser in both]
        caller, callee = (context.new_page() for context in contexts)
        for page, role in ((callee, "callee"), (caller, "caller")):
            page.goto(f"{served.address}/?{role}")
            page.wait_for_function("window.ready === true")
        caller.evaluate(WATCH, "button")
        caller.click("button")
        measured = _first_frame(caller)
        for context in contexts:
            context.close()
        return measured


def _first_frame(page: Page) -> float:
    return float(until(lambda: page.evaluate("window.firstFrame"), "the first remote picture"))


LINES = {"join.first_frame": first_frame}
