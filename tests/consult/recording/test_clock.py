"""Timestamps become the room's time: through wraparound, drift, reports and nonsense."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult.recording.clock import ParticipantClock, TrackClock

NTP = 3_900_000_000


def ntp(seconds: float) -> int:
    return int((NTP + seconds) * 2**32)


@given(first=st.integers(0, 2**32 - 1), rate=st.sampled_from([48_000, 90_000]))
def test_time_runs_on_through_wraparound(first: int, rate: int) -> None:
    clock = TrackClock(rate, ParticipantClock())
    step = rate // 2
    moments = [clock.time((first + place * step) % 2**32, 3.0 + place / 2) for place in range(200)]
    assert moments == pytest.approx([3.0 + place / 2 for place in range(200)])


def test_a_packet_cannot_have_been_captured_after_it_came() -> None:
    clock = TrackClock(48_000, ParticipantClock())
    clock.time(0, 1.5)
    assert clock.time(48_000, 2.1) == pytest.approx(2.1)
    assert clock.time(96_000, 3.4) == pytest.approx(3.1)


def test_reports_bring_sound_and_picture_together() -> None:
    participant = ParticipantClock()
    sound, picture = TrackClock(48_000, participant), TrackClock(90_000, participant)
    sound.time(1_000, 10.00)
    picture.time(7_000, 10.25)  # captured at the same moment, but encoding took its time
    sound.report(ntp(5.0), 1_000 + 48_000, 11.02)
    picture.report(ntp(5.0), 7_000 + 90_000, 11.03)
    later_sound, later_picture = sound.time(1_000 + 96_000, 12.0), picture.time(7_000 + 180_000, 12.3)
    assert later_sound == pytest.approx(later_picture, abs=0.011)


def test_a_report_before_the_first_packet_places_it() -> None:
    clock = TrackClock(90_000, ParticipantClock())
    clock.report(ntp(5.0), 90_000, 20.0)
    assert clock.time(90_000 + 45_000, 20.9) == pytest.approx(20.5)


def test_a_sender_without_a_clock_changes_nothing() -> None:
    clock = TrackClock(90_000, ParticipantClock())
    clock.time(0, 1.0)
    clock.report(0, 12_345_678, 1.0)
    assert clock.time(90_000, 2.0) == pytest.approx(2.0)


def test_the_fastest_report_decides_how_far_the_clocks_are_apart() -> None:
    participant = ParticipantClock()
    lags = [
        participant.report(5.0 + place, 9.0 + place + delay) for place, delay in enumerate((0.3, 0.1, 0.2))
    ]
    assert lags == pytest.approx([4.3, 4.1, 4.1])


def test_a_sender_that_sets_its_clock_is_followed() -> None:
    participant = ParticipantClock()
    participant.report(5.0, 9.0)
    assert participant.report(3.0, 10.0) == pytest.approx(7.0)


def test_timestamps_that_jump_fall_back_on_arrival() -> None:
    clock = TrackClock(90_000, ParticipantClock())
    clock.time(0, 1.0)
    assert clock.time(90_000 * 3600, 2.0) == pytest.approx(2.0)
    assert clock.time(90_000 * 3601, 3.0) == pytest.approx(3.0)


def test_a_new_source_is_placed_by_its_own_arrival() -> None:
    clock = TrackClock(90_000, ParticipantClock())
    clock.time(5, 1.0)
    clock.restart()
    assert clock.time(4_000_000_000, 7.0) == pytest.approx(7.0)
