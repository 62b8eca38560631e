"""The reorder buffer: order out of disorder, holes where packets stayed away, nothing lost silently."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from consult.recording.jitter import HELD_PACKETS, OPENING_SECONDS, WINDOW_SECONDS, ReorderBuffer
from consult.recording.rtp import Packet

STEP = 0.01


def packet(number: int, arrival: float) -> Packet:
    """The payload tells which packet it truly is, beyond the 16 bits of its sequence number."""
    return (number & 0xFFFF, number, 0, str(number).encode(), arrival)


def numbers(packets: list[Packet]) -> list[int]:
    return [int(taken[3]) for taken in packets]


def arrived(order: list[int]) -> list[Packet]:
    return [packet(number, place * STEP) for place, number in enumerate(order)]


def run(packets: list[Packet], batch: int = 7) -> tuple[ReorderBuffer, list[Packet]]:
    buffer = ReorderBuffer()
    released: list[Packet] = []
    for start in range(0, len(packets), batch):
        released += buffer.push(packets[start : start + batch])
    return buffer, released + buffer.flush()


@given(
    first=st.integers(0, 0xFFFF),
    keys=st.lists(st.floats(0, 8, allow_nan=False), min_size=1, max_size=300),
    batch=st.integers(1, 40),
)
def test_packets_displaced_within_the_window_come_out_in_order(
    first: int, keys: list[float], batch: int
) -> None:
    order = sorted(range(len(keys)), key=lambda place: place + keys[place])
    buffer, released = run(arrived([first + place for place in order]), batch)
    assert numbers(released) == [first + place for place in range(len(keys))]
    assert (buffer.duplicates, buffer.late) == (0, 0)


@given(first=st.integers(0, 0xFFFF), order=st.lists(st.integers(0, 200), min_size=1, max_size=400))
def test_every_packet_is_released_once_or_counted(first: int, order: list[int]) -> None:
    buffer, released = run(arrived([first + place for place in order]))
    sequences = [taken[0] for taken in released]
    assert sequences == sorted(set(sequences)), "numbers must only rise"
    assert len(set(numbers(released))) == len(released), "nothing may come out twice"
    assert len(released) + buffer.duplicates + buffer.late == len(order)


def test_a_hole_shows_as_a_jump_of_exactly_its_size() -> None:
    kept = [number for number in range(65_500, 65_700) if not 65_530 <= number < 65_541]
    buffer, released = run(arrived(kept))
    jumps = [after[0] - before[0] for before, after in pairwise(released)]
    assert numbers(released) == kept
    assert sorted(set(jumps)) == [1, 12]
    assert buffer.late == 0


def test_a_hole_is_held_open_for_the_window_and_then_given_up() -> None:
    buffer = ReorderBuffer()
    buffer.push([packet(0, 0.0), packet(1, OPENING_SECONDS)])
    assert numbers(buffer.push([packet(3, 1.0)])) == []
    assert numbers(buffer.push([packet(4, 0.99 + WINDOW_SECONDS)])) == []
    assert numbers(buffer.push([packet(5, 1.01 + WINDOW_SECONDS)])) == [3, 4, 5]
    assert buffer.push([packet(2, 1.02 + WINDOW_SECONDS)]) == []
    assert (buffer.late, buffer.duplicates) == (1, 0)


def test_a_packet_that_comes_twice_is_a_duplicate_and_not_late() -> None:
    buffer, released = run(arrived([0, 1, 2, 3, 3, 2, 4, 6, 6, 5, *range(7, 30)]))
    assert numbers(released) == list(range(30))
    assert (buffer.late, buffer.duplicates) == (0, 3)


def test_what_is_held_is_bounded_even_when_time_stands_still() -> None:
    buffer = ReorderBuffer()
    buffer.push([packet(0, 0.0), packet(1, OPENING_SECONDS)])
    released = buffer.push([packet(number, OPENING_SECONDS) for number in range(3, 3 + HELD_PACKETS + 1)])
    assert len(released) == HELD_PACKETS + 1


def test_a_new_source_may_count_from_anywhere() -> None:
    buffer, _ = run(arrived(list(range(40_000, 40_020))))
    buffer.restart()
    released = buffer.push([packet(9, 5.0), packet(8, 5.2)]) + buffer.flush()
    assert numbers(released) == [8, 9]
    assert buffer.duplicates == 0
