"""The honest wait: what is learned, what follows for a line, and that a simulated month keeps eight promises in ten."""

from statistics import median

from hypothesis import given
from hypothesis import strategies as st

from bench.month import Promise, month
from branch.tickets.pace import Load, Pace, by_hour, learned, span, typed
from branch.tickets.situation import COME, Coming, Situation

QUICK, SLOW = Pace(5.0, 9.0), Pace(25.0, 100.0)
DESKS = {"1": frozenset({"deposits"}), "2": frozenset({"deposits", "loans"}), "3": frozenset({"loans"})}


def line(busy: tuple[str, ...] = (), **waiting: int) -> Situation:
    return Situation(DESKS, frozenset(busy), waiting, {"deposits": QUICK, "loans": SLOW})


@given(load=st.floats(0, 500), more=st.floats(0, 100), desks=st.integers(1, 9))
def test_a_range_is_ordered_and_grows_with_what_is_ahead(load: float, more: float, desks: int) -> None:
    low, high = span(Load(load, load * 4), desks)
    longer_low, longer_high = span(Load(load + more, (load + more) * 4), desks)
    assert 0 <= low < high
    assert longer_low >= low
    assert longer_high >= high


def test_what_was_typed_gives_way_to_what_was_seen() -> None:
    believed = typed(10, 20)
    assert learned([], believed, 8) == believed
    assert believed.mean > learned([4.0] * 8, believed, 8).mean > learned([4.0] * 80, believed, 8).mean > 4


def test_an_hour_of_its_own_is_learned() -> None:
    minutes = {10: [5.0] * 100, 14: [15.0] * 100}
    morning, afternoon = by_hour(minutes, 10, typed(5, 15)), by_hour(minutes, 14, typed(5, 15))
    assert morning.mean < 7
    assert afternoon.mean > 13


def test_a_desk_left_without_a_tap_teaches_nothing() -> None:
    assert learned([600.0, -3.0], QUICK, 8) == QUICK


def test_a_free_desk_means_no_wait_to_speak_of() -> None:
    assert line().newcomer("deposits").high <= 1
    assert line(busy=("1", "2")).newcomer("deposits").high > 1


def test_those_who_can_go_elsewhere_weigh_less() -> None:
    shared, own = line(loans=4).newcomer("deposits"), line(loans=4).newcomer("loans")
    assert shared.ahead == own.ahead == 4
    assert shared.high < own.high


def test_a_desk_that_closes_makes_the_wait_longer() -> None:
    closed = Situation({"1": DESKS["1"]}, frozenset(), {"deposits": 6}, {"deposits": QUICK})
    assert closed.newcomer("deposits").high > line(deposits=6).newcomer("deposits").high


def test_who_was_sent_to_a_desk_waits_for_that_desk_alone() -> None:
    ahead = {"deposits@2": 3, "deposits": 2}
    now = Situation(DESKS, frozenset(), ahead, {"deposits": QUICK, "loans": SLOW})
    sent, anybody, elsewhere = now.wait("deposits@2", ahead), now.newcomer("deposits"), now.newcomer("loans")
    assert sent.ahead == anybody.ahead == elsewhere.ahead == 5
    assert sent.high > anybody.high, "one desk is slower than two"
    first = Situation(DESKS, frozenset(), {"deposits@1": 9}, {"deposits": QUICK, "loans": SLOW})
    assert first.newcomer("loans").ahead == 0, "the desks of loans do not serve those nine"
    gone = Situation({"1": DESKS["1"]}, frozenset(), {}, {"deposits": QUICK})
    assert gone.wait("deposits@2", {"deposits@2": 1}).ahead == 1, "as if its desk were open"


def test_where_some_go_first_the_others_are_told_to_wait_longer() -> None:
    alike = line(deposits=8).newcomer("deposits")
    paces = {"deposits": QUICK, "loans": SLOW}
    some = Situation(DESKS, frozenset(), {"deposits": 8}, paces, overtaking=0.3).newcomer("deposits")
    assert some.ahead == alike.ahead
    assert some.high > alike.high


PEOPLE = st.builds(
    lambda queue, earliest, during: Coming(queue, earliest, earliest + during),
    st.sampled_from(("deposits", "loans", "deposits@2")),
    st.floats(-10, 120),
    st.floats(0, 60),
)


@given(ahead=st.integers(0, 30), coming=st.lists(PEOPLE, max_size=8), more=PEOPLE)
def test_who_is_on_the_way_makes_the_range_longer_and_never_shorter_than_if_they_were_here(
    ahead: int, coming: list[Coming], more: Coming
) -> None:
    paces = {"deposits": QUICK, "loans": SLOW}
    alone, some, all_of_them = (
        Situation(DESKS, frozenset(), {"deposits": ahead}, paces, away=away).newcomer("deposits")
        for away in ([], coming, [*coming, more])
    )
    assert alone.ahead == some.ahead == all_of_them.ahead == ahead, "who is not here is not counted"
    assert alone.low == some.low == all_of_them.low
    assert alone.high <= some.high <= all_of_them.high


@given(minutes=st.floats(0, 200), longer=st.floats(0, 100), who=PEOPLE)
def test_the_longer_one_waits_the_likelier_they_come_before(
    minutes: float, longer: float, who: Coming
) -> None:
    assert 0 <= who.chance(minutes) <= who.chance(minutes + longer) <= COME


def test_who_comes_after_ones_turn_changes_nothing() -> None:
    paces = {"deposits": QUICK, "loans": SLOW}
    booked = [Coming("deposits", 90.0, 110.0)] * 5
    now = Situation(DESKS, frozenset(), {"deposits": 4}, paces, booked=booked)
    assert now.newcomer("deposits") == line(deposits=4).newcomer("deposits")
    soon = Situation(DESKS, frozenset(), {"deposits": 4}, paces, booked=[Coming("deposits", 0, 5)] * 5)
    assert soon.newcomer("deposits").high > now.newcomer("deposits").high


def test_counting_those_on_the_way_keeps_more_promises() -> None:
    with_them, without = (month(7, 0.25, counted=counted, days=6) for counted in (True, False))

    def late(promises: list[Promise]) -> float:
        return sum(promise.true > promise.high for promise in promises) / len(promises)

    assert sum(promise.held for promise in with_them) / len(with_them) >= 0.8
    assert late(with_them) < late(without)


def test_a_simulated_month_keeps_eight_promises_in_ten_and_says_more_than_a_mean() -> None:
    promises = month(seed=7)
    share = sum(promise.held for promise in promises) / len(promises)
    misses = sorted(abs(promise.true - promise.naive) for promise in promises)
    naive_width = 2 * misses[int(share * len(misses))]
    assert share >= 0.8
    assert median(promise.high - promise.low for promise in promises) < naive_width
