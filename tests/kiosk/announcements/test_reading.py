"""Numbers as a Korean teller calls them."""

import pytest

from branch.content.catalogue import load
from kiosk.announcements.korean import sino_korean, with_particles
from kiosk.announcements.reading import phrases

CONTENT = load().announcements.root


@pytest.mark.parametrize(
    ("number", "read"),
    [
        (0, "영"),
        (1, "일"),
        (6, "육"),
        (10, "십"),
        (11, "십일"),
        (12, "십이"),
        (16, "십육"),
        (20, "이십"),
        (22, "이십이"),
        (99, "구십구"),
        (100, "백"),
        (101, "백일"),
        (110, "백십"),
        (111, "백십일"),
        (206, "이백육"),
        (999, "구백구십구"),
        (1000, "천"),
        (1010, "천십"),
        (2345, "이천삼백사십오"),
        (10_000, "만"),
        (10_001, "만일"),
        (12_345, "만이천삼백사십오"),
        (20_010, "이만십"),
    ],
)
def test_numbers_are_counted_in_sino_korean(number: int, read: str) -> None:
    assert sino_korean(number) == read


@pytest.mark.parametrize(
    ("letter", "serial", "desk", "number", "place", "caption"),
    [
        ("A", 12, "3번 창구", "에이, 십이 번 손님.", "삼 번 창구로 오세요.", "A-012 손님, 3번 창구로 오세요"),
        ("A", 1, "1번 창구", "에이, 일 번 손님.", "일 번 창구로 오세요.", "A-001 손님, 1번 창구로 오세요"),
        (
            "E",
            12,
            "12번 창구",
            "이, 십이 번 손님.",
            "십이 번 창구로 오세요.",
            "E-012 손님, 12번 창구로 오세요",
        ),
        (
            "C",
            100,
            "4번 상담석",
            "씨, 백 번 손님.",
            "사 번 상담석으로 오세요.",
            "C-100 손님, 4번 상담석으로 오세요",
        ),
        ("B", 1000, "상담실", "비, 천 번 손님.", "상담실로 오세요.", "B-1000 손님, 상담실로 오세요"),
    ],
)
def test_a_call_as_it_is_spoken_and_shown(
    letter: str, serial: int, desk: str, number: str, place: str, caption: str
) -> None:
    said = phrases(CONTENT["ko"], "ko", letter, serial, desk)
    assert (said.number, said.desk, said.caption) == (number, place, caption)


def test_every_letter_of_a_service_has_a_korean_name() -> None:
    names = CONTENT["ko"].letters
    assert sorted(names) == [chr(code) for code in range(ord("A"), ord("Z") + 1)]
    assert len(set(names.values())) == len(names)


def test_english_leaves_figures_to_the_voice() -> None:
    said = phrases(CONTENT["en"], "en", "A", 12, "Desk 3")
    assert said.number == "Number A, 12."
    assert said.desk == "Please come to Desk 3."
    assert said.caption == "A-012, please come to Desk 3"


@pytest.mark.parametrize(
    ("sentence", "read"),
    [
        ("창구(으)로", "창구로"),
        ("상담석(으)로", "상담석으로"),
        ("교실(으)로", "교실로"),
        ("창구 1(으)로", "창구 1로"),
        ("창구 3(으)로", "창구 3으로"),
        ("VIP(으)로", "VIP로"),
    ],
)
def test_the_particle_follows_the_sound_before_it(sentence: str, read: str) -> None:
    assert with_particles(sentence) == read
