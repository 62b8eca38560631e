"""A leaf from the phone: asked of the branch, shown when the branch says so, one a visit, kindly refused."""

import pytest

from branch.link import reach
from branch.tree.services import keep, leaf_of
from tests.web.house import Browser, House
from tests.web.test_phone_ticket import asked, silence

CARD = 'class="card stack leaf-card"'


@pytest.fixture
def phone(house: House) -> Browser:
    with house.database.transaction() as work:
        reach.heard(work, "seongsu")
    return house.customer()


def test_a_leaf_is_asked_of_the_branch_and_shown_when_it_hangs(house: House, phone: Browser) -> None:
    leaf = leaf_of(phone.held("visit"))
    assert "달아 주실래요" in phone.get("/visit").text
    assert phone.post("/visit/leaf", word="luck").location == "/visit?answer=late"
    assert asked(house.database)[-1] == (
        "leaf.hang",
        {"branch": "seongsu", "leaf": leaf, "word": "luck"},
    )
    with house.database.transaction() as work:
        keep(work, "seongsu", leaf, "luck", reach.last_seen(work, "seongsu"))  # type: ignore[arg-type]
    page = phone.get("/visit").text
    assert "잎을 달았어요" in page
    assert "다 잘될 거예요" in page
    assert phone.post("/visit/leaf", word="luck").location == "/visit"
    phone.post("/visit/leaf/back")
    assert asked(house.database)[-1] == ("leaf.take", {"branch": "seongsu", "leaf": leaf})


def test_with_the_branch_away_nothing_is_asked(house: House, phone: Browser) -> None:
    before = asked(house.database)
    silence(house)
    assert phone.post("/visit/leaf", word="luck").status_code == 503
    assert asked(house.database) == before


def test_only_words_of_the_content_are_asked(house: House, phone: Browser) -> None:
    before = asked(house.database)
    assert phone.post("/visit/leaf", word="anything").status_code == 400
    assert asked(house.database) == before


def test_the_tree_belongs_to_those_who_came(house: House) -> None:
    stranger = house.browser()
    stranger.post("/")
    assert CARD not in stranger.get("/visit").text
    assert stranger.post("/visit/leaf", word="luck").status_code == 404
