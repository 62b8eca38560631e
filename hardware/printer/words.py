"""The words on a slip. Korean is the bank's own voice; languages without words here read English."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

_KOREAN_DAYS: Final = "월화수목금토일"
_ENGLISH_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_ENGLISH_MONTHS: Final = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"


@dataclass(frozen=True)
class Words:
    """One language's words for a slip."""

    number: str
    again: str
    ahead_label: str
    ahead: Callable[[int], str]
    wait_label: str
    wait: Callable[[int, int], str]
    next_step: str
    phone: str
    phone_how: str
    issued: Callable[[datetime], str]


def _korean_wait(low: int, high: int) -> str:
    if high == 0:
        return "곧"
    if low == 0:
        return f"{high}분 이내"
    return f"약 {low}분" if low == high else f"{low}~{high}분"


def _english_wait(low: int, high: int) -> str:
    if high == 0:
        return "soon"
    if low == 0:
        return f"up to {high} min"
    return f"about {low} min" if low == high else f"{low}–{high} min"


def _korean_time(at: datetime) -> str:
    half = "오전" if at.hour < 12 else "오후"
    day = f"{at.year}년 {at.month}월 {at.day}일({_KOREAN_DAYS[at.weekday()]})"
    return f"{day} {half} {(at.hour + 11) % 12 + 1}:{at.minute:02}"


def _english_time(at: datetime) -> str:
    day = f"{_ENGLISH_DAYS[at.weekday()]} {at.day} {_ENGLISH_MONTHS.split()[at.month - 1]} {at.year}"
    return f"{day}, {at.hour:02}:{at.minute:02}"


KOREAN: Final = Words(
    number="번호표",
    again="재출력",
    ahead_label="내 앞",
    ahead=lambda count: f"{count}명",
    wait_label="예상 대기",
    wait=_korean_wait,
    next_step="번호를 부르면 창구로 와 주세요.",
    phone="휴대폰으로 이어 보기",
    phone_how="카메라로 비추면 내 차례를 휴대폰에서 볼 수 있어요.",
    issued=_korean_time,
)

ENGLISH: Final = Words(
    number="Ticket",
    again="Reprint",
    ahead_label="Ahead of you",
    ahead=str,
    wait_label="Expected wait",
    wait=_english_wait,
    next_step="Please come to the desk when your number is called.",
    phone="Continue on your phone",
    phone_how="Point your camera here to follow your turn on your phone.",
    issued=_english_time,
)

_BY_LANGUAGE: Final = {"ko": KOREAN, "en": ENGLISH}


def words_for(language: str) -> Words:
    return _BY_LANGUAGE.get(language, ENGLISH)
