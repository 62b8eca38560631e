"""The tree in the branch: a leaf on the goodbye page, undone with a tap, and shown to everybody, with the centre away."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from branch.content import catalogue
from branch.tree.services import hang, leaf_of
from kiosk import tree
from kiosk.app import Process
from kiosk.settings import HubSettings
from tests.kiosk.people import Person, Visitor
from tests.kiosk.test_desk import changes

COUNTS = re.compile(r"<dd>(\d+)</dd>")


def leaves(process: Process) -> list[str]:
    """What stands on the big screen: leaves of today, leaves of the season."""
    return COUNTS.findall(Person(process).reads("/tree"))


def leaves_the_kiosk(visitor: Visitor) -> str:
    """Tap "I'm done"; the pass that the goodbye page holds."""
    page = visitor.reads(visitor.goes("/done"))
    found = re.search(r'name="leaf" value="([^"]+)"', page)
    assert found, page
    return found[1]


def test_a_leaf_is_hung_at_the_goodbye_and_taken_back(process: Process, visitor: Visitor) -> None:
    token = leaves_the_kiosk(visitor)
    assert "visit" not in visitor.cookie
    display = changes(process, visitor, "/display")
    display.heard()
    page = visitor.reads(visitor.goes("/leaf", leaf=token, word="luck"))
    assert "잎을 달았어요" in page
    assert "다 잘될 거예요" in page
    assert display.heard() == ["tree"]
    assert leaves(process) == ["1", "1"]
    assert "다 잘될 거예요" in Person(process).reads("/display")
    assert "달아 주실래요" in visitor.reads(visitor.goes("/leaf/back", leaf=token))
    assert leaves(process) == ["0", "0"]


def test_two_taps_and_another_word_are_one_leaf(process: Process, visitor: Visitor) -> None:
    token = leaves_the_kiosk(visitor)
    for word in ("luck", "luck", "thanks"):
        visitor.goes("/leaf", leaf=token, word=word)
    assert leaves(process) == ["1", "1"]
    assert "다 잘될 거예요" in Person(process).reads("/tree")


def test_the_goodbye_speaks_the_visitors_language_and_shows_nothing_of_the_visit(process: Process) -> None:
    visitor = Visitor(process).arrives("en")
    visit = visitor.visit
    page = visitor.reads(visitor.goes("/done"))
    assert "Would you like to hang a kind word" in page
    assert visit not in page
    assert set(visitor.cookie) <= {"language", "csrf_token"}
    visitor.reads("/")
    assert visitor.cookie.get("language", "ko") == "ko"


def test_a_page_that_looks_again_keeps_its_form_good(visitor: Visitor) -> None:
    to = visitor.goes("/done")
    token = re.search(r'name="leaf" value="([^"]+)"', visitor.reads(to))
    assert token
    visitor.client.get(to, headers={"Accept": "text/html", "Sec-Fetch-Mode": "cors"})
    visitor.goes("/leaf", leaf=token[1], word="luck")


def test_who_has_gone_without_a_word_is_not_asked_for_a_leaf(visitor: Visitor) -> None:
    assert visitor.goes("/done", nobody="1") == "/done"
    assert 'name="leaf"' not in visitor.reads("/done")


@pytest.mark.parametrize("token", ["", "made-up", "WyJhIiwia28iXQ.aaaa.bbbb"])
def test_without_a_pass_nobody_hangs_a_leaf(process: Process, visitor: Visitor, token: str) -> None:
    visitor.reads("/menu")
    assert visitor.error("/leaf", leaf=token, word="luck")[:2] == (410, "leaf.pass_over")
    assert visitor.error("/leaf/back", leaf=token)[:2] == (410, "leaf.pass_over")
    assert leaves(process) == ["0", "0"]
    assert "안녕히 가세요" in visitor.reads(f"/done?leaf={token}")


def test_a_pass_ends(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    token = leaves_the_kiosk(visitor)
    monkeypatch.setattr(tree, "PASS_LIVES", -1)
    assert visitor.error("/leaf", leaf=token, word="luck")[1] == "leaf.pass_over"


def test_only_words_of_the_content_are_hung(process: Process, visitor: Visitor) -> None:
    token = leaves_the_kiosk(visitor)
    assert visitor.error("/leaf", leaf=token, word="<b>mine</b>")[1] == "input.bad"
    assert leaves(process) == ["0", "0"]


def test_a_word_that_is_no_longer_offered_stays_a_leaf_without_words(process: Process) -> None:
    with process.hub.writing() as work:
        hang(work, "seongsu", leaf_of("of last year"), "gone")
    page = Person(process).reads("/tree")
    assert leaves(process) == ["1", "1"]
    assert "gone" not in page


def test_a_branch_may_have_no_tree(
    settings: HubSettings, make_hub: Callable[[HubSettings], Process], tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(catalogue.HERE, tmp_path / "content"))
    (folder / "cheers.yaml").write_text("[]\n")
    visitor = Visitor(make_hub(settings.model_copy(update={"content_dir": folder}))).arrives()
    assert visitor.goes("/done") == "/done"
    assert visitor.opens("/tree").status_code == 404
    assert 'data-scene="tree"' not in visitor.reads("/display")


def test_the_big_screen_belongs_to_paired_devices(
    settings: HubSettings, make_hub: Callable[[HubSettings], Process]
) -> None:
    anybody = Person(make_hub(settings.model_copy(update={"pairing": "required"})))
    for page in ("/tree", "/display"):
        answer = anybody.opens(page)
        assert (answer.status_code, answer.location) == (302, "/pair")
