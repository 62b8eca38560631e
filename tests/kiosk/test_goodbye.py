"""After the last tap nothing of a visitor is left: no cookie, no page, no code, no wish for large letters."""

from collections.abc import Callable

import pytest

from branch.visits.models import EventKind
from branch.visits.services import thread
from kiosk.app import Process
from kiosk.settings import HubSettings
from tests.kiosk.people import Person, Teller, Visitor

PAGES = (
    "/menu",
    "/quiz",
    "/quiz/1",
    "/quiz/result",
    "/ticket",
    "/ticket/issued",
    "/phone",
    "/help",
    "/expert/unreachable",
)


def says_goodbye(visitor: Visitor, way: str) -> None:
    if way == "POST /done":
        visitor.reads(visitor.goes("/done"))
    else:
        visitor.opens(way)


@pytest.mark.parametrize("way", ["POST /done", "/done?from=centre", "/leave", "/"])
def test_every_way_out_leaves_nothing(process: Process, visitor: Visitor, way: str) -> None:
    visitor.sends("/tools", contrast="high", zoom="200")
    visitor.takes_quiz()
    visitor.takes_ticket()
    visitor.reads("/phone")
    visit, code = visitor.visit, str(visitor.cookie["code"])
    says_goodbye(visitor, way)
    assert set(visitor.cookie) <= {"language", "csrf_token"}
    assert visitor.cookie.get("language", "ko") == "ko"
    for page in PAGES:
        answer = visitor.opens(page)
        assert (answer.status_code, answer.location) == (302, "/"), page
    for page in ("/", "/language", "/done", "/display"):
        text = visitor.reads(page)
        assert visit not in text
        assert code not in text
        assert "data-contrast" not in text
    assert visitor.client.get("/qr.svg").status_code in {302, 403}
    with process.hub.database.reading() as session:
        assert thread(session, visit)[-1].kind == EventKind.VISIT_CLOSED


def test_the_browser_is_told_to_forget_too(visitor: Visitor) -> None:
    answer = visitor.sends("/done")
    assert answer.headers["Clear-Site-Data"] == '"storage", "cache"'


def test_a_branchs_kiosk_forgets_its_cookies_as_well(
    settings: HubSettings, make_hub: Callable[[HubSettings], Process]
) -> None:
    visitor = Visitor(
        make_hub(settings.model_copy(update={"environment": "production", "pairing": "open"}))
    ).arrives()
    assert visitor.sends("/done").headers["Clear-Site-Data"] == '"cookies", "storage", "cache"'


def test_no_page_of_a_visit_may_be_kept(visitor: Visitor) -> None:
    for page in ("/menu", "/ticket", "/phone"):
        assert visitor.opens(page).headers["Cache-Control"] == "no-store"


def test_a_screen_that_looks_at_the_waits_again_ends_nobodys_visit(visitor: Visitor) -> None:
    visitor.client.get("/", headers={"Sec-Fetch-Mode": "cors"})
    visitor.reads("/menu")


def test_a_signed_in_teller_stays_signed_in(process: Process, teller: Teller) -> None:
    teller.reads("/language")
    teller.goes("/language", language="ko")
    teller.goes("/done")
    teller.reads("/desk")


def test_a_greeting_is_korean_whatever_the_browser_prefers(process: Process) -> None:
    answer = Person(process).client.get("/", headers={"Accept": "text/html", "Accept-Language": "en-US"})
    assert '<html lang="ko">' in answer.get_data(as_text=True)


def test_large_letters_and_contrast_are_in_the_page_itself(visitor: Visitor) -> None:
    visitor.sends("/tools", contrast="high")
    visitor.sends("/tools", zoom="150")
    assert '<html lang="ko" data-contrast="high" data-zoom="150">' in visitor.reads("/menu")
    visitor.sends("/tools", contrast="normal")
    visitor.sends("/tools", zoom="100")
    assert '<html lang="ko">' in visitor.reads("/menu")
    assert visitor.error("/tools", zoom="900")[1] == "input.bad"


@pytest.mark.parametrize(
    "back", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_nobody_is_sent_to_another_site(visitor: Visitor, back: str) -> None:
    assert visitor.goes("/language", language="ko", back=back) == "/menu"
    visitor.goes("/help", back=back)
    assert "evil" not in visitor.reads("/help")
