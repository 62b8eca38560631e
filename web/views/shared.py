"""What several views need: the surface a page is drawn for, and what its script is told."""

from flask import current_app, session
from flask_wtf.csrf import generate_csrf

from signaling.surface import language


def surface() -> str:
    """The customer's own phone, or the kiosk this browser came from."""
    return "kiosk" if session.get("at") == "kiosk" else "phone"


def page_data(where: str | None = None, /, **specific: object) -> dict[str, object]:
    """The page's data for its script: language, token, and what this page adds."""
    data: dict[str, object] = {"language": language(), "csrf": generate_csrf(), **specific}
    if (where or surface()) == "kiosk":
        settings = current_app.extensions["maru_settings"]
        idle = {"seconds": settings.idle_seconds, "warning": settings.warning_seconds}
        data.update(visit=True, idle=idle, vision="", timezone="Asia/Seoul")
    return data
