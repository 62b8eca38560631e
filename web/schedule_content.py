"""Hours and services between the manager's form and the version that it makes."""

from typing import Any

from branch.schedule.content import ExceptionDay, ScheduleContent, ServiceOffer
from branch.schedule.hours import Hours
from web.schedule_form import ScheduleForm

SPARE_DAYS = 2


def fields_of(content: ScheduleContent, seen: int) -> dict[str, Any]:
    """A version as the form shows it, with room for more days and one more service."""
    days = [
        {"day": each.day, "reason": each.reason, **_hours(each.hours, each.kept)}
        for each in content.exceptions
    ]
    kept = content.week_kept or (None,) * len(content.week)
    return {
        "seen": seen,
        "week": [_hours(hours, before) for hours, before in zip(content.week, kept, strict=True)],
        "exceptions": [*days, *({} for _ in range(SPARE_DAYS))],
        "services": [_service(offer, place) for place, offer in enumerate(_offered_first(content), 1)],
        "new": {"open": True, "place": len(content.offered()) + 1},
    }


def _offered_first(content: ScheduleContent) -> list[ServiceOffer]:
    return sorted(content.services, key=lambda offer: offer.retired)


def _hours(hours: Hours | None, kept: Hours | None = None) -> dict[str, Any]:
    opens, closes = hours or kept or (None, None)
    return {"open": hours is not None, "opens": opens, "closes": closes}


def _service(offer: ServiceOffer, place: int) -> dict[str, Any]:
    return {
        "slug": offer.slug,
        "place": place,
        "letter": offer.letter,
        "name_ko": offer.name.get("ko", ""),
        "name_en": offer.name.get("en", ""),
        "description_ko": offer.description.get("ko", ""),
        "description_en": offer.description.get("en", ""),
        "low": offer.minutes[0],
        "high": offer.minutes[1],
        **_hours(offer.hours),
        "open": offer.open,
        "retired": offer.retired,
        "desks": list(offer.desks or ()),
    }


def content_of(form: ScheduleForm, before: ScheduleContent) -> ScheduleContent:
    """What the form says; names in languages that it does not show stay as they were."""
    known = {service.slug: service for service in before.services}
    kept = tuple(entry.form.kept() for entry in form.week)
    return ScheduleContent(
        week=tuple(entry.form.hours() for entry in form.week),
        week_kept=kept if any(kept) else (),
        exceptions=_days(form),
        services=tuple(_offer(row, known.get(row.slug.data)) for row in _in_order(form)),
    )


def _in_order(form: ScheduleForm) -> list[Any]:
    """The services as they are numbered; who was moved to the number of another goes before or after it as it was moved."""

    def place(told: tuple[int, Any]) -> tuple[bool, int, int]:
        was, row = told
        return row.retired.data, row.place.data, (row.place.data > was) - (row.place.data < was)

    rows = list(enumerate(form.rows(), 1))
    if form.new.form.is_meant():
        rows.append((len(rows) + 1, form.new.form))
    return [row for _, row in sorted(rows, key=place)]


def _days(form: ScheduleForm) -> tuple[ExceptionDay, ...]:
    rows = [entry.form for entry in form.exceptions if entry.form.day.data is not None]
    return tuple(
        ExceptionDay(
            day=row.day.data, hours=row.hours(), kept=row.kept(), reason=(row.reason.data or "").strip()
        )
        for row in sorted(rows, key=lambda row: row.day.data)
    )


def _offer(row: Any, before: ServiceOffer | None) -> ServiceOffer:
    name, description = (before.name, before.description) if before else ({}, {})
    return ServiceOffer(
        slug=before.slug if before else row.code.data,
        letter=row.letter.data,
        name=_texts(name, row.name_ko.data, row.name_en.data),
        description=_texts(description, row.description_ko.data, row.description_en.data),
        minutes=(row.low.data, row.high.data),
        hours=(row.opens.data, row.closes.data) if row.opens.data is not None else None,
        open=row.open.data,
        retired=row.retired.data,
        desks=tuple(row.desks.data),
    )


def _texts(before: dict[str, str], korean: str, english: str) -> dict[str, str]:
    """Korean is always there; an emptied English text is left out, so that Korean is shown."""
    others = {language: text for language, text in before.items() if language not in {"ko", "en"}}
    written = {"en": english.strip()} if english.strip() else {}
    return {"ko": korean.strip(), **written, **others}
