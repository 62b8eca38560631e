"""The cheering tree: one leaf a visit, taken back and hung again, places that never change, and the way up the link."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from branch import clock
from branch.content.cheers import Cheers
from branch.database import Database
from branch.link import outbox
from branch.people.services import get_branch
from branch.tree.growth import drawing, size
from branch.tree.season import Season, season_at
from branch.tree.services import Tree, hang, hanging, leaf_of, look, take_back
from tests.branch.test_link import deliver, parcel

BRANCH = "seongsu"


def tree_in(database: Database, most: int = 360) -> Tree:
    with database.reading() as session:
        return look(session, get_branch(session, BRANCH), most)


def grow(hub: Database, leaves: int, word: str = "luck") -> None:
    with hub.transaction() as session:
        for leaf in range(leaves):
            hang(session, BRANCH, leaf_of(f"visit {leaf}"), word)


def test_a_visit_has_one_leaf_and_keeps_the_word_that_was_first(hub: Database) -> None:
    for word in ("luck", "luck", "thanks"):
        with hub.transaction() as session:
            hang(session, BRANCH, leaf_of("a visit"), word)
    tree = tree_in(hub)
    assert (tree.of_today, tree.of_season) == (1, 1)
    assert [leaf.word for leaf in tree.leaves] == ["luck"]
    assert [event["kind"] for event in parcel(hub).events] == ["leaf.hung"]


def test_a_leaf_is_taken_back_and_hung_again_where_it_was(hub: Database) -> None:
    grow(hub, 5)
    before, mine = tree_in(hub), leaf_of("visit 2")
    with hub.transaction() as session:
        take_back(session, BRANCH, mine)
        take_back(session, BRANCH, mine)
    without = tree_in(hub)
    assert (without.of_today, without.of_season) == (4, 4)
    assert [leaf.place for leaf in without.leaves] == [
        leaf.place for leaf in before.leaves if leaf.id != mine
    ]
    with hub.transaction() as session:
        hang(session, BRANCH, mine, "thanks")
    again = {leaf.id: leaf for leaf in tree_in(hub).leaves}
    assert again[mine].word == "thanks"
    assert {leaf.id: leaf.place for leaf in before.leaves} == {key: leaf.place for key, leaf in again.items()}


def test_another_branchs_leaf_is_not_ours_to_take(hub: Database) -> None:
    grow(hub, 1)
    with hub.transaction() as session:
        take_back(session, "another", leaf_of("visit 0"))
        assert hanging(session, leaf_of("visit 0")) is not None


def test_a_full_tree_draws_its_newest_leaves_in_their_places(hub: Database) -> None:
    grow(hub, 7)
    tree = tree_in(hub, most=3)
    assert [leaf.place for leaf in tree.leaves] == [4, 5, 6]
    assert tree.of_season == 7
    wood = drawing()
    assert wood.place(len(wood.places) + 3) == wood.places[3]


def test_a_season_begins_with_a_bare_tree(hub: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    now = datetime(2026, 11, 30, 14, 59, tzinfo=UTC)  # one minute before December in Seoul
    monkeypatch.setattr(clock, "now", lambda: now)
    grow(hub, 2)
    assert (tree_in(hub).season, tree_in(hub).of_season) == (Season.AUTUMN, 2)
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(minutes=1))
    tree = tree_in(hub)
    assert (tree.season, tree.of_today, tree.of_season, tree.leaves) == (Season.WINTER, 0, 0, ())


@pytest.mark.parametrize(
    ("day", "season", "begins"),
    [("2027-02-28", "winter", "2026-12-01"), ("2027-03-01", "spring", "2027-03-01")],
)
def test_winter_reaches_over_the_new_year(day: str, season: str, begins: str) -> None:
    found, since = season_at(datetime.fromisoformat(f"{day}T12:00+09:00"), "Asia/Seoul")
    assert (found, since.isoformat()) == (season, f"{begins}T00:00:00+09:00")


def test_the_centre_draws_the_same_tree_however_often_it_is_told(hub: Database, centre: Database) -> None:
    grow(hub, 4)
    with hub.transaction() as session:
        take_back(session, BRANCH, leaf_of("visit 1"))
        take_back(session, BRANCH, leaf_of("visit 3"))
        hang(session, BRANCH, leaf_of("visit 1"), "thanks")
    up = parcel(hub)
    for _ in range(2):
        deliver(centre, up.stream, up.events)
    ours, theirs = tree_in(hub), tree_in(centre)
    assert {leaf.id: leaf.word for leaf in theirs.leaves} == {leaf.id: leaf.word for leaf in ours.leaves}
    assert (theirs.of_today, theirs.of_season) == (3, 3)


def test_nothing_of_a_leaf_leads_to_its_visit(hub: Database) -> None:
    grow(hub, 1)
    [told] = parcel(hub).events
    assert told["visit"] == ""
    assert "visit 0" not in str(told)


def test_a_phones_leaf_is_hung_once_however_often_it_is_asked(hub: Database) -> None:
    asked = {"branch": BRANCH, "leaf": leaf_of("a phone"), "word": "luck"}
    for command in ("1", "2"):
        with hub.transaction() as session:
            told = {"id": command * 32, "kind": "leaf.hang", "payload": asked, "version": 1}
            assert outbox.carry_out(session, told)
    assert tree_in(hub).of_season == 1
    with hub.transaction() as session:
        told = {"id": "3" * 32, "kind": "leaf.take", "payload": asked, "version": 1}
        assert outbox.carry_out(session, told)
    assert tree_in(hub).of_season == 0


def test_leaves_lie_within_the_picture_and_spread_over_the_whole_crown() -> None:
    places = drawing().places
    assert len(set(places)) == len(places)
    assert all(20 < place.x < 980 and 60 < place.y < 760 for place in places)
    for few in (12, 40, 120):
        left = sum(place.x < 500 for place in places[:few])
        assert 0.3 < left / few < 0.7, few


def test_the_tree_grows_with_its_leaves_and_stops_growing() -> None:
    sizes = [size(leaves) for leaves in (0, 1, 10, 100, 200, 5_000)]
    assert all(smaller <= larger for smaller, larger in pairwise(sizes))
    assert 0.5 < sizes[0] < sizes[-1] == 1


@pytest.mark.parametrize(
    "words",
    [
        [{"slug": "one", "words": {"ko": "하나"}}],
        [{"slug": "one", "words": {"ko": "하나"}}, {"slug": "one", "words": {"ko": "둘"}}],
        [{"slug": "one", "words": {"ko": "하나"}}, {"slug": "two", "words": {"en": "Two"}}],
        [
            {"slug": "one", "words": {"ko": "하나"}},
            {"slug": "two", "words": {"ko": "너무 길어서 멀리서 못 읽는 말이에요"}},
        ],
    ],
)
def test_kind_words_that_do_not_fit_are_refused(words: list[object]) -> None:
    with pytest.raises(ValueError, match=r"kind words|slug|Korean|too long"):
        Cheers.model_validate(words)
