"""The form in which a manager edits hours and services: rows, and what is wrong beside each field."""

from collections import Counter
from collections.abc import Container, Sequence
from typing import Any

from flask_babel import gettext
from wtforms import BooleanField, FieldList, Form, FormField, HiddenField, StringField
from wtforms.validators import DataRequired, Length, NumberRange, Regexp, ValidationError

from branch.schedule.content import ScheduleContent
from branch.schedule.hours import AROUND_THE_CLOCK, Hours
from web.schedule_fields import (
    CLOSES_FIRST,
    CODE_TWICE,
    DAY_TWICE,
    LETTER_GONE,
    LETTER_TWICE,
    LONGEST,
    NO_DESK,
    NO_NAME,
    NOT_A_CODE,
    NOT_A_DAY,
    NOT_A_LETTER,
    NOT_A_PLACE,
    NOT_A_TIME,
    NOT_MINUTES,
    SHORTER_FIRST,
    TOO_LONG,
    ClockField,
    DayField,
    DesksField,
    Said,
    WholeField,
)

MOST_SERVICES = 26  # a letter each


class HoursForm(Form):  # type: ignore[misc]
    """Open or not, and from when to when; midnight to midnight is around the clock. A closed day keeps its times."""

    open = BooleanField()
    opens = ClockField()
    closes = ClockField()

    def validate_closes(self, field: ClockField) -> None:
        """What is open needs both times, and two times are in their order, open or not."""
        if self.opens.errors or field.errors:
            return
        opens, closes = self.opens.data, field.data
        if (opens is None) != (closes is None) or (self.open.data and opens is None):
            raise ValidationError(gettext(NOT_A_TIME))
        hours = self.typed()
        if hours is not None and hours != AROUND_THE_CLOCK and hours[0] >= hours[1]:
            raise ValidationError(gettext(CLOSES_FIRST))

    def hours(self) -> Hours | None:
        """What the fields mean."""
        return self.typed() if self.open.data else None

    def kept(self) -> Hours | None:
        """The times of a closed day, for when it opens again."""
        return None if self.open.data else self.typed()

    def typed(self) -> Hours | None:
        """Both times, open or not."""
        opens, closes = self.opens.data, self.closes.data
        return (opens, closes) if opens is not None and closes is not None else None


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
    """One service; its own hours are optional and lie within those of the branch. `retired` takes it off the list."""

    slug = HiddenField()
    place = WholeField(NOT_A_PLACE, validators=[NumberRange(1, 99, message=Said(NOT_A_PLACE))])
    letter = StringField(validators=[Regexp(r"^[A-Z]$", message=Said(NOT_A_LETTER))])
    name_ko = StringField(
        validators=[DataRequired(message=Said(NO_NAME)), Length(max=40, message=Said(TOO_LONG))]
    )
    name_en = StringField(validators=[Length(max=60, message=Said(TOO_LONG))])
    description_ko = StringField(validators=[Length(max=120, message=Said(TOO_LONG))])
    description_en = StringField(validators=[Length(max=160, message=Said(TOO_LONG))])
    low = WholeField(NOT_MINUTES, validators=[NumberRange(1, LONGEST, message=Said(NOT_MINUTES))])
    high = WholeField(NOT_MINUTES, validators=[NumberRange(1, LONGEST, message=Said(NOT_MINUTES))])
    open = BooleanField()
    retired = BooleanField()
    desks = DesksField(choices=[])
    opens = ClockField()
    closes = ClockField()

    def validate_high(self, field: WholeField) -> None:
        """The longer one comes second."""
        if self.low.data is not None and field.data is not None and self.low.data > field.data:
            raise ValidationError(gettext(SHORTER_FIRST))

    def validate_desks(self, field: DesksField) -> None:
        """What is offered is served somewhere."""
        if not field.data and not self.retired.data:
            raise ValidationError(gettext(NO_DESK))

    def validate_closes(self, field: ClockField) -> None:
        """Both times or none."""
        if (self.opens.data is None) != (field.data is None):
            raise ValidationError(gettext(NOT_A_TIME))
        if self.opens.data is not None and field.data is not None and self.opens.data >= field.data:
            raise ValidationError(gettext(CLOSES_FIRST))


class NewServiceForm(ServiceForm):
    """A service to add; as long as nothing is written, it means nothing. Its code names it for ever."""

    code = StringField(validators=[Regexp(r"^[a-z][a-z0-9-]{0,39}$", message=Said(NOT_A_CODE))])

    def is_meant(self) -> bool:
        """Whether somebody has begun to write one."""
        written = (self.code, self.letter, self.name_ko, self.name_en, self.description_ko)
        return any(field.data for field in (*written, self.description_en, self.desks))

    def validate(self, *given: Any, **named: Any) -> bool:
        return not self.is_meant() or bool(super().validate(*given, **named))


class ScheduleForm(Form):  # type: ignore[misc]
    """The whole page; `seen` is the version it was made from, and `end` shows that it came to its end."""

    seen = HiddenField()
    week = FieldList(FormField(HoursForm), min_entries=7, max_entries=7)
    exceptions = FieldList(FormField(ExceptionForm), max_entries=400)
    services = FieldList(FormField(ServiceForm), max_entries=MOST_SERVICES)
    new = FormField(NewServiceForm)
    end = HiddenField(default="1")

    def offer_desks(self, desks: Sequence[tuple[str, str]]) -> None:
        """Say which desks there are, by id and name."""
        for row in (*self.rows(), self.new.form):
            row.desks.choices = list(desks)

    def rows(self) -> list[Any]:
        """The services that there are, in the order of the page."""
        return [entry.form for entry in self.services]

    def validate(self, *given: Any, **named: Any) -> bool:
        """Each field by itself, and then days, letters and codes among each other; a mistake stands beside its field."""
        alone = bool(super().validate(*given, **named))
        wrong = _twice([entry.form.day for entry in self.exceptions], DAY_TWICE)
        return not (wrong + self._letters() + self._codes()) and alone

    def _letters(self) -> int:
        """Every letter once; that of a service which was taken away stays with its history."""
        rows = [*self.rows(), *([self.new.form] if self.new.form.is_meant() else [])]
        gone = {row.letter.data for row in rows if row.retired.data}
        offered = [row.letter for row in rows if not row.retired.data]
        given_up = [row.letter for row in rows if row.retired.data]
        taken = _complain([letter for letter in offered if letter.data in gone], LETTER_GONE)
        return taken + _twice(offered, LETTER_TWICE) + _twice(given_up, LETTER_TWICE)

    def _codes(self) -> int:
        known = {row.slug.data for row in self.rows()}
        return _complain([self.new.form.code] if self.new.form.code.data in known else [], CODE_TWICE)

    def is_whole(self, sent: Container[str], before: ScheduleContent) -> bool:
        """Whether every day and service came: what was cut off on the way would look like closed."""
        days = all(f"week-{day}-opens" in sent for day in range(7))
        services = {service.slug for service in before.services}
        return days and "end" in sent and {row.slug.data for row in self.rows()} == services


def _complain(fields: Sequence[Any], sentence: str) -> int:
    """Say it beside each of the fields; how many there are."""
    for field in fields:
        field.errors = [*field.errors, gettext(sentence)]
    return len(fields)


def _twice(fields: Sequence[Any], sentence: str) -> int:
    counts = Counter(field.data for field in fields if field.data)
    return _complain([field for field in fields if counts[field.data] > 1], sentence)
