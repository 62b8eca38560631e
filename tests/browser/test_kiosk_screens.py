"""Every screen of the hub, upright and wide: nothing cut off, the bell in its corner, nobody shut out."""

import pytest
from playwright.sync_api import Browser
from sqlalchemy import select

from branch.content.catalogue import load
from branch.database import Database
from branch.visits.models import Visit
from tests.browser import kiosk as on_kiosk
from tests.browser.centre import barriers, korean_words
from tests.browser.people import KIOSK, WIDE_KIOSK, KioskVisitor
from tests.running import Maru

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]  # a walk looks at two dozen screens

SIZES = {"upright": KIOSK, "wide": WIDE_KIOSK}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_screen_fits_and_keeps_its_language_and_its_bell(
    maru: Maru, browser: Browser, language: str, size: str
) -> None:
    kiosk = KioskVisitor(browser, maru.layout.hub_url, SIZES[size])
    faults, bells = [], {}
    for screen in on_kiosk.walk(kiosk, language):
        bells[screen] = on_kiosk.bell(kiosk.page)
        faults += [f"{screen}: {misfit}" for misfit in on_kiosk.misfits(kiosk.page)]
        if language == "en" and screen not in on_kiosk.BILINGUAL and (words := korean_words(kiosk.page)):
            faults.append(f"{screen}: Korean words {sorted(words)}")
        if language == "ko" and size == "upright":
            faults += [f"{screen}: {barrier}" for barrier in barriers(kiosk.page)]
            assert kiosk.page.locator("html").get_attribute("data-contrast") is None
    kiosk.leave()
    assert faults == []
    assert len(set(bells.values())) == 1, bells


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_type_fits_on_its_result(maru: Maru, browser: Browser, language: str, size: str) -> None:
    kiosk = KioskVisitor(browser, maru.layout.hub_url, SIZES[size])
    kiosk.arrives(on_kiosk.LANGUAGE_NAMES[language])
    database = Database(maru.layout.hub_database)
    faults = []
    for kind in load().quiz.types:
        with database.transaction() as session:
            newest = session.scalars(select(Visit).order_by(Visit.opened_at.desc()).limit(1)).one()
            newest.quiz_type = kind.slug
        kiosk.page.goto(f"{kiosk.hub}/quiz/result")
        kiosk.page.locator(f".stage img[src*='{kind.slug}']").wait_for()
        faults += [f"{kind.slug}: {misfit}" for misfit in on_kiosk.misfits(kiosk.page)]
    database.close()
    kiosk.leave()
    assert faults == []


def test_axe_finds_no_barrier_on_any_screen_in_high_contrast(maru: Maru, browser: Browser) -> None:
    kiosk = KioskVisitor(browser, maru.layout.hub_url)
    faults = []
    for screen in on_kiosk.walk(kiosk, "ko"):
        if screen == "menu":
            with kiosk.page.expect_response("**/tools"):
                kiosk.tap("[data-tool=contrast]")
        faults += [f"{screen}: {barrier}" for barrier in barriers(kiosk.page)]
        if screen == "result":
            assert kiosk.page.locator("html").get_attribute("data-contrast") == "high"
    kiosk.leave()
    assert faults == []


@pytest.mark.parametrize("size", SIZES)
def test_twice_as_large_everything_can_still_be_reached(maru: Maru, browser: Browser, size: str) -> None:
    kiosk = KioskVisitor(browser, maru.layout.hub_url, SIZES[size])
    faults = []
    for screen in on_kiosk.walk(kiosk, "en"):
        if screen == "menu":
            for _ in range(2):
                with kiosk.page.expect_response("**/tools"):
                    kiosk.tap("[data-tool=zoom]")
        if kiosk.page.locator("html[data-zoom='200']").count():
            faults += [f"{screen}: {fault}" for fault in out_of_reach(kiosk)]
    kiosk.leave()
    assert faults == []


def out_of_reach(kiosk: KioskVisitor) -> list[str]:
    """What a finger cannot get to by scrolling, and words that leave their frame sideways."""
    found: list[str] = kiosk.page.evaluate(
        """() => {
          const faults = [];
          const wide = document.documentElement.scrollWidth - innerWidth;
          if (wide > 2) faults.push(`the page is ${wide} px too wide`);
          const asked = document.querySelector("dialog[open]") ?? document;
          for (const thing of asked.querySelectorAll("a, button")) {
            if (thing.closest("[hidden], dialog:not([open])")) continue;
            thing.scrollIntoView({ block: "center" });
            const box = thing.getBoundingClientRect();
            const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
            const reached = top && (thing.contains(top) || top.contains(thing));
            if (!reached) faults.push(`"${thing.textContent.trim()}" is covered`);
            if (thing.scrollWidth > thing.clientWidth + 2) faults.push(`"${thing.textContent.trim()}" is cut`);
          }
          return faults;
        }"""
    )
    return found
