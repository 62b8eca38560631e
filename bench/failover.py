"""media.failover: from the SIGKILL of a media node to the first picture from the other node, on both screens."""

import tempfile
import time
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, Page, sync_playwright

from bench.frames import EACH_FRAME
from bench.line import Line
from branch.consults.models import Consult
from branch.database import Database
from tests.browser.people import Advisor, PhoneVisitor, launch
from tests.running import Maru, running
from tests.waiting import until

LIMIT = 3.0
ROUNDS = 3
# Since when a stream is on the screen that was not there before.
WATCH = f"""() => {{
  {EACH_FRAME}
  const known = document.querySelector("video[data-video=remote]").srcObject.id;
  window.cameBack = null;
  eachFrame((video) => {{
    if (video.srcObject?.id === known) return false;
    window.cameBack = Date.now();
    return true;
  }});
}}"""


def failover() -> Line:
    """Median of three kills; of the two people the one who waits longer counts."""
    with (
        tempfile.TemporaryDirectory() as folder,
        running("scaled", Path(folder)) as maru,
        sync_playwright() as playwright,
    ):
        both = (launch(playwright), launch(playwright))
        took = median(_call(both, maru) for _ in range(ROUNDS))
        for browser in both:
            browser.close()
    return Line("media.failover", took, "s", f"a limit of {LIMIT:.0f} s", took / LIMIT)


def _call(both: tuple[Browser, Browser], maru: Maru) -> float:
    phone, advisor = PhoneVisitor(both[0]), Advisor(both[1])
    try:
        phone.opens(f"{maru.centre(0)}/")
        advisor.signs_in(maru.centre(1) + maru.sign_in_path("tax@maru.example"))
        consult = phone.asks_for_expert("tax")
        advisor.accepts(consult)
        for person in (phone, advisor):
            person.waits_for_live_media()
        took = _kill(maru, consult, (phone.page, advisor.page))
        phone.ends_call()
        advisor.writes("측정")
        return took
    finally:
        phone.leave()
        advisor.leave()


def _kill(maru: Maru, consult: str, pages: tuple[Page, Page]) -> float:
    for page in pages:
        page.evaluate(WATCH)
    node = _node_of(maru, consult)
    killed = time.time()
    maru.processes.kill(node)
    back = [float(until(lambda p=page: p.evaluate("window.cameBack"), "the picture")) for page in pages]  # type: ignore[misc]
    maru.restart(node)
    return max(back) / 1000 - killed


def _node_of(maru: Maru, consult: str) -> str:
    database = Database(maru.layout.centre_database)
    with database.reading() as session:
        address = str(session.get_one(Consult, consult).node)
    database.close()
    return f"media-{maru.layout.media_urls.index(address) + 1}"


LINES = {"media.failover": failover}
