"""A ticket's words on the phone; the page's script says the same ones when something moves (screens/visit/ticket.ts)."""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext

from branch import clock
from signaling.payloads import Minutes, TicketView

_: Callable[..., str] = gettext


def mood(ticket: TicketView) -> str:
    """What the page offers: the state, told apart where a state has two meanings for its holder."""
    state = ticket["state"]
    if state == "parked" and ticket["out"]:
        return "out" if _is_open(ticket["back_until"]) else "out_late"
    if state == "on_the_way" and not _is_open(ticket["back_until"]):
        return "late"
    if state == "no_show" and _is_open(ticket["back_until"]):
        return "missed"
    if state == "cancelled" and _is_open(ticket["undo_until"]):
        return "given_back"
    if state == "finished" and ticket["expert"]:
        return "referred"
    return state if state in {"on_the_way", "waiting", "called", "parked"} else "over"


def ticket_line(ticket: TicketView, zone: ZoneInfo) -> str:
    """Where the ticket stands, in one line, with times on the clock of its branch."""
    if ticket["state"] == "waiting":
        first = f" · {_('먼저 모실게요')}" if ticket["priority"] else ""
        return _waiting_line(ticket["ahead"], ticket["wait"]) + first
    if ticket["state"] == "called" and ticket["desk"]:
        again = f"{_('번호를 한 번 더 불렀어요.')} " if ticket["recalls"] else ""
        return again + _("지금 %(desk)s 앞으로 와 주세요.", desk=ticket["desk"])
    told = IN_WORDS.get(mood(ticket))
    if told is not None:
        return told(ticket, zone)
    return {
        "called": _("지금 창구로 와 주세요."),
        "finished": _("업무가 끝났어요."),
        "cancelled": _("돌려주신 번호표예요."),
        "parked": _("잠시 미뤄 두었어요. 준비되면 알려 주세요."),
        "expired": _("지난 날의 번호표예요."),
        "no_show": _("순서가 지나갔어요. 창구 직원에게 말씀해 주세요."),
    }.get(ticket["state"], "")


def until(ticket: TicketView, zone: ZoneInfo) -> str:
    """Until when the place is kept, on the clock that hangs in the branch."""
    return _clock(ticket["back_until"], zone) if ticket["back_until"] else ""


def news_of(ticket: TicketView, zone: ZoneInfo) -> str:
    """What is said while the branch cannot be heard: the ticket stands, and from when the news is."""
    as_of = _clock(ticket["as_of"], zone)
    return _("지점과 연결이 끊겼어요. 번호표는 그대로예요. %(time)s의 소식이에요.", time=as_of)


def wait_words(wait: Minutes) -> str:
    """A range of minutes as a teller would say it."""
    low, high = wait
    if high <= 1:
        return _("곧")
    if low == 0:
        return _("대개 %(to)s분 안에", to=high)
    if low == high:
        return _("약 %(to)s분", to=high)
    return _("%(from)s~%(to)s분", **{"from": low, "to": high})


def _clock(at: str, zone: ZoneInfo) -> str:
    return datetime.fromisoformat(at).astimezone(zone).strftime("%H:%M")


def _is_open(until: str | None) -> bool:
    return until is not None and datetime.fromisoformat(until) > clock.now()


def _waiting_line(ahead: int, wait: Minutes | None) -> str:
    place = _("내 앞 %(count)s명", count=ahead) if ahead else _("다음 차례예요")
    return f"{place} · {wait_words(wait)}" if wait else place


def _coming(ticket: TicketView, _zone: ZoneInfo) -> str:
    return _("오시는 중이에요 · 내 앞 %(count)s명", count=ticket["ahead"])


def _out(ticket: TicketView, zone: ZoneInfo) -> str:
    return _("나가 계셔도 %(time)s까지 자리를 지켜 드려요.", time=until(ticket, zone))


def _missed(ticket: TicketView, zone: ZoneInfo) -> str:
    return _("번호를 불렀지만 못 만났어요. %(time)s까지 오시면 먼저 모실게요.", time=until(ticket, zone))


IN_WORDS: dict[str, Callable[[TicketView, ZoneInfo], str]] = {
    "on_the_way": _coming,
    "late": lambda *_about: _("자리를 지켜 드린 시간이 지났어요."),
    "out": _out,
    "out_late": lambda *_about: _("자리를 지켜 드린 시간이 지났어요."),
    "missed": _missed,
    "given_back": lambda *_about: _("번호표를 돌려주셨어요."),
    "referred": lambda ticket, _zone: _(
        "%(topic)s 전문가에게 이어 드렸어요.", topic=ticket["expert"]["name"] if ticket["expert"] else ""
    ),
}
