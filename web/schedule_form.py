"""The form in which a manager edits hours and services: fields, what is wrong beside each, and the content it makes."""

from collections import Counter
from collections.abc import Container, Iterable, Sequence
from datetime import time
from typing import Any

from flask_babel import gettext
from wtforms import (
    BooleanField,
    DateField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    StringField,
    TimeField,
)
from wtforms.validators import DataRequired, Length, NumberRange, Regexp, ValidationError

from branch.schedule.content import ExceptionDay, ScheduleContent, ServiceOffer
from branch.schedule.hours import AROUND_THE_CLOCK, Hours

SPARE_DAYS = 2
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
DAY_TWICE = "같은 날이 두 번 있어요."


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


class MinutesField(IntegerField):  # type: ignore[misc]
    """Whole minutes."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(gettext(NOT_MINUTES)) from None


class HoursForm(Form):  # type: ignore[misc]
    """Open or not, and from when to when; midnight to midnight is around the clock."""

    open = BooleanField()
    opens = ClockField()
    closes = ClockField()

    def validate_closes(self, field: ClockField) -> None:
        """What is open needs both times in their order."""
        if self.open.data and not self.opens.errors and not field.errors:
            if self.opens.data is None or field.data is None:
                raise ValidationError(gettext(NOT_A_TIME))
            if (self.opens.data, field.data) != AROUND_THE_CLOCK and self.opens.data >= field.data:
                raise ValidationError(gettext(CLOSES_FIRST))

    def hours(self) -> Hours | None:
        """What the fields mean."""
        opens, closes = self.opens.data, self.closes.data
        return (opens, closes) if self.open.data and opens is not None and closes is not None else None


class ExceptionForm(HoursForm):
    """One day that differs; without a day the row is empty and means nothing."""

    day = DayField()
    reason = StringField(validators=[Length(max=60, message=Said(TOO_LONG))])

    def validate_day(self, field: DayField) -> None:
        """Hours or a reason need a day."""
        meant = self.open.data or self.reason.data or self.opens.data or self.closes.data
        if meant and field.data is None and not field.errors:
            raise ValidationError(gettext(NOT_A_DAY))


class ServiceForm(Form):  # type: ignore[misc]
    """One service; its own hours are optional and lie within those of the branch."""

    slug = HiddenField()
    letter = StringField(validators=[Regexp(r"^[A-Z]$", message=Said(NOT_A_LETTER))])
    name_ko = StringField(
        validators=[DataRequired(message=Said(NO_NAME)), Length(max=40, message=Said(TOO_LONG))]
    )
    name_en = StringField(validators=[Length(max=60, message=Said(TOO_LONG))])
    description_ko = StringField(validators=[Length(max=120, message=Said(TOO_LONG))])
    description_en = StringField(validators=[Length(max=160, message=Said(TOO_LONG))])
    low = MinutesField(validators=[NumberRange(1, LONGEST, message=Said(NOT_MINUTES))])
    high = MinutesField(validators=[NumberRange(1, LONGEST, message=Said(NOT_MINUTES))])
    open = BooleanField()
    opens = ClockField()
    closes = ClockField()

    def validate_high(self, field: MinutesField) -> None:
        """The longer one comes second."""
        if self.low.data is not None and field.data is not None and self.low.data > field.data:
            raise ValidationError(gettext(SHORTER_FIRST))

    def validate_closes(self, field: ClockField) -> None:
        """Both times or none."""
        if (self.opens.data is None) != (field.data is None):
            raise ValidationError(gettext(NOT_A_TIME))
        if self.opens.data is not None and field.data is not None and self.opens.data >= field.data:
            raise ValidationError(gettext(CLOSES_FIRST))


class ScheduleForm(Form):  # type: ignore[misc]
    """The whole page; `seen` is the version it was made from."""

    seen = HiddenField()
    week = FieldList(FormField(HoursForm), min_entries=7, max_entries=7)
    exceptions = FieldList(FormField(ExceptionForm), max_entries=400)
    services = FieldList(FormField(ServiceForm), max_entries=26)

    def validate_services(self, field: FieldList) -> None:
        """Every letter once; the mistake stands beside the letter."""
        _only_once((entry.form.letter for entry in field), LETTER_TWICE)

    def validate_exceptions(self, field: FieldList) -> None:
        """Every day once."""
        _only_once((entry.form.day for entry in field), DAY_TWICE)

    def is_whole(self, sent: Container[str], before: ScheduleContent) -> bool:
        """Whether every day and service came: what was cut off on the way would look like closed."""
        days = all(f"week-{day}-opens" in sent for day in range(7))
        return days and {entry.form.slug.data for entry in self.services} == {
            service.slug for service in before.services
        }

    def content(self, before: ScheduleContent) -> ScheduleContent:
        """What the form says; names in languages that it does not show stay as they were."""
        known = {service.slug: service for service in before.services}
        rows = [entry.form for entry in self.services]
        return ScheduleContent(
            week=tuple(entry.form.hours() for entry in self.week),
            exceptions=tuple(
                ExceptionDay(day=row.day.data, hours=row.hours(), reason=(row.reason.data or "").strip())
                for row in sorted(_filled(self.exceptions), key=lambda row: row.day.data)
            ),
            services=tuple(_offer(row, known[row.slug.data]) for row in rows),
        )


def fields_of(content: ScheduleContent, seen: int) -> dict[str, Any]:
    """A version as the form shows it, with room for more days."""
    days = [{"day": each.day, "reason": each.reason, **_hours(each.hours)} for each in content.exceptions]
    return {
        "seen": seen,
        "week": [_hours(hours) for hours in content.week],
        "exceptions": [*days, *({} for _ in range(SPARE_DAYS))],
        "services": [_service(offer) for offer in content.services],
    }


def _hours(hours: Hours | None) -> dict[str, Any]:
    opens, closes = hours or (None, None)
    return {"open": hours is not None, "opens": opens, "closes": closes}


def _service(offer: ServiceOffer) -> dict[str, Any]:
    return {
        "slug": offer.slug,
        "letter": offer.letter,
        "name_ko": offer.name.get("ko", ""),
        "name_en": offer.name.get("en", ""),
        "description_ko": offer.description.get("ko", ""),
        "description_en": offer.description.get("en", ""),
        "low": offer.minutes[0],
        "high": offer.minutes[1],
        **_hours(offer.hours),
        "open": offer.open,
    }


def _offer(row: Any, before: ServiceOffer) -> ServiceOffer:
    return ServiceOffer(
        slug=before.slug,
        letter=row.letter.data,
        name=_texts(before.name, row.name_ko.data, row.name_en.data),
        description=_texts(before.description, row.description_ko.data, row.description_en.data),
        minutes=(row.low.data, row.high.data),
        hours=(row.opens.data, row.closes.data) if row.opens.data is not None else None,
        open=row.open.data,
    )


def _texts(before: dict[str, str], korean: str, english: str) -> dict[str, str]:
    """Korean is always there; an emptied English text is left out, so that Korean is shown."""
    others = {language: text for language, text in before.items() if language not in {"ko", "en"}}
    written = {"en": english.strip()} if english.strip() else {}
    return {"ko": korean.strip(), **written, **others}


def _filled(exceptions: FieldList) -> list[Any]:
    return [entry.form for entry in exceptions if entry.form.day.data is not None]


def _only_once(fields: Iterable[Any], sentence: str) -> None:
    given = [field for field in fields if field.data]
    counts = Counter(field.data for field in given)
    twice = [field for field in given if counts[field.data] > 1]
    for field in twice:
        field.errors = [*field.errors, gettext(sentence)]
    if twice:
        raise ValidationError(gettext(sentence))
