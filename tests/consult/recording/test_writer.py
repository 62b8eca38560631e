"""The thread that writes: every recording has its turn, and one that closes does not wait for it."""

from __future__ import annotations

from collections.abc import Iterator

from consult.recording.writer import Writer
from tests.waiting import until


class Counted:
    """A recording that counts its turns, and is finished after so many."""

    def __init__(self, turns: int) -> None:
        self.finished = False
        self.turns = 0
        self._last = turns

    def pump(self) -> Iterator[None]:
        self.turns += 1
        yield
        self.finished = self.turns == self._last

    def give_up(self, error: Exception) -> None:
        raise AssertionError(error)


def test_every_recording_has_its_turns_until_it_is_finished() -> None:
    thread, recordings = Writer(tick=0.02), [Counted(turns) for turns in (1, 5, 9)]
    for recording in recordings:
        thread.add(recording)
    until(lambda: all(recording.finished for recording in recordings), "all are finished")
    later = Counted(2)
    thread.add(later)
    until(lambda: later.finished, "one that came after the others is finished")
    assert [recording.turns for recording in recordings] == [1, 5, 9]


def test_whoever_closes_has_a_turn_at_once_and_the_others_keep_theirs() -> None:
    thread, closing, waiting = Writer(tick=3_600), Counted(1), Counted(1)
    thread.add(waiting)
    thread.add(closing)
    thread.wake(closing)
    until(lambda: closing.finished, "the one that closes has had its turn")
    assert waiting.turns == 0
    thread.wake(waiting)
    until(lambda: waiting.finished, "the other one too, when it closes")
