"""Fields of the page of hours and services: times, days, minutes and desks, and what is said when one is wrong."""

from collections.abc import Sequence
from datetime import time

from flask_babel import gettext
from wtforms import DateField, IntegerField, SelectMultipleField, TimeField

LONGEST = 240  # minutes
NOT_A_TIME = "시각을 09:00처럼 적어 주세요."
NOT_A_DAY = "날짜를 골라 주세요."
CLOSES_FIRST = "닫는 시각이 여는 시각보다 늦어야 해요."
NOT_MINUTES = "1에서 240 사이의 분을 적어 주세요."
SHORTER_FIRST = "짧은 시간을 앞에 적어 주세요."
NO_NAME = "이름을 적어 주세요."
TOO_LONG = "조금 줄여 주세요."
NOT_A_LETTER = "A에서 Z 사이의 글자 하나를 적어 주세요."
LETTER_TWICE = "다른 업무와 같은 글자예요."
LETTER_GONE = "뺀 업무의 글자예요. 다른 글자를 적어 주세요."
DAY_TWICE = "같은 날이 두 번 있어요."
NOT_A_CODE = "영어 소문자로 적어 주세요. 예: pension"
CODE_TWICE = "이미 있는 코드예요. 뺀 업무라면 아래에서 다시 넣어 주세요."
NO_DESK = "맡을 창구를 하나 이상 골라 주세요."
NOT_A_PLACE = "1부터 세는 숫자를 적어 주세요."


class Said:
    """A sentence in the reader's language, chosen when it is shown and not when the form is declared."""

    def __init__(self, korean: str) -> None:
        self._korean = korean

    def __str__(self) -> str:
        return str(gettext(self._korean))

    def __mod__(self, _values: object) -> str:
        """Validators fill in their own limits, which our sentences name already."""
        return str(self)


class ClockField(TimeField):  # type: ignore[misc]
    """A time of day, or nothing."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        self.data = None
        if not valuelist or not valuelist[0]:
            return
        try:
            self.data = time.fromisoformat(valuelist[0])
        except ValueError:
            raise ValueError(gettext(NOT_A_TIME)) from None


class DayField(DateField):  # type: ignore[misc]
    """A day, or nothing."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        try:
            super().process_formdata(valuelist if valuelist and valuelist[0] else [])
        except ValueError:
            raise ValueError(gettext(NOT_A_DAY)) from None


class WholeField(IntegerField):  # type: ignore[misc]
    """A whole number; `sentence` is said of anything else."""

    def __init__(self, sentence: str, **options: object) -> None:
        super().__init__(**options)
        self._sentence = sentence

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(gettext(self._sentence)) from None


class DesksField(SelectMultipleField):  # type: ignore[misc]
    """The desks that serve something, by id; which there are is told by the page."""
