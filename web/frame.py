"""What all pages of the centre share: words for templates, the way back from an error, and answers for a kiosk's script."""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Flask, session, url_for
from flask_babel import gettext

from branch import clock
from branch.content.catalogue import in_language, lines_in
from branch.people.models import Role
from signaling import look
from signaling.payloads import Minutes, TicketView
from signaling.surface import answer_scripts, language
from web.views.shared import page_data

_: Callable[..., str] = gettext
SEOUL = ZoneInfo("Asia/Seoul")
HOME = {Role.ADVISOR: "advisor.console", Role.TELLER: "arrival.origin", Role.MANAGER: "manager.page"}
TOPIC_ICONS = {"tax": "tax", "realestate": "house", "products": "seed"}
LANGUAGE_NAMES = {
    "ko": "한국어",
    "en": "English",
    "zh": "中文",
    "ja": "日本語",
    "vi": "Tiếng Việt",
    "th": "ไทย",
    "fil": "Filipino",
    "ne": "नेपाली",
}


def install(app: Flask) -> None:
    """Hook the shared things into the app."""
    app.context_processor(_page)
    app.after_request(answer_scripts)
    app.jinja_env.globals.update(
        say=lambda texts: in_language(texts, language()),
        lines=lambda texts: lines_in(texts, language()),
        ticket_line=ticket_line,
        topic_icon=lambda slug: TOPIC_ICONS.get(slug, "chat"),
        language_names=LANGUAGE_NAMES,
    )


def ticket_line(ticket: TicketView) -> str:
    """Where the ticket stands, in one line; the phone's script keeps it true in the same words."""
    if ticket["state"] == "waiting":
        first = f" · {_('먼저 모실게요')}" if ticket["priority"] else ""
        return _waiting_line(ticket["ahead"], ticket["wait"]) + first
    if ticket["state"] == "called" and ticket["desk"]:
        again = f"{_('번호를 한 번 더 불렀어요.')} " if ticket["recalls"] else ""
        return again + _("지금 %(desk)s 앞으로 와 주세요.", desk=ticket["desk"])
    if ticket["back_until"] and datetime.fromisoformat(ticket["back_until"]) > clock.now():
        return _way_back(ticket["back_until"])
    return {
        "called": _("지금 창구로 와 주세요."),
        "finished": _("업무가 끝났어요."),
        "cancelled": _("취소한 번호표예요."),
        "parked": _("잠시 미뤄 두었어요. 준비되면 창구 직원에게 말씀해 주세요."),
        "expired": _("지난 날의 번호표예요."),
        "no_show": _("순서가 지나갔어요. 창구 직원에게 말씀해 주세요."),
    }.get(ticket["state"], "")


def _way_back(until: str) -> str:
    """A hint until the page's script writes the same line in the phone's own time zone."""
    at = datetime.fromisoformat(until).astimezone(SEOUL).strftime("%H:%M")
    return _("번호를 불렀지만 못 만났어요. %(time)s까지 창구에 말씀하시면 먼저 모실게요.", time=at)


def _waiting_line(ahead: int, wait: Minutes | None) -> str:
    place = _("내 앞 %(count)s명", count=ahead) if ahead else _("다음 차례예요")
    return f"{place} · {wait_words(wait)}" if wait else place


def wait_words(wait: Minutes) -> str:
    """A range of minutes as a teller would say it."""
    low, high = wait
    if high <= 1:
        return _("곧")
    if low == high:
        return _("약 %(to)s분", to=high)
    return _("%(from)s~%(to)s분", **{"from": low, "to": high})


def _page() -> dict[str, object]:
    """What every template may use: the page's data, and how an error looks here."""
    return {"page_data": page_data(), **look.on_page(), **_after_error()}


def _after_error() -> dict[str, str]:
    """Which surface an error page is drawn for, and where it leads: back to what this browser is for."""
    if session.get("at") == "kiosk":
        return {"error_surface": "kiosk", "error_home": url_for("arrival.done")}
    if "staff_role" in session and "visit" not in session:
        return {"error_surface": "console", "error_home": url_for(HOME[Role(session["staff_role"])])}
    return {"error_surface": "phone", "error_home": url_for("arrival.origin")}
