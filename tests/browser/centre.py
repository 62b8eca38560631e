"""What tests of the centre's pages share: a way in without a kiosk, what is written on a screen, and axe's opinion of it."""

import re
from datetime import timedelta
from functools import cache

from playwright.sync_api import Page
from sqlalchemy import update

from branch import clock, ids
from branch.database import Database
from branch.handoff.models import HandoffCode
from branch.handoff.services import issue_code
from branch.visits.services import open_visit
from tests.running import Maru
from tools.places import CLIENT

HANGUL = re.compile(r"[가-힣ㄱ-ㆎ]+")
# The advisor is called so, and whoever reads no English must find the way to Korean.
NAMES = frozenset({"김세연", "한국어"})
SEVERE = ("serious", "critical")


def new_code(maru: Maru, language: str = "ko", *, expired: bool = False) -> str:
    """The code of a visit that began at the kiosk."""
    database = Database(maru.layout.centre_database)
    with database.transaction() as work:
        code = issue_code(work, open_visit(work, "seongsu", "kiosk", language).id)
        if expired:
            mine = update(HandoffCode).where(HandoffCode.digest == ids.digest(code))
            work.execute(mine.values(expires_at=clock.now() - timedelta(minutes=1)))
    database.close()
    return code


def korean_words(page: Page) -> set[str]:
    """The Korean words on the screen that are no names, spoken labels included."""
    spoken = page.evaluate(
        """() => [document.title, document.body.innerText,
             ...[...document.querySelectorAll('[aria-label], [alt], [placeholder], [title]')].flatMap(
               (each) => ['aria-label', 'alt', 'placeholder', 'title'].map((name) => each.getAttribute(name) ?? ''))
           ].join(' ')"""
    )
    return set(HANGUL.findall(spoken)) - NAMES


# Half faded in, a button has another contrast than it will have; what moves for ever is looked at as it is.
AT_REST = """() => Promise.allSettled(document.getAnimations()
  .filter((each) => each.playState === 'running' && Number.isFinite(each.effect.getComputedTiming().endTime))
  .map((each) => each.finished))"""


def barriers(page: Page) -> list[str]:
    """What axe calls serious or critical on this screen, one line each (https://github.com/dequelabs/axe-core)."""
    page.evaluate(AT_REST)
    page.evaluate(_axe())
    found = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
    return [
        f"{page.url} {violation['impact']} {violation['id']}: {[node['html'] for node in violation['nodes']]}"
        for violation in found["violations"]
        if violation["impact"] in SEVERE
    ]


@cache
def _axe() -> str:
    return (CLIENT / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
