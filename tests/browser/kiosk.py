"""What tests of the kiosk share: a walk over every screen, what a screen measures, and what a browser still holds."""

from collections.abc import Iterator
from typing import Any

from itsdangerous import URLSafeTimedSerializer
from playwright.sync_api import Page

from tests.browser.people import KioskVisitor

LANGUAGE_NAMES = {"ko": "한국어", "en": "English"}
# Asked and said in both languages at once, since nobody has chosen one.
BILINGUAL = frozenset({"attract", "language", "goodbye"})
MEASURE = """() => {
  const faults = [];
  for (const part of document.querySelectorAll(".screen, .screen-head, .screen-body, .thumb-zone, .screen-foot")) {
    const [high, wide] = [part.scrollHeight - part.clientHeight, part.scrollWidth - part.clientWidth];
    if (high > 2 || wide > 2) faults.push(`${part.className} is ${high} px too high, ${wide} px too wide inside`);
  }
  const hidden = "[hidden], dialog:not([open]), .visually-hidden";
  for (const thing of document.querySelectorAll("body *")) {
    const box = thing.getBoundingClientRect();
    if (!box.width || !box.height || thing.closest(hidden)) continue;
    const what = `${thing.tagName} ${thing.className} "${thing.textContent.trim().slice(0, 24)}"`;
    const outside = box.left < -1 || box.top < -1 || box.right > innerWidth + 1 || box.bottom > innerHeight + 1;
    if (outside && (thing.childElementCount === 0 || thing.matches("a, button"))) faults.push(`${what} is cut off`);
    if (thing.matches("a, button") && box.height < 119) faults.push(`${what} is only ${Math.round(box.height)} high`);
  }
  return faults;
}"""
STORES = """async () => ({
  local: localStorage.length,
  session: sessionStorage.length,
  databases: (await indexedDB.databases()).length,
  caches: (await caches.keys()).length,
  cookies: document.cookie,
})"""
STAY = """if (location.pathname === '/done') {
  const later = window.setTimeout;
  window.setTimeout = (act, wait, ...rest) => (wait >= 3000 ? 0 : later(act, wait, ...rest));
}"""
EMPTY = {"local": 0, "session": 0, "databases": 0, "caches": 0, "cookies": ""}


def walk(kiosk: KioskVisitor, language: str) -> Iterator[str]:
    """Every screen of the hub in the order of a visit; yields its name while it is on the screen."""
    page = kiosk.page
    page.goto(f"{kiosk.hub}/")
    yield "attract"
    kiosk.tap(".attract")
    page.wait_for_url("**/language")
    yield "language"
    kiosk.arrives(LANGUAGE_NAMES[language])
    for name, path in (("menu", "/menu"), ("quiz", "/quiz")):
        page.goto(kiosk.hub + path)
        yield name
    yield from _quiz(kiosk)
    for name, path in (
        ("services", "/ticket"),
        ("unreachable", "/expert/unreachable"),
        ("error", "/nowhere"),
    ):
        page.goto(kiosk.hub + path)
        yield name
    kiosk.takes_ticket()
    page.locator("#paper .notice").wait_for()
    yield "ticket"
    page.goto(f"{kiosk.hub}/phone")
    yield "phone"
    kiosk.tap(".call-person")
    page.wait_for_url("**/help")
    page.wait_for_load_state("load")
    yield "help"
    # The goodbye ends after five seconds; it must not while somebody looks at it.
    page.add_init_script(STAY)
    page.goto(f"{kiosk.hub}/done")
    yield "goodbye"


def _quiz(kiosk: KioskVisitor) -> Iterator[str]:
    kiosk.tap(".thumb-zone .button-main")
    kiosk.page.wait_for_url("**/quiz/1")
    while "/result" not in (shown := kiosk.page.url):
        yield f"question {shown.rpartition('/')[2]}"
        kiosk.tap(".choice")
        kiosk.page.wait_for_url(lambda url, shown=shown: url != shown)  # type: ignore[misc]
    yield "result"
    kiosk.tap("#mirror-open")
    yield "camera notice"
    kiosk.tap("#mirror-decline")


def misfits(page: Page) -> list[str]:
    """What does not fit on the screen, is cut off by its edge, or is too small for a finger."""
    page.evaluate("document.fonts.ready")
    found: list[str] = page.evaluate(MEASURE)
    return found


def bell(page: Page) -> tuple[int, ...]:
    """Where the button that calls a person stands, in whole pixels: left, top, width, height."""
    box = page.locator(".call-person:visible").bounding_box()
    assert box is not None, f"no bell on {page.url}"
    return tuple(round(box[side]) for side in ("x", "y", "width", "height"))


def stores(page: Page) -> dict[str, Any]:
    """What this origin keeps in the browser, cookies that scripts may read included."""
    found: dict[str, Any] = page.evaluate(STORES)
    return found


def cookies(page: Page) -> dict[str, set[str]]:
    """What each session cookie of any origin holds, by its name; they are signed, not secret."""
    held = {}
    for cookie in page.context.cookies():
        _, content = URLSafeTimedSerializer("reading needs no secret").loads_unsafe(cookie["value"])
        held[cookie["name"]] = set(content or {})
    return held
